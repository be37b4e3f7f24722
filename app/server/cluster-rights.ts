import { type AnsweredRight, type KubeApi, type Right, rightInWords, selfSubjectAccess } from '#lib/kube'

/** What we may do in a cluster, as far as it decides how the cluster is watched. */
export interface ClusterRights {
  /** Empty: all. */
  readonly namespaces: readonly string[]
  /** Whether kubelets may be read through the API server. */
  readonly mayProxyNodes: boolean
  readonly mayProxyPods: boolean
  /** What we may not do, in words. */
  readonly missing: readonly string[]
}

/** Asks the API server what its user may do; where pods of all namespaces may not be listed, one namespace is left. */
export async function readRights(api: KubeApi, asked: readonly string[], signal: AbortSignal): Promise<ClusterRights> {
  const everywhere: Right[] = [
    { verb: 'list', resource: 'pods' },
    { verb: 'list', resource: 'nodes' },
    { verb: 'get', resource: 'nodes', subresource: 'proxy' },
    { verb: 'get', resource: 'pods', subresource: 'proxy' },
  ]
  const answers = await selfSubjectAccess(api, everywhere, signal)
  const [pods, , nodeProxy, podProxy] = answers
  const namespaces = asked.length > 0 ? asked : pods.allowed ? [] : [api.identity.namespace || 'default']
  const inNamespace = await selfSubjectAccess(
    api,
    namespaces.map((namespace) => ({ verb: 'get', resource: 'pods', subresource: 'proxy', namespace })),
    signal,
  )
  return {
    namespaces,
    mayProxyNodes: nodeProxy.allowed,
    mayProxyPods: podProxy.allowed || (inNamespace.length > 0 && inNamespace.every(({ allowed }) => allowed)),
    missing: answers.filter(({ allowed }) => !allowed).map((right: AnsweredRight) => rightInWords(right)),
  }
}

/** What is assumed while the API server cannot be asked: everything; each refusal is told where it happens. */
export function assumedRights(asked: readonly string[]): ClusterRights {
  return { namespaces: asked, mayProxyNodes: true, mayProxyPods: true, missing: [] }
}
