import type { AccessNote, ClusterExtra, ClusterStatus } from '#lib/cluster'
import { type KubeIdentity, resourceName, type WatchState } from '#lib/kube'

/** A failure must last so long before it is told: a watch that is opened again is none. */
const GRACE_MS = 3000

/** What the states of all watches say of the way to the API server. */
export interface ApiServerHealth {
  readonly unreachable: ClusterExtra['unreachable']
  readonly login: ClusterExtra['login']
  readonly throttled: ClusterExtra['throttled']
  readonly forbidden: NonNullable<ClusterExtra['forbidden']>
}

/** Reads the health of the API server from how lists and watches are doing. */
export function healthOf(states: readonly WatchState[], identity: KubeIdentity, nowMs: number): ApiServerHealth {
  const failing = states
    .filter(({ failure, failingSinceMs }) => failure !== '' && nowMs - failingSinceMs >= GRACE_MS)
    .toSorted((a, b) => a.failingSinceMs - b.failingSinceMs)
  const isWell = states.some(({ phase, failure }) => phase === 'watching' && failure === '')
  const login = failing.find(({ failure }) => failure === 'unauthorized')
  const gone = failing.find(({ failure }) => failure === 'unreachable')
  const throttled = failing.filter(({ failure }) => failure === 'throttled')
  return {
    login: login && { user: identity.user, text: login.reason, sinceMs: login.failingSinceMs },
    unreachable:
      gone === undefined || isWell || login !== undefined
        ? undefined
        : { server: identity.server, text: gone.reason, sinceMs: gone.failingSinceMs },
    throttled:
      throttled.length === 0
        ? undefined
        : {
            count: throttled.length,
            windowSeconds: 60,
            lastMs: Math.max(...throttled.map(({ failingSinceMs }) => failingSinceMs)),
          },
    forbidden: states
      .filter(({ phase }) => phase === 'forbidden')
      .map(({ resource, reason }) => ({ resource: resourceName(resource), text: reason })),
  }
}

/** What the pages say of a cluster beside its objects. */
export function statusOf(
  identity: KubeIdentity,
  version: string,
  { unreachable, login }: ApiServerHealth,
  notes: readonly AccessNote[],
): ClusterStatus {
  const trouble = login ?? unreachable
  return {
    present: true,
    why: '',
    name: identity.cluster,
    context: identity.context,
    server: identity.server,
    user: identity.user,
    source: identity.source,
    version,
    reachable: trouble === undefined,
    unreachableSinceMs: trouble?.sinceMs ?? 0,
    unreachableWhy: trouble?.text ?? '',
    notes,
  }
}

/** Where no cluster is watched, and why. */
export function noCluster(why: string): ClusterStatus {
  return {
    present: false,
    why,
    name: '',
    context: '',
    server: '',
    user: '',
    source: '',
    version: '',
    reachable: false,
    unreachableSinceMs: 0,
    unreachableWhy: '',
    notes: [],
  }
}
