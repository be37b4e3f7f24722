import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let nowMs = Date.now()

/** The time now, anew each second while something on the page tells a duration by it: one clock for all. */
export function useSeconds(): number {
  return useSyncExternalStore(listen, () => nowMs)
}

function listen(changed: () => void): () => void {
  if (listeners.size === 0) {
    tick()
    timer = setInterval(tick, 1000)
  }
  listeners.add(changed)
  return () => {
    listeners.delete(changed)
    if (listeners.size === 0) clearInterval(timer)
  }
}

function tick(): void {
  nowMs = Date.now()
  for (const changed of listeners) changed()
}
