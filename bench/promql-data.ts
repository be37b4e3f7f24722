/**
 * What the PromQL bench asks about: a made-up cluster. `long`: 2,000 series over six hours; `wide`: 20,000 over one; both
 * every 15 s and up to the same moment. Every figure is a function of series and step, so that each store gets the same.
 */

export const INTERVAL_MS = 15_000
export const LONG_MS = 6 * 3_600_000
export const WIDE_MS = 3_600_000

/** A series and its samples: `valueAt(0)` is the first. */
export interface BenchSeries {
  readonly labels: Readonly<Record<string, string>>
  readonly valueAt: (step: number) => number
}

export interface BenchSet {
  readonly lengthMs: number
  readonly series: readonly BenchSeries[]
}

/** Between 0 and 1, the same for the same numbers, without a pattern. */
function noise(a: number, b: number): number {
  let x = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d)
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39)
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32
}

/** Rises by a jittery rate, and begins anew every few hours, as after a restart. */
function counter(seed: number, rate: number): (step: number) => number {
  const restart = 600 + Math.floor(noise(seed, 7) * 900)
  return (step) => {
    const since = step % restart
    return Math.round((since * rate * 15 + noise(seed, step) * rate * 10) * 1000) / 1000
  }
}

function gauge(seed: number, size: number): (step: number) => number {
  return (step) => Math.round(size * (1 + 0.4 * Math.sin(step / 40 + seed) + 0.1 * noise(seed, step)))
}

const constant = (value: number) => () => value

const PODS = 240
const NODES = 10
const LE = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf']

function podLabels(pod: number): Record<string, string> {
  return {
    namespace: `team-${pod % 12}`,
    pod: `app-${pod % 40}-6d4cf${1000 + pod}`,
    container: 'main',
    node: `node-${pod % NODES}`,
  }
}

function longSeries(): BenchSeries[] {
  const all: BenchSeries[] = []
  const add = (name: string, labels: Record<string, string>, valueAt: (step: number) => number) =>
    void all.push({ labels: { __name__: name, ...labels }, valueAt })
  for (let pod = 0; pod < PODS; pod++) {
    const of = podLabels(pod)
    const kubelet = { ...of, job: 'kubelet', metrics_path: '/metrics/cadvisor', image: 'registry/app:1' }
    add('container_cpu_usage_seconds_total', kubelet, counter(pod, 0.05 + (pod % 9) / 10))
    add('container_memory_working_set_bytes', kubelet, gauge(pod, 50_000_000 + pod * 100_000))
    add(
      'kube_pod_container_resource_requests',
      { ...of, job: 'kube-state-metrics', resource: 'cpu', unit: 'core' },
      constant(0.25),
    )
    add(
      'kube_pod_container_resource_limits',
      { ...of, job: 'kube-state-metrics', resource: 'memory', unit: 'byte' },
      constant(128 * 2 ** 20),
    )
  }
  for (let node = 0; node < NODES; node++) {
    const instance = `node-${node}`
    for (let cpu = 0; cpu < 4; cpu++) {
      for (const [i, mode] of ['idle', 'user', 'system', 'iowait', 'irq', 'softirq', 'steal', 'nice'].entries())
        add(
          'node_cpu_seconds_total',
          { job: 'node-exporter', instance, cpu: String(cpu), mode },
          counter(node * 100 + cpu * 10 + i, i === 0 ? 0.7 : 0.05),
        )
    }
    add('node_memory_MemTotal_bytes', { job: 'node-exporter', instance }, constant(16 * 2 ** 30))
    add('node_memory_MemAvailable_bytes', { job: 'node-exporter', instance }, gauge(node + 500, 8e9))
    add('node_load1', { job: 'node-exporter', instance }, gauge(node + 600, 2))
  }
  for (let handler = 0; handler < 50; handler++) {
    const of = {
      job: 'web',
      instance: `web-${handler % 5}`,
      handler: `/api/${Math.floor(handler / 5)}`,
      code: handler % 7 === 0 ? '500' : '200',
    }
    for (const [i, le] of LE.entries())
      add('http_request_duration_seconds_bucket', { ...of, le }, counter(handler * 7 + 3, (i + 1) * 0.8))
    add('http_request_duration_seconds_count', of, counter(handler * 7 + 3, LE.length * 0.8))
    add('http_request_duration_seconds_sum', of, counter(handler + 9000, 2))
  }
  return all
}

function wideSeries(): BenchSeries[] {
  const all: BenchSeries[] = []
  for (let i = 0; all.length < 20_000; i++) {
    const of = {
      job: 'apiserver',
      instance: `control-${i % 3}`,
      verb: ['GET', 'LIST', 'WATCH', 'POST', 'PUT', 'PATCH', 'DELETE'][i % 7],
      resource: `resource-${Math.floor(i / 21)}`,
      scope: ['cluster', 'namespace', 'resource'][i % 3],
    }
    for (const [k, le] of LE.entries())
      all.push({
        labels: { __name__: 'apiserver_request_duration_seconds_bucket', ...of, le },
        valueAt: counter(i * 31 + 5, (k + 1) * 0.3),
      })
  }
  return all.slice(0, 20_000)
}

export function benchSets(): { readonly long: BenchSet; readonly wide: BenchSet } {
  return { long: { lengthMs: LONG_MS, series: longSeries() }, wide: { lengthMs: WIDE_MS, series: wideSeries() } }
}
