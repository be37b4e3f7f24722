import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { answerHeapster, parseHeapsterLabels, ReadApi } from '#lib/api'
import { Labels } from '#lib/model'
import { Engine, MemoryStorage } from '#lib/promql'
import { everything } from '#lib/storage'
import type { Report } from './suite.ts'
import { attempt, compare } from './tally.ts'

interface Example {
  readonly id: string
  readonly GET: string
  readonly status: number
  readonly response: unknown
}

interface Examples {
  readonly examples: readonly Example[]
  readonly labelParsing: readonly {
    readonly input: string
    readonly want?: Record<string, string> | null
    readonly wantError?: boolean
  }[]
}

const ROOT = '/api/v1/model/'
const NOW = Date.parse('2018-11-29T23:02:30Z')
const cadvisor = ['cpu/usage', 'cpu/usage_rate', 'memory/usage', 'memory/working_set']

/** Seeds a store with the entities that the examples name, asks each example's path and compares the answer's shape. */
export async function run(folder: string, report: Report): Promise<void> {
  const { examples, labelParsing } = JSON.parse(readFileSync(join(folder, 'examples.json'), 'utf8')) as Examples
  for (const [i, { input, want, wantError = false }] of labelParsing.entries()) {
    const got = attempt(() => parseHeapsterLabels(input))
    const actual = 'error' in got ? { error: true } : { want: got.value ?? null }
    compare(report, `labels-${i}`, wantError ? { error: true } : { want: want ?? null }, actual)
  }
  const engine = new Engine({ lookbackMs: 300_000, maxSamples: 1e7, timeoutMs: 60_000 })
  const storage = seeded(examples)
  const api = new ReadApi(engine, { querier: () => storage.querier(), metadata: () => new Map() })
  for (const example of examples) await runExample(api, example, report)
}

async function runExample(api: ReadApi, { id, GET, status, response }: Example, report: Report): Promise<void> {
  const url = new URL(GET, 'http://localhost')
  const param = (name: string) => url.searchParams.get(name) ?? undefined
  const asked = {
    path: url.pathname.slice(ROOT.length),
    start: param('start'),
    end: param('end'),
    labels: param('labels'),
    scope: everything,
    nowMs: NOW,
  }
  try {
    const text = await answerHeapster(asked, (request) => api.answer(request, { reason: () => undefined }))
    const actual = text === undefined ? { status: 404 } : { status: 200, shape: shapeOf(JSON.parse(text)) }
    compare(report, id, status === 200 ? { status, shape: shapeOf(response) } : { status }, actual)
  } catch (error) {
    const actual = (error as { code?: string }).code === 'bad_data' ? 400 : 500
    compare(report, id, status, actual)
  }
}

/** Lists as sets; of points: their keys and types, that they ascend in whole minutes, and that the newest is named. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value))
    return value.every((item) => typeof item === 'string') ? [...value].sort() : value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return typeof value
  const { metrics, latestTimestamp, ...others } = value as { metrics?: unknown[]; latestTimestamp?: string }
  if (metrics === undefined)
    return Object.fromEntries(Object.entries(others).map(([key, item]) => [key, shapeOf(item)]))
  const points = metrics as { timestamp: string; value: number; floatValue?: number }[]
  return {
    isEmpty: points.length === 0,
    keys: [...new Set(points.flatMap((point) => Object.keys(point)))].sort(),
    wholeMinutes: points.every(({ timestamp }) => timestamp.endsWith(':00Z')),
    wholeValues: points.every(({ value }) => Number.isInteger(value) && value >= 0),
    ascends: points.every(({ timestamp }, i) => i === 0 || timestamp > points[i - 1].timestamp),
    namesNewest: latestTimestamp === (points.at(-1)?.timestamp ?? '0001-01-01T00:00:00Z'),
    others: Object.keys(others).sort(),
  }
}

interface Seed {
  readonly labels: Record<string, string>
  readonly metrics: Set<string>
}

/** A store that holds, for each entity of the examples, the series behind the metrics that an example gives it. */
function seeded(examples: readonly Example[]): MemoryStorage {
  const seeds = new Map<string, Seed>()
  const seed = (labels: Record<string, string>, metrics: readonly string[]) => {
    const key = JSON.stringify(labels)
    const found = seeds.get(key) ?? { labels, metrics: new Set<string>() }
    for (const metric of metrics) found.metrics.add(metric)
    seeds.set(key, found)
  }
  for (const example of examples) if (example.status === 200) seedOf(example, examples, seed)
  const storage = new MemoryStorage()
  for (const { labels, metrics } of seeds.values())
    for (const metric of metrics)
      for (const source of sourcesOf(metric)) fill(storage, Labels.from({ ...labels, ...source }))
  return storage
}

function seedOf(
  { GET, response }: Example,
  examples: readonly Example[],
  seed: (labels: Record<string, string>, metrics: readonly string[]) => void,
): void {
  const parts = new URL(GET, 'http://localhost').pathname.slice(ROOT.length).replace(/\/+$/, '').split('/')
  const at = parts.indexOf('metrics')
  const names = Array.isArray(response) ? (response as string[]) : []
  const isEmpty = !Array.isArray(response) && (response as { metrics?: unknown[] }).metrics?.length === 0
  if (isEmpty) return
  if (at < 0) {
    for (const name of names) for (const labels of labelsOf([...parts, name], examples)) seed(labels, cadvisor)
    return
  }
  const metrics = at === parts.length - 1 ? names : [parts.slice(at + 1).join('/')]
  for (const labels of labelsOf(parts.slice(0, at), examples)) seed(labels, metrics)
}

/** The labels of what a path names; a cluster or namespace is what one pod and one node of it has. */
function labelsOf(path: readonly string[], examples: readonly Example[]): Record<string, string>[] {
  const [first, a, second, b, , c] = path
  const node = firstOf(examples, 'nodes')
  if (path.length === 0)
    return [{ node, id: '/' }, ...labelsOf(['namespaces', firstOf(examples, 'namespaces')], examples)]
  if (first === 'nodes' && second === undefined) return [{ node: a, id: '/' }]
  if (first === 'nodes') return b === undefined ? [] : [{ node: a, id: `/system.slice/${b}.service` }]
  if (first !== 'namespaces') return []
  if (second === 'pod-list') return b.split(',').map((pod) => podLabels(a, pod, 'main', node))
  const pod = b ?? podOf(a, examples)
  return [podLabels(a, pod, c ?? mainContainer(a, pod, examples), node)]
}

function podLabels(namespace: string, pod: string, container: string, node: string): Record<string, string> {
  return { namespace, pod, container, node, id: `/kubepods/${namespace}-${pod}/${container}` }
}

/** The first node or namespace that an example names. */
function firstOf(examples: readonly Example[], list: string): string {
  const found = examples.flatMap(({ GET }) => new RegExp(`/${list}/([^/]+)/`).exec(GET)?.[1] ?? [])
  return found[0] ?? list
}

/** A pod of the namespace that an example lists or names. */
function podOf(namespace: string, examples: readonly Example[]): string {
  const list = examples.find(({ GET }) => GET.replace(/\/$/, '') === `${ROOT}namespaces/${namespace}/pods`)
  const named = examples.flatMap(({ GET }) => new RegExp(`/namespaces/${namespace}/pods/([^/]+)/`).exec(GET)?.[1] ?? [])
  return (list?.response as string[] | undefined)?.[0] ?? named[0] ?? 'main'
}

/** A pod's only container, where an example lists them. */
function mainContainer(namespace: string, pod: string | undefined, examples: readonly Example[]): string {
  const list = examples.find(
    ({ GET }) => GET.replace(/\/$/, '') === `${ROOT}namespaces/${namespace}/pods/${pod}/containers`,
  )
  return (list?.response as string[] | undefined)?.[0] ?? 'main'
}

function fill(storage: MemoryStorage, labels: Labels): void {
  for (let ago = 40; ago >= 0; ago--) storage.add(labels, NOW - ago * 30_000, 1000 + (40 - ago) * 7)
}

/** The series of kubelets and of kube-state that stand behind a metric of the model. */
function sourcesOf(metric: string): Record<string, string>[] {
  const [group, rest = ''] = metric.split('/')
  const name = rest.replace(/_rate$/, '')
  if (rest.startsWith('node_')) return nodeSources(group)
  if (rest === 'request' || rest === 'limit')
    return [{ __name__: `kube_pod_container_resource_${rest}s`, resource: group }]
  if (name.endsWith('page_faults')) {
    const type = name === 'page_faults' ? 'pgfault' : 'pgmajfault'
    return [{ __name__: 'container_memory_failures_total', failure_type: type, scope: 'hierarchy' }]
  }
  const series = plainSources[metric] ?? plainSources[`${group}/${name}`] ?? plainSources[aliases[metric]]
  return series === undefined ? [] : [{ __name__: series }]
}

function nodeSources(group: string): Record<string, string>[] {
  const use = group === 'cpu' ? 'container_cpu_usage_seconds_total' : 'container_memory_working_set_bytes'
  return [
    { __name__: 'kube_node_status_capacity', resource: group },
    { __name__: 'kube_node_status_allocatable', resource: group },
    { __name__: 'kube_pod_container_resource_requests', resource: group },
    { __name__: use },
  ]
}

const aliases: Readonly<Record<string, string>> = {
  'cpu-usage': 'cpu/usage',
  'memory-usage': 'memory/usage',
  'memory-working': 'memory/working_set',
}

const plainSources: Readonly<Record<string, string>> = {
  'cpu/usage': 'container_cpu_usage_seconds_total',
  'cpu/load': 'container_cpu_load_average_10s',
  'memory/usage': 'container_memory_usage_bytes',
  'memory/working_set': 'container_memory_working_set_bytes',
  'memory/cache': 'container_memory_cache',
  'memory/rss': 'container_memory_rss',
  uptime: 'container_start_time_seconds',
  'network/rx': 'container_network_receive_bytes_total',
  'network/tx': 'container_network_transmit_bytes_total',
  'network/rx_errors': 'container_network_receive_errors_total',
  'network/tx_errors': 'container_network_transmit_errors_total',
}
