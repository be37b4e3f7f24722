import { useEffect, useState } from 'react'

const LONGEST_WAIT_MS = 700

/** The verdict decides how much stands above the rest: that waits for it, shortly, and then does not jump. */
export function useSettled(isThere: boolean): boolean {
  const [hasWaited, setHasWaited] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setHasWaited(true), LONGEST_WAIT_MS)
    return () => clearTimeout(timer)
  }, [])
  return hasWaited || isThere
}
