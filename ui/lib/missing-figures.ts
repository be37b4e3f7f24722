/** A node or pod (whose name is not empty) without figures in metrics.k8s.io, and why: of /api/ui/v1/cluster/missing. */
export interface MissingFigure {
  node: string
  namespace: string
  pod: string
  reason: string
  text: string
}

/** Why a node has no figures; undefined where it has, or nobody tells. */
export function whyNodeHasNone(missing: readonly MissingFigure[], node: string): string | undefined {
  return missing.find((one) => one.pod === '' && one.node === node)?.text
}

/** Why a pod has no figures. */
export function whyPodHasNone(missing: readonly MissingFigure[], namespace: string, pod: string): string | undefined {
  return missing.find((one) => one.pod === pod && one.namespace === namespace)?.text
}

/** Which program answers metrics.k8s.io: of /api/ui/v1/cluster/metrics-api. */
export interface MetricsApi {
  present: boolean
  service: string
  available: boolean
  why: string
  complete: 'yes' | 'no' | 'unknown'
  missing: string
}
