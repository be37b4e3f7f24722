/** Time to turn ten thousand pods into targets, at first and after one changed: `node lib/scrape/target-sets.bench.ts`. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { DiscoveredGroup } from '#lib/discovery'
import { openLog } from '#lib/log'
import { defaultRelabelConfig, type RelabelConfig } from '#lib/relabel'
import { defaultPoolOptions } from './pool.ts'
import { TargetSets } from './target-sets.ts'

const PODS = 10_000
const rule = (config: Partial<RelabelConfig>): RelabelConfig => ({ ...defaultRelabelConfig, ...config })
const relabel = [
  rule({ action: 'keep', source_labels: ['__meta_kubernetes_pod_annotation_prometheus_io_scrape'], regex: 'true' }),
  rule({
    source_labels: ['__address__', '__meta_kubernetes_pod_annotation_prometheus_io_port'],
    regex: String.raw`([^:]+)(?::\d+)?;(\d+)`,
    replacement: '$1:$2',
    target_label: '__address__',
  }),
  rule({ action: 'labelmap', regex: '__meta_kubernetes_pod_label_(.+)' }),
  rule({ source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' }),
]

function pod(i: number): DiscoveredGroup {
  const labels: Record<string, string> = { __address__: `10.${i >> 8}.${i & 255}.1:80` }
  for (let k = 0; k < 15; k++) labels[`__meta_kubernetes_pod_label_l${k}`] = `v${i % 7}`
  for (let k = 0; k < 15; k++) labels[`__meta_kubernetes_pod_labelpresent_l${k}`] = 'true'
  labels.__meta_kubernetes_pod_annotation_prometheus_io_scrape = i % 2 === 0 ? 'true' : ''
  labels.__meta_kubernetes_pod_annotation_prometheus_io_port = '9100'
  return { source: `pod/ns/${i}`, targets: [labels], labels: { __meta_kubernetes_namespace: `ns${i % 20}` } }
}

const groups = Array.from({ length: PODS }, (_, i) => pod(i))
const sets = new TargetSets({ log: openLog({ level: 'error', format: 'json' }), send: async () => {} })
sets.setPools([{ name: 'pods', groups: [], relabel, options: defaultPoolOptions }])
await sets.settled()

async function measure(name: string, work: () => unknown): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const started = performance.now()
  await work()
  const ms = performance.now() - started
  delay.disable()
  console.log(`${name.padEnd(36)} ${ms.toFixed(0)} ms, longest turn ${(delay.max / 1e6).toFixed(0)} ms`)
}

const set = (list: readonly DiscoveredGroup[]) => {
  sets.setGroups('pods', 'sd', list)
  return sets.settled()
}
for (let round = 0; round < 3; round++) {
  await measure(`${PODS} pods, half of them kept`, () => set(groups.map((group) => ({ ...group }))))
}
await measure('one pod changed', () => set([{ ...pod(2), source: 'pod/ns/2' }]))
await measure('all that is dropped, explained', () => sets.dropped())
