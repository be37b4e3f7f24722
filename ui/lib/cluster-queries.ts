import { quote } from './queries.ts'

/**
 * Every expression that the pages of a cluster ask. Use comes from the kubelets' cAdvisor; where kubelets cannot be read,
 * from what metrics.k8s.io says, which the server keeps under names of their own: `or` takes the one that is there.
 */

/** What of a cluster is asked for: namespaces of the page's scope, one pod, the pods of a workload, or one node. */
export interface ClusterScope {
  namespaces?: readonly string[]
  pod?: string
  /** A pattern of pod names. */
  pods?: string
  container?: string
  node?: string
}

/** By which labels an answer is split. */
export type SplitBy = 'namespace' | 'namespace, pod' | 'namespace, pod, container' | 'container' | 'pod' | 'node'

const OF_CONTAINERS = ['container!=""', 'container!="POD"', 'namespace!=""']
const OF_PODS = ['pod!=""', 'namespace!=""']
const OF_NODES = ['id="/"']

/**
 * The window of a figure as it is now: from the two newest samples, so that it is right as soon as there are two. A
 * kubelet measures a container each 10 to 30 seconds: of a young one that was measured once it is the mean since it began.
 */
export const NOW = 'now'
/** How far back those two may be. */
const NOW_WINDOW = '5m'
const YOUNG_SECONDS = 600

/** What tables and charts ask of containers, and of pods, workloads and namespaces as sums of them. `w` is the window of a rate(). */
export const usageQueries = {
  cpu: (by: SplitBy, scope: ClusterScope, w: string) =>
    either(
      `sum by (${by}) (${cores(matchers(OF_CONTAINERS, scope), w)})`,
      `sum by (${by}) (metrics_api_container_cpu_cores${matchers([], scope)})`,
    ),
  memory: (by: SplitBy, scope: ClusterScope) =>
    either(
      `sum by (${by}) (container_memory_working_set_bytes${matchers(OF_CONTAINERS, scope)})`,
      `sum by (${by}) (metrics_api_container_memory_working_set_bytes${matchers([], scope)})`,
    ),
  throttled: (by: SplitBy, scope: ClusterScope, w: string) => {
    const periods = (kind: string) =>
      `sum by (${by}) (rate(container_cpu_cfs_${kind}_total${matchers(OF_CONTAINERS, scope)}[${w === NOW ? NOW_WINDOW : w}]))`
    return `${periods('throttled_periods')} / ${periods('periods')} * 100`
  },
  received: (by: SplitBy, scope: ClusterScope, w: string) => network('receive', by, scope, w),
  sent: (by: SplitBy, scope: ClusterScope, w: string) => network('transmit', by, scope, w),
}

/** What is asked of whole nodes, a series each; of one when it is named. */
export const nodeQueries = {
  cpu: (w: string, node?: string) =>
    either(
      `sum by (node) (${cores(matchers(OF_NODES, { node }), w)})`,
      `sum by (node) (metrics_api_node_cpu_cores${matchers([], { node })})`,
    ),
  memory: (node?: string) =>
    either(
      `sum by (node) (container_memory_working_set_bytes${matchers(OF_NODES, { node })})`,
      `sum by (node) (metrics_api_node_memory_working_set_bytes${matchers([], { node })})`,
    ),
  received: (w: string, node: string) =>
    `sum by (node) (rate(container_network_receive_bytes_total${matchers(OF_NODES, { node })}[${w}]))`,
  sent: (w: string, node: string) =>
    `sum by (node) (rate(container_network_transmit_bytes_total${matchers(OF_NODES, { node })}[${w}]))`,
}

/** What tells when containers of a pod were restarted, and why the last time. */
export const restartQueries = {
  count: (scope: ClusterScope) => `sum by (container) (kube_pod_container_status_restarts_total${matchers([], scope)})`,
  outOfMemory: (scope: ClusterScope) =>
    `sum by (container) (kube_pod_container_status_last_terminated_reason${matchers(['reason="OOMKilled"'], scope)})`,
}

function network(direction: 'receive' | 'transmit', by: SplitBy, scope: ClusterScope, w: string): string {
  return `sum by (${by}) (rate(container_network_${direction}_bytes_total${matchers(OF_PODS, scope)}[${w}]))`
}

/** What has stopped has no value although its last samples are still within the window: `and` takes it away at once. */
function cores(of: string, w: string): string {
  const used = `container_cpu_usage_seconds_total${of}`
  if (w !== NOW) return `rate(${used}[${w}]) and ${used}`
  const began = `container_start_time_seconds${of}`
  const age = `(timestamp(${began}) - ${began} > 0 < ${YOUNG_SECONDS})`
  return `irate(${used}[${NOW_WINDOW}]) and ${used} or ignoring (cpu) ${used} / ignoring (cpu) ${age}`
}

function either(first: string, second: string): string {
  return `${first} or ${second}`
}

function matchers(fixed: readonly string[], scope: ClusterScope): string {
  const { namespaces = [], pod, pods, container, node } = scope
  const all = [...fixed]
  if (namespaces.length === 1) all.push(`namespace=${quote(namespaces[0])}`)
  if (namespaces.length > 1) all.push(`namespace=~${quote(namespaces.map(literally).join('|'))}`)
  if (pod !== undefined) all.push(`pod=${quote(pod)}`)
  if (pods !== undefined) all.push(`pod=~${quote(pods)}`)
  if (container !== undefined) all.push(`container=${quote(container)}`)
  if (node !== undefined) all.push(`node=${quote(node)}`)
  return all.length === 0 ? '' : `{${all.join(',')}}`
}

function literally(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

/** What the pods of a workload are called, those that are gone too: each controller names them in its own way. */
export function podPattern(kind: string, name: string): string {
  const own = literally(name)
  const suffix = '[a-z0-9]{5}'
  if (kind === 'Deployment') return `${own}-[a-z0-9]{1,10}-${suffix}`
  if (kind === 'StatefulSet') return `${own}-[0-9]+`
  if (kind === 'Job') return `${own}(-[0-9]+)?-${suffix}`
  return kind === 'CronJob' ? `${own}-[0-9]+(-[0-9]+)?-${suffix}` : `${own}-${suffix}`
}
