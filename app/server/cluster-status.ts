import type { AccessNote, ClusterStatus } from '#lib/cluster'
import type { KubeIdentity, ServerHealth } from '#lib/kube'

/** What the pages say of a cluster beside its objects. */
export function statusOf(
  identity: KubeIdentity,
  version: string,
  { unreachable, login }: ServerHealth,
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
