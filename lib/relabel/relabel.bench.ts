/** Time per target of the rules that pods with annotations are found by: `node lib/relabel/relabel.bench.ts`. */
import { Labels } from '#lib/model'
import { defaultRelabelConfig, type RelabelConfig } from './config.ts'
import { Relabeler } from './relabeler.ts'

const PODS = 10_000
const ANNOTATION = '__meta_kubernetes_pod_annotation_prometheus_io_'

const rule = (config: Partial<RelabelConfig>): RelabelConfig => ({ ...defaultRelabelConfig, ...config })
const podRules = [
  rule({ source_labels: [`${ANNOTATION}scrape`], action: 'keep', regex: 'true' }),
  rule({ source_labels: [`${ANNOTATION}scheme`], regex: '(https?)', target_label: '__scheme__' }),
  rule({ source_labels: [`${ANNOTATION}path`], regex: '(.+)', target_label: '__metrics_path__' }),
  rule({
    source_labels: [`${ANNOTATION}port`, '__meta_kubernetes_pod_ip'],
    regex: String.raw`(\d+);((([0-9]+?)(\.|$)){4})`,
    replacement: '$2:$1',
    target_label: '__address__',
  }),
  rule({ action: 'labelmap', regex: `${ANNOTATION}param_(.+)`, replacement: '__param_$1' }),
  rule({ action: 'labelmap', regex: '__meta_kubernetes_pod_label_(.+)' }),
  rule({ source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' }),
  rule({ source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' }),
  rule({ source_labels: ['__meta_kubernetes_pod_phase'], action: 'drop', regex: 'Pending|Succeeded|Failed|Completed' }),
]
const metricRules = [
  rule({ source_labels: ['__name__'], action: 'drop', regex: 'container_(network_tcp_usage_total|tasks_state)' }),
  rule({ source_labels: ['__name__', 'le'], action: 'drop', regex: 'etcd_request.*;(0\\.15|0\\.2|30)' }),
]

function podLabels(i: number): Record<string, string> {
  const labels: Record<string, string> = { __address__: `10.0.${i >> 8}.${i & 255}:80`, job: 'pods' }
  for (let k = 0; k < 12; k++) labels[`__meta_kubernetes_pod_label_app_${k}`] = `value-${i % 50}-${k}`
  for (let k = 0; k < 12; k++) labels[`__meta_kubernetes_pod_labelpresent_app_${k}`] = 'true'
  return {
    ...labels,
    [`${ANNOTATION}scrape`]: 'true',
    [`${ANNOTATION}port`]: '8080',
    __meta_kubernetes_pod_ip: `10.0.${i >> 8}.${i & 255}`,
    __meta_kubernetes_namespace: `ns-${i % 20}`,
    __meta_kubernetes_pod_name: `pod-${i}`,
    __meta_kubernetes_pod_phase: 'Running',
  }
}

function measure(name: string, work: (i: number) => unknown): void {
  for (let i = 0; i < PODS; i++) work(i)
  const micros: number[] = []
  for (let round = 0; round < 5; round++) {
    const started = performance.now()
    for (let i = 0; i < PODS; i++) work(i)
    micros.push(((performance.now() - started) * 1000) / PODS)
  }
  micros.sort((a, b) => a - b)
  console.log(
    `${name.padEnd(44)} ${micros[2].toFixed(2)} µs (${micros[0].toFixed(2)} to ${micros[4].toFixed(2)}), Node ${process.version}`,
  )
}

const pods = Array.from({ length: PODS }, (_, i) => podLabels(i))
const others = pods.map((labels) => ({ ...labels, [`${ANNOTATION}scrape`]: '' }))
const series = Array.from({ length: PODS }, (_, i) =>
  Labels.from({ __name__: `container_metric_${i % 100}`, pod: `pod-${i}`, namespace: 'ns', container: 'app' }),
)
const podRelabeler = new Relabeler(podRules)
const metricRelabeler = new Relabeler(metricRules)

measure('a pod with annotations, nine rules', (i) => podRelabeler.run(pods[i]))
measure('a pod without, dropped by the first', (i) => podRelabeler.run(others[i]))
measure('a new series, two rules that drop others', (i) => metricRelabeler.run(series[i]))
