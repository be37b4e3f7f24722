import type {
  ContainerView,
  NamespaceView,
  NodeView,
  ObjectState,
  PodView,
  StateWord,
  WorkloadView,
} from '#lib/cluster'
import type { InstantSeries } from './columns.ts'

/** The tables of a cluster, from the whole to its parts. */
export const RESOURCE_KINDS = ['nodes', 'namespaces', 'workloads', 'pods', 'containers'] as const
/** One of the tables of a cluster. */
export type ResourceKind = (typeof RESOURCE_KINDS)[number]

/** What a row of each table is made from. */
export interface ResourceViews {
  nodes: NodeView
  namespaces: NamespaceView
  workloads: WorkloadView
  pods: PodView
  containers: ContainerView
}

/** Use of one resource beside what it is compared with; `value` is null where nothing is measured. */
export interface Use {
  value: number | null
  request: number | undefined
  limit: number | undefined
  /** What a node has: a bound that is not a limit. */
  size: number | undefined
}

/** A state as a row shows it: what the cluster says, or what the use of something that runs says. */
export interface RowState {
  level: ObjectState['level']
  word: StateWord | 'near-memory-limit' | 'at-cpu-limit'
  facts: ObjectState['facts']
}

/** One object of the cluster as every table and panel sees it. */
export interface ResourceRow {
  kind: ResourceKind
  /** What tells it from others of its kind; the URL names a selected row by it. */
  id: string
  name: string
  namespace: string
  node: string
  workload: { kind: string; name: string } | undefined
  labels: Readonly<Record<string, string>>
  createdMs: number
  state: RowState
  /** Ready parts of all; undefined where parts say nothing. */
  ready: { count: number; of: number } | undefined
  restarts: number | undefined
  images: readonly string[]
  cpu: Use
  memory: Use
  throttledPercent: number | null
  view: ResourceViews[ResourceKind]
}

/** What is measured now, by the key of what it is measured of. */
export interface Measured {
  cpu: ReadonlyMap<string, number>
  memory: ReadonlyMap<string, number>
  throttled: ReadonlyMap<string, number>
}

/** Nothing measured. */
export const NOT_MEASURED: Measured = { cpu: new Map(), memory: new Map(), throttled: new Map() }

/** Answers by the labels that name their object; what is no number is left out. */
export function measuredBy(names: readonly string[], series: InstantSeries[] | undefined): Map<string, number> {
  const found = new Map<string, number>()
  for (const { labels, value } of series ?? []) if (Number.isFinite(value)) found.set(keyOf(names, labels), value)
  return found
}

function keyOf(names: readonly string[], labels: Record<string, string>): string {
  let key = ''
  for (const name of names) key += key === '' ? (labels[name] ?? '') : `/${labels[name] ?? ''}`
  return key
}

/** A share of its limit above which something is said to be near it. */
export const NEAR_LIMIT = 0.85
const THROTTLED_PERCENT = 25
/** States that a look at the use may say more about. */
const WELL = new Set<string>(['running', 'ready', 'available', 'active'])

/** What has ended or not begun has no live value. */
const NOT_RUNNING = new Set<string>([
  'pending',
  'unschedulable',
  'scheduled',
  'pulling-image',
  'image-missing',
  'creating',
  'config-missing',
  'completed',
  'succeeded',
  'evicted',
  'scaled-to-zero',
])

/** Whether something in this state can have a live value at all. */
export function canRun(word: RowState['word']): boolean {
  return !NOT_RUNNING.has(word)
}

/** A row of a table: the view, with what is measured of it. */
export function resourceRow<K extends ResourceKind>(kind: K, view: ResourceViews[K], measured: Measured): ResourceRow {
  const parts = READERS[kind](view as never)
  const live = kind === 'nodes' || kind === 'namespaces' || canRun(view.state.word)
  const value = (of: ReadonlyMap<string, number>) => (live ? (of.get(parts.id) ?? null) : null)
  const { size = {}, requested, limited } = parts
  const cpu: Use = { value: value(measured.cpu), request: requested.cpu, limit: limited.cpu, size: size.cpu }
  const memory: Use = {
    value: value(measured.memory),
    request: requested.memory,
    limit: limited.memory,
    size: size.memory,
  }
  const throttledPercent = value(measured.throttled)
  return {
    kind,
    id: parts.id,
    name: view.name,
    namespace: view.namespace,
    node: parts.node ?? '',
    workload: parts.workload,
    labels: view.labels,
    createdMs: view.createdMs,
    state: seenState(view.state, memory, throttledPercent),
    ready: parts.ready,
    restarts: parts.restarts,
    images: parts.images ?? [],
    cpu,
    memory,
    throttledPercent,
    view,
  }
}

/** What runs well by the cluster's word may still be near its limit. */
function seenState(state: ObjectState, memory: Use, throttledPercent: number | null): RowState {
  if (state.level !== 'ok' || !WELL.has(state.word)) return state
  const bound = memory.limit ?? memory.size
  if (memory.value !== null && bound !== undefined && memory.value > NEAR_LIMIT * bound)
    return { level: 'warning', word: 'near-memory-limit', facts: { percent: (memory.value / bound) * 100 } }
  if ((throttledPercent ?? 0) > THROTTLED_PERCENT)
    return { level: 'warning', word: 'at-cpu-limit', facts: { percent: throttledPercent ?? 0 } }
  return state
}

type Parts = Pick<ResourceRow, 'id' | 'ready' | 'restarts'> & {
  node?: string
  workload?: ResourceRow['workload']
  images?: readonly string[]
  requested: PodView['requested']
  limited: PodView['limited']
  size?: PodView['limited']
}

const READERS: { [K in ResourceKind]: (view: ResourceViews[K]) => Parts } = {
  nodes: ({ name, requested, allocatable }) => ({
    id: name,
    node: name,
    ready: undefined,
    restarts: undefined,
    requested,
    limited: {},
    size: allocatable,
  }),
  namespaces: ({ name, podsReady, pods, requested, limited }) => ({
    id: name,
    ready: { count: podsReady, of: pods },
    restarts: undefined,
    requested,
    limited,
  }),
  workloads: ({ kind, namespace, name, ready, desired, restarts, images, requested, limited }) => ({
    id: `${kind}/${namespace}/${name}`,
    workload: { kind, name },
    ready: { count: ready, of: desired },
    restarts,
    images,
    requested,
    limited,
  }),
  pods: ({ namespace, name, node, workload, ready, containers, restarts, requested, limited }) => ({
    id: `${namespace}/${name}`,
    node,
    workload,
    ready: { count: ready, of: containers },
    restarts,
    requested,
    limited,
  }),
  containers: ({ namespace, pod, name, node, workload, restarts, image, requested, limited }) => ({
    id: `${namespace}/${pod}/${name}`,
    node,
    workload,
    ready: undefined,
    restarts,
    images: [image],
    requested,
    limited,
  }),
}

/** Use of pods added up by the workload they belong to. */
export function byWorkload(pods: readonly PodView[], ofPods: ReadonlyMap<string, number>): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { namespace, name, workload } of pods) {
    const value = ofPods.get(`${namespace}/${name}`)
    if (!workload || value === undefined) continue
    const key = `${workload.kind}/${namespace}/${workload.name}`
    sums.set(key, (sums.get(key) ?? 0) + value)
  }
  return sums
}

/** The scale of a bar without a limit: twice the request, so that the request stands in the middle, or what all share. */
export function openScale(use: Use, shared: number): number {
  const value = use.value ?? 0
  return use.request === undefined || use.request === 0
    ? Math.max(shared, value) * 1.15
    : Math.max(2 * use.request, value * 1.15)
}
