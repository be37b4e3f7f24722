import type { KubeIdentity } from './api.ts'
import { resourceName } from './resource.ts'
import type { WatchState } from './sink.ts'

/** A failure must last so long before it is told: a watch that is opened again is none. */
const GRACE_MS = 3000

/** What the states of all watches say of the way to the API server. */
export interface ServerHealth {
  /** Our login was refused, or could not be made. */
  readonly login: { readonly user: string; readonly text: string; readonly sinceMs: number } | undefined
  /** No answer comes; not said where the login is the reason. */
  readonly unreachable: { readonly server: string; readonly text: string; readonly sinceMs: number } | undefined
  /** Lists and watches that are answered 429. */
  readonly throttled: { readonly count: number; readonly windowSeconds: number; readonly lastMs: number } | undefined
  /** What we may not list, in words. */
  readonly forbidden: readonly { readonly resource: string; readonly text: string }[]
}

/** Reads the health of the API server from how lists and watches are doing. */
export function serverHealth(states: readonly WatchState[], identity: KubeIdentity, nowMs: number): ServerHealth {
  const failing = states
    .filter(({ failure, failingSinceMs }) => failure !== '' && nowMs - failingSinceMs >= GRACE_MS)
    .toSorted((a, b) => a.failingSinceMs - b.failingSinceMs)
  const isWell = states.some(({ phase, failure }) => phase === 'watching' && failure === '')
  const login = failing.find(({ failure }) => failure === 'unauthorized')
  const gone = isWell || login !== undefined ? undefined : failing.find(({ failure }) => failure === 'unreachable')
  return {
    login: login && { user: identity.user, text: login.failureText, sinceMs: login.failingSinceMs },
    unreachable: gone && { server: identity.server, text: gone.failureText, sinceMs: gone.failingSinceMs },
    throttled: throttledOf(failing.filter(({ failure }) => failure === 'throttled')),
    forbidden: states
      .filter(({ phase }) => phase === 'forbidden')
      .map(({ resource, reason }) => ({ resource: resourceName(resource), text: reason })),
  }
}

/** They are throttled as long as they fail: until now. */
function throttledOf(states: readonly WatchState[]): ServerHealth['throttled'] {
  if (states.length === 0) return undefined
  const lastMs = Math.max(...states.map(({ sinceMs, failingSinceMs }) => Math.max(sinceMs, failingSinceMs)))
  return { count: states.length, windowSeconds: 60, lastMs }
}
