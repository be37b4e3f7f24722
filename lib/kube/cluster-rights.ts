import { KubeStatusError, type KubeApi } from './api.ts'
import { rightInWords, selfSubjectAccess, type Right } from './rights.ts'

/** What we may do in a cluster, as far as it decides how the cluster is watched. */
export interface ClusterRights {
  /** Only these namespaces can be watched; empty: all. */
  readonly namespaces: readonly string[]
  /** Whether kubelets may be read through the API server. */
  readonly mayProxyNodes: boolean
  readonly mayProxyPods: boolean
  /** What we may not do, in words. */
  readonly missing: readonly string[]
}

const everywhere: readonly Right[] = [
  { verb: 'list', resource: 'pods' },
  { verb: 'list', resource: 'nodes' },
  { verb: 'get', resource: 'nodes', subresource: 'proxy' },
  { verb: 'get', resource: 'pods', subresource: 'proxy' },
]

/**
 * Asks the API server what its user may do; where pods of all namespaces may not be listed, the user's own namespace is
 * left. Where even this question is refused, each refusal is told where it happens.
 */
export async function readRights(api: KubeApi, asked: readonly string[], signal?: AbortSignal): Promise<ClusterRights> {
  try {
    const answers = await selfSubjectAccess(api, everywhere, signal)
    const [pods, , nodeProxy, podProxy] = answers
    const namespaces = asked.length > 0 ? asked : pods.allowed ? [] : [api.identity.namespace || 'default']
    return {
      namespaces,
      mayProxyNodes: nodeProxy.allowed,
      mayProxyPods: podProxy.allowed || (await mayProxyPodsOf(api, namespaces, signal)),
      missing: answers.filter(({ allowed }) => !allowed).map((right) => rightInWords(right)),
    }
  } catch (error) {
    if (error instanceof KubeStatusError && (error.status === 403 || error.status === 404)) return assumedRights(asked)
    throw error
  }
}

async function mayProxyPodsOf(api: KubeApi, namespaces: readonly string[], signal?: AbortSignal): Promise<boolean> {
  const rights = namespaces.map((namespace) => ({ verb: 'get', resource: 'pods', subresource: 'proxy', namespace }))
  const answers = await selfSubjectAccess(api, rights, signal)
  return answers.length > 0 && answers.every(({ allowed }) => allowed)
}

/** What is assumed while the API server cannot be asked: everything; each refusal is told where it happens. */
export function assumedRights(asked: readonly string[]): ClusterRights {
  return { namespaces: asked, mayProxyNodes: true, mayProxyPods: true, missing: [] }
}
