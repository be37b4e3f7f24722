export const GROUP = 'metrics.k8s.io'
export const VERSION = 'v1beta1'
export const GROUP_VERSION = `${GROUP}/${VERSION}`

/** The two kinds that the group serves. */
export interface MetricsResource {
  readonly plural: 'nodes' | 'pods'
  readonly kind: 'NodeMetrics' | 'PodMetrics'
  readonly namespaced: boolean
}

export const nodesResource: MetricsResource = { plural: 'nodes', kind: 'NodeMetrics', namespaced: false }
export const podsResource: MetricsResource = { plural: 'pods', kind: 'PodMetrics', namespaced: true }

/** What a path below the group's version leads to. */
export interface MetricsPath {
  readonly resource: MetricsResource
  /** '' for all, and for nodes. */
  readonly namespace: string
  /** '' for a list. */
  readonly name: string
}

const ROOT = `/apis/${GROUP_VERSION}/`

/** Reads a path such as `/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods/web-0`; undefined where it leads nowhere. */
export function metricsPath(path: string): MetricsPath | undefined {
  if (!path.startsWith(ROOT)) return undefined
  const parts = path.slice(ROOT.length).split('/').map(decoded)
  if (parts.some((part) => part === undefined || part === '')) return undefined
  const [first, second = '', third, name = ''] = parts
  if (first === 'nodes' && parts.length <= 2) return { resource: nodesResource, namespace: '', name: second }
  if (first === 'pods' && parts.length === 1) return { resource: podsResource, namespace: '', name: '' }
  if (first !== 'namespaces' || third !== 'pods' || parts.length > 4) return undefined
  return { resource: podsResource, namespace: second, name }
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined // a stray % is part of no name
  }
}
