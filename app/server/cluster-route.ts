import type { PoolPlan } from '#lib/discovery'
import type { DropReason, Route, RoutedTarget } from '#lib/scrape'
import { API_SERVER_SOURCE, type ClusterReach } from './cluster-reach.ts'

export interface RouteParts {
  /** What asked for the target's pool, where the cluster did. */
  readonly plan: PoolPlan | undefined
  readonly blocked: DropReason | undefined
  readonly isInPod: boolean
  readonly reach: ClusterReach
  /** Nodes that run the control plane. */
  readonly controlPlane: readonly string[]
  /** With a kubeconfig: the one address of the API server that stands for all; the first that asks. */
  apiServerAddress(asks: string): string
}

/**
 * Decides how a target of the cluster is reached. Our own credential goes to kubelets, the API server and, on nodes of
 * the control plane, scheduler and controller-manager, for default plans alone: nothing that an object or an annotation
 * names is ever read with it, and what is ours to read no object takes away.
 */
export function clusterRoute(target: RoutedTarget, parts: RouteParts): ReturnType<Route> {
  const { plan, blocked, reach, controlPlane } = parts
  if (plan === undefined) return undefined
  if (blocked !== undefined) return { refuse: blocked }
  if (plan.untrusted || plan.origin.kind !== 'default') return strangerRoute(target, plan, reach)
  switch (placeOf(plan)) {
    case 'kubelet':
      return reach.kubelet(target)
    case 'api-server':
      return apiServerRoute(target, parts)
    case 'control-plane':
      if (plan.credentials === 'cluster') return reach.component(target, controlPlane)
      return { refuse: { id: 'credential-not-shown', facts: { address: target.address } } }
    default:
      return reach.pod(target)
  }
}

/** Which default plans lead to what wants to know who we are; discovery names them. */
function placeOf({ name, scrapeConfig }: PoolPlan): 'kubelet' | 'api-server' | 'control-plane' | 'other' {
  if (name === 'kubelet' || name.startsWith('kubelet-')) return 'kubelet'
  if (name === 'apiserver' || name.startsWith('eks-')) return 'api-server'
  return scrapeConfig.scheme === 'https' ? 'control-plane' : 'other'
}

/** An object's target at an address of ours could not be read without our credential, and would displace what is. */
function strangerRoute(target: RoutedTarget, plan: PoolPlan, reach: ClusterReach): ReturnType<Route> {
  const place = reach.claimed(target)
  if (place === 'kubelet' || (place !== undefined && !hasCredential(plan)))
    return { refuse: { id: 'ours-to-read', facts: { address: target.address } } }
  return reach.pod(target)
}

function hasCredential({ scrapeConfig }: PoolPlan): boolean {
  const { authorization, basic_auth: basic, oauth2, tls_config: tls } = scrapeConfig
  const cert = typeof tls === 'object' && tls !== null && 'cert' in tls ? tls.cert : undefined
  return [authorization, basic, oauth2, cert].some((one) => one !== undefined)
}

function apiServerRoute(target: RoutedTarget, parts: RouteParts): ReturnType<Route> {
  parts.reach.claim(target, 'api-server')
  return parts.isInPod ? undefined : throughApiServer(target, parts)
}

/** Whatever a kubeconfig names answers for the whole API server: several addresses would give the same body several times. */
function throughApiServer({ address, path, query }: RoutedTarget, parts: RouteParts): ReturnType<Route> {
  const known = parts.apiServerAddress(address)
  if (known !== address) return { refuse: { id: 'one-api-server', facts: { address: known } } }
  const whole = query === '' ? path : `${path}?${query}`
  return { source: `${API_SERVER_SOURCE}${whole}`, scrapeUrl: whole }
}
