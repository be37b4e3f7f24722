import type { PoolPlan } from '#lib/discovery'
import type { DropReason, Route, RoutedTarget } from '#lib/scrape'
import { API_SERVER_SOURCE, type ClusterReach } from './cluster-reach.ts'

export interface RouteParts {
  /** What asked for the target's pool, where the cluster did. */
  readonly plan: PoolPlan | undefined
  readonly blocked: DropReason | undefined
  readonly isInPod: boolean
  readonly reach: ClusterReach
  /** With a kubeconfig: the one address of the API server that stands for all; the first that asks. */
  apiServerAddress(asks: string): string
}

/** Decides how a target of the cluster is reached. Our own credential goes to kubelets, control plane and API server only. */
export function clusterRoute(target: RoutedTarget, parts: RouteParts): ReturnType<Route> {
  const { plan, blocked, isInPod, reach } = parts
  if (plan === undefined) return undefined
  if (blocked !== undefined) return { refuse: blocked }
  if (isApiServer(plan)) return isInPod ? undefined : throughApiServer(target, parts)
  return reach.route(target, plan.credentials === 'cluster')
}

function isApiServer({ name }: PoolPlan): boolean {
  return name === 'apiserver' || name.startsWith('eks-')
}

/** Whatever a kubeconfig names answers for the whole API server: several addresses would give the same body several times. */
function throughApiServer({ address, path, query }: RoutedTarget, parts: RouteParts): ReturnType<Route> {
  const known = parts.apiServerAddress(address)
  if (known !== address) return { refuse: { id: 'one-api-server', facts: { address: known } } }
  const whole = query === '' ? path : `${path}?${query}`
  return { source: `${API_SERVER_SOURCE}${whole}`, scrapeUrl: whole }
}
