/** How much a query reads and answers: a lot and little; a lot and a lot; little. */
export type QueryClass = 'heavy' | 'large' | 'small'

export interface BenchQuery {
  readonly id: string
  readonly kind: QueryClass
  readonly expr: string
  /** A range up to the end of the data; 0: at its end alone. */
  readonly rangeMs: number
  readonly stepMs: number
}

const HOUR = 3_600_000
const MINUTE = 60_000

const cpu = 'container_cpu_usage_seconds_total{job="kubelet", metrics_path="/metrics/cadvisor", image!=""}'
const memory = 'container_memory_working_set_bytes{job="kubelet", metrics_path="/metrics/cadvisor", image!=""}'
const requests = 'kube_pod_container_resource_requests{job="kube-state-metrics", resource="cpu"}'
const wide = 'apiserver_request_duration_seconds_bucket'
const web = 'http_request_duration_seconds_bucket'

/** Fixed before any tuning; shapes of the rules and dashboards of kube-prometheus. */
const shapes: readonly (readonly [kind: QueryClass, expr: string, rangeMs?: number, stepMs?: number])[] = [
  // heavy, with a small answer
  ['heavy', `sum by (namespace) (rate(${cpu}[5m]))`, 6 * HOUR, MINUTE],
  ['heavy', `sum by (cluster, namespace, pod) (irate(${cpu}[5m]))`, 3 * HOUR, 2 * MINUTE],
  ['heavy', `sum(rate(${wide}{verb!~"WATCH"}[5m])) by (verb)`, HOUR, MINUTE],
  ['heavy', `histogram_quantile(0.99, sum by (le) (rate(${wide}{verb!~"WATCH|CONNECT"}[5m])))`, HOUR, MINUTE],
  ['heavy', `histogram_quantile(0.99, sum by (le, verb, scope) (rate(${wide}[5m])))`, HOUR, MINUTE],
  ['heavy', `sum(rate(${wide}{le="1"}[5m])) / sum(rate(${wide}{le="+Inf"}[5m]))`, HOUR, 30_000],
  ['heavy', `count(${wide})`, HOUR, 30_000],
  ['heavy', `topk(5, sum by (resource) (rate(${wide}{le="+Inf"}[10m])))`, HOUR, 2 * MINUTE],
  ['heavy', `max by (instance) (increase(${wide}{le="0.1"}[30m]))`, HOUR, MINUTE],
  ['heavy', `1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))`, 6 * HOUR, 30_000],
  [
    'heavy',
    `sum(${memory}) by (namespace) / sum(kube_pod_container_resource_limits{resource="memory"}) by (namespace)`,
    6 * HOUR,
    30_000,
  ],
  ['heavy', `sum by (namespace) (max_over_time(${memory}[1h]))`, 5 * HOUR, 2 * MINUTE],
  ['heavy', `avg_over_time(sum(rate(${cpu}[5m]))[1h:1m])`, 4 * HOUR, 5 * MINUTE],
  ['heavy', `sum(rate(${web}{code=~"5.."}[1h])) / sum(rate(${web}[1h]))`, 5 * HOUR, MINUTE],
  ['heavy', `histogram_quantile(0.9, sum by (le, handler) (rate(${web}[5m])))`, 6 * HOUR, MINUTE],
  ['heavy', `sum(${wide} offset 10m) by (scope)`, 40 * MINUTE, 30_000],
  ['heavy', `quantile(0.95, rate(${wide}{le="0.5"}[5m]))`, HOUR, MINUTE],
  [
    'heavy',
    `sum(rate(${cpu}[5m]) * on (namespace, pod, container) group_left () kube_pod_container_resource_limits)`,
    6 * HOUR,
    2 * MINUTE,
  ],
  ['heavy', `sum(deriv(${memory}[1h]))`, 5 * HOUR, 5 * MINUTE],
  ['heavy', `count by (namespace) (${cpu} > 100)`, 6 * HOUR, 30_000],
  // large answers
  ['large', `rate(${cpu}[5m])`, 6 * HOUR, 30_000],
  ['large', memory, 6 * HOUR, 30_000],
  ['large', `node_cpu_seconds_total`, 6 * HOUR, MINUTE],
  ['large', `rate(${web}[5m])`, 6 * HOUR, MINUTE],
  ['large', `${wide}{verb="GET"}`, HOUR, MINUTE],
  ['large', `sum by (resource, verb, le) (rate(${wide}{verb=~"GET|LIST"}[5m]))`, HOUR, 2 * MINUTE],
  [
    'large',
    `sum by (namespace, pod) (rate(${cpu}[5m])) / on (namespace, pod) group_left () sum by (namespace, pod) (${requests})`,
    6 * HOUR,
    30_000,
  ],
  ['large', `irate(node_cpu_seconds_total{mode!="idle"}[5m])`, 6 * HOUR, MINUTE],
  ['large', `${memory} > 60000000`, 6 * HOUR, 30_000],
  ['large', `increase(${wide}{le="1"}[10m])`, HOUR, MINUTE],
  // small
  ['small', `up`],
  ['small', `sum(node_load1)`],
  ['small', `node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes`],
  ['small', `sum by (instance) (rate(node_cpu_seconds_total{mode!="idle"}[5m]))`],
  ['small', `topk(3, ${memory})`],
  ['small', `histogram_quantile(0.9, sum by (le) (rate(${web}{handler="/api/3"}[5m])))`],
  ['small', `node_load1`, HOUR, MINUTE],
  ['small', `sum(rate(${cpu.replace('}', ', namespace="team-3"}')}[5m])) by (pod)`, 30 * MINUTE, MINUTE],
  ['small', `count(kube_pod_container_resource_requests) by (node)`],
  ['small', `absent(node_load1{instance="none"})`],
  ['small', `sum(${requests}) by (namespace)`],
  [
    'small',
    `(node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes) / node_memory_MemTotal_bytes * 100`,
    HOUR,
    MINUTE,
  ],
  ['small', `1 + 1`],
  ['small', `time()`, HOUR, 15_000],
]

export const benchQueries: readonly BenchQuery[] = shapes.map(([kind, expr, rangeMs = 0, stepMs = 0], i) => ({
  id: `${kind} ${i + 1}`,
  kind,
  expr,
  rangeMs,
  stepMs,
}))
