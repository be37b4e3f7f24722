import { createContext, use, useCallback, useEffect, useSyncExternalStore } from 'react'
import type { LiveAnswer, LiveSpec, LiveState } from '../lib/live.ts'
import { LiveConnection } from '../lib/live.ts'
import { SIGNED_OUT } from './session.tsx'

/** The code with which the server closes the connection of a session that has ended. */
const ENDED = 4401

/** The page's one connection. */
export const LiveContext = createContext<LiveConnection>(browserConnection())

/** A connection to the server that this page came from. */
export function browserConnection(): LiveConnection {
  return new LiveConnection({
    open: () => {
      const socket = new WebSocket(new URL('/api/ui/v1/live', location.href.replace(/^http/, 'ws')))
      socket.addEventListener('close', ({ code }) => {
        if (code === ENDED) window.dispatchEvent(new Event(SIGNED_OUT))
      })
      return socket
    },
    now: () => Date.now(),
    later: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  })
}

/** Keeps the connection open while the page is visible. */
export function useLiveWhileVisible(): void {
  const live = use(LiveContext)
  useEffect(() => {
    const follow = () => (document.hidden ? live.stop() : live.start())
    follow()
    document.addEventListener('visibilitychange', follow)
    return () => {
      document.removeEventListener('visibilitychange', follow)
      live.stop()
    }
  }, [live])
}

/** The newest answer to a wish, kept up to date; nothing is asked for while the wish is null. */
export function useLive(spec: LiveSpec | null): LiveAnswer | undefined {
  const live = use(LiveContext)
  const key = spec === null ? '' : JSON.stringify(spec)
  const subscribe = useCallback(
    (changed: () => void) => (key === '' ? () => undefined : live.subscribe(JSON.parse(key) as LiveSpec, changed)),
    [live, key],
  )
  return useSyncExternalStore(subscribe, () => (key === '' ? undefined : live.answerTo(JSON.parse(key) as LiveSpec)))
}

/** A part of the connection's state; the caller renders again only when that part changes. */
export function useLiveState<T>(pick: (state: LiveState) => T): T {
  const live = use(LiveContext)
  return useSyncExternalStore(
    useCallback((changed) => live.onState(changed), [live]),
    () => pick(live.state),
  )
}
