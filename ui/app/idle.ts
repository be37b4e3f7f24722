import { useEffect, useState } from 'react'

/** False at first, true once the page has been drawn and has nothing else to do: what nobody needs to see first loads then. */
export function useAfterFirstPaint(): boolean {
  const [after, setAfter] = useState(false)
  useEffect(() => {
    // Safari has no requestIdleCallback
    const wait = window.requestIdleCallback ?? ((run: () => void) => window.setTimeout(run, 200))
    const cancel = window.cancelIdleCallback ?? window.clearTimeout
    const id = wait(() => setAfter(true))
    return () => cancel(id)
  }, [])
  return after
}
