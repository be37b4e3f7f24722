import { quote } from '#lib/model'

/** What the model knows metrics of. Source: the route table of Heapster 1.5. */
export type Entity =
  | { readonly kind: 'cluster' }
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'pod'; readonly namespace: string; readonly pod: string }
  | { readonly kind: 'container'; readonly namespace: string; readonly pod: string; readonly container: string }
  | { readonly kind: 'free'; readonly node: string; readonly container: string }

/** One metric of the model: how it is asked of the store, and whether its values are fractions. */
export interface ModelMetric {
  /** Heapster answers a fraction in `floatValue` as well. */
  readonly isFloat: boolean
  /** Kept for 15 minutes; every other metric for 140 seconds. */
  readonly isLong: boolean
  readonly on: readonly Entity['kind'][]
  readonly expr: (entity: Entity, labels: Readonly<Record<string, string>>) => string
}

/** Names that old clients use beside the real ones. */
export const metricAliases: Readonly<Record<string, string>> = {
  'cpu-usage': 'cpu/usage_rate',
  'cpu-limit': 'cpu/limit',
  'memory-limit': 'memory/limit',
  'memory-usage': 'memory/usage',
  'memory-working': 'memory/working_set',
}

/** Long enough for two scrapes of any usual interval. */
const WINDOW = '[2m]'
const all: readonly Entity['kind'][] = ['cluster', 'node', 'namespace', 'pod', 'container', 'free']
const single: readonly Entity['kind'][] = ['node', 'pod', 'container', 'free']
const reserved: readonly Entity['kind'][] = ['cluster', 'node', 'namespace', 'pod', 'container']
const wired: readonly Entity['kind'][] = ['node', 'pod']

/** All metrics of the model that the store can answer, by name. */
export const modelMetrics: Readonly<Record<string, ModelMetric>> = {
  'cpu/usage': use('container_cpu_usage_seconds_total', { on: single, by: ' * 1e9' }),
  'cpu/usage_rate': use('container_cpu_usage_seconds_total', { on: all, rate: true, by: ' * 1000', isLong: true }),
  'cpu/load': use('container_cpu_load_average_10s', { on: single }),
  'memory/usage': use('container_memory_usage_bytes', { on: all, isLong: true }),
  'memory/working_set': use('container_memory_working_set_bytes', { on: all }),
  'memory/cache': use('container_memory_cache', { on: single }),
  'memory/rss': use('container_memory_rss', { on: single }),
  ...faults('memory/page_faults', 'pgfault'),
  ...faults('memory/major_page_faults', 'pgmajfault'),
  uptime: { isFloat: false, isLong: false, on: single, expr: uptime },
  ...network('network/rx', 'container_network_receive_bytes_total'),
  ...network('network/tx', 'container_network_transmit_bytes_total'),
  ...network('network/rx_errors', 'container_network_receive_errors_total'),
  ...network('network/tx_errors', 'container_network_transmit_errors_total'),
  ...requested('cpu', 'cpu', ' * 1000'),
  ...requested('memory', 'memory', ''),
  ...requested('ephemeral_storage', 'ephemeral_storage', ''),
  ...ofNode('cpu', 'cpu', ' * 1000', rootUse('rate(container_cpu_usage_seconds_total', WINDOW)),
  ...ofNode('memory', 'memory', '', rootUse('(container_memory_working_set_bytes', '')),
  ...fileSystem('filesystem/usage', 'container_fs_usage_bytes'),
  ...fileSystem('filesystem/limit', 'container_fs_limit_bytes'),
  ...fileSystem('filesystem/inodes', 'container_fs_inodes_total'),
  ...fileSystem('filesystem/inodes_free', 'container_fs_inodes_free'),
  ...fileSystem('disk/io_read_bytes', 'container_fs_reads_bytes_total'),
  ...fileSystem('disk/io_write_bytes', 'container_fs_writes_bytes_total'),
}

/** The series of kubelets that belong to an entity, as matchers without braces. */
export function usageMatchers(entity: Entity): string {
  switch (entity.kind) {
    case 'cluster':
      return 'id="/",node!=""'
    case 'node':
      return `id="/",node=${quote(entity.node)}`
    case 'namespace':
      return `container!="",namespace=${quote(entity.namespace)}`
    case 'pod':
      return `container!="",namespace=${quote(entity.namespace)},pod=${quote(entity.pod)}`
    case 'container':
      return `namespace=${quote(entity.namespace)},pod=${quote(entity.pod)},container=${quote(entity.container)}`
    default:
      return `${freeMatchers},node=${quote(entity.node)},id=~${quote(`(/system\\.slice)?/${literal(entity.container)}(\\.service)?`)}`
  }
}

/** Containers of the machine itself, such as the kubelet's; their name is the last part of `id` without `.service`. */
export const freeMatchers = 'container="",pod="",namespace="",id!="/"'

interface UseOptions {
  readonly on: readonly Entity['kind'][]
  readonly rate?: boolean
  readonly by?: string
  readonly isLong?: boolean
  readonly also?: string
}

function use(series: string, { on, rate = false, by = '', isLong = false, also = '' }: UseOptions): ModelMetric {
  const expr = (entity: Entity) => {
    const selector = `${series}{${usageMatchers(entity)}${also}}`
    return `sum(${rate ? `rate(${selector}${WINDOW})` : selector})${by}`
  }
  return { isFloat: false, isLong, on, expr }
}

function faults(name: string, type: string): Record<string, ModelMetric> {
  const options = { on: single, also: `,failure_type="${type}",scope="hierarchy"` }
  const series = 'container_memory_failures_total'
  return {
    [name]: use(series, options),
    [`${name}_rate`]: { ...use(series, { ...options, rate: true }), isFloat: true },
  }
}

/** A pod's network belongs to its sandbox, not to its containers. */
function network(name: string, series: string): Record<string, ModelMetric> {
  const matchers = (entity: Entity) => usageMatchers(entity).replace('container!="",', '')
  const metric = (isRate: boolean): ModelMetric => ({
    isFloat: isRate,
    isLong: false,
    on: wired,
    expr: (entity) => {
      const selector = `${series}{${matchers(entity)}}`
      return `sum(${isRate ? `rate(${selector}${WINDOW})` : selector})`
    },
  })
  return { [name]: metric(false), [`${name}_rate`]: metric(true) }
}

function uptime(entity: Entity): string {
  return `(time() - min(container_start_time_seconds{${usageMatchers(entity)}})) * 1000`
}

function requested(name: string, resource: string, by: string): Record<string, ModelMetric> {
  const metric = (series: string): ModelMetric => ({
    isFloat: false,
    isLong: false,
    on: reserved,
    expr: (entity) => `sum(${series}{resource="${resource}"${stateMatchers(entity)}})${by}`,
  })
  return {
    [`${name}/request`]: metric('kube_pod_container_resource_requests'),
    [`${name}/limit`]: metric('kube_pod_container_resource_limits'),
  }
}

/** The series of kube-state that belong to an entity, as further matchers. */
function stateMatchers(entity: Entity): string {
  const names: Readonly<Record<string, string>> =
    entity.kind === 'cluster' || entity.kind === 'free' ? {} : { ...entity }
  return Object.entries(names)
    .filter(([name]) => name !== 'kind')
    .map(([name, value]) => `,${name}=${quote(value)}`)
    .join('')
}

type NodeExpr = (node: string) => string

function rootUse(head: string, window: string): NodeExpr {
  return (node) => `sum(${head}{id="/",node=${node}}${window}))`
}

function ofNode(name: string, resource: string, by: string, used: NodeExpr): Record<string, ModelMetric> {
  const allocatable: NodeExpr = (node) => `sum(kube_node_status_allocatable{resource="${resource}",node=${node}})`
  const asked: NodeExpr = (node) => `sum(kube_pod_container_resource_requests{resource="${resource}",node=${node}})`
  const metric = (expr: NodeExpr): ModelMetric => ({
    isFloat: true,
    isLong: false,
    on: ['node'],
    expr: (entity) => expr(quote(entity.kind === 'node' ? entity.node : '')),
  })
  return {
    [`${name}/node_capacity`]: metric(
      (node) => `sum(kube_node_status_capacity{resource="${resource}",node=${node}})${by}`,
    ),
    [`${name}/node_allocatable`]: metric((node) => `${allocatable(node)}${by}`),
    [`${name}/node_reservation`]: metric((node) => `${asked(node)} / ${allocatable(node)}`),
    [`${name}/node_utilization`]: metric((node) => `${used(node)} / ${allocatable(node)}`),
  }
}

/** Metrics of one file system or disk: the label `resource_id` of a request names the device. They are in no list. */
function fileSystem(name: string, series: string): Record<string, ModelMetric> {
  const expr: ModelMetric['expr'] = (entity, { resource_id: device = '' }) =>
    device === '' ? 'vector(0) < 0' : `sum(${series}{${usageMatchers(entity)},device=${quote(device)}})`
  return { [name]: { isFloat: false, isLong: false, on: single, expr } }
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}
