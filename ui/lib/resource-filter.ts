import { canRun, type ResourceKind, type ResourceRow, type Use } from './resource-row.ts'
import type { FilterSubject } from './text-filter.ts'

/** The counted filters of the tables of a cluster. */
export type ResourceQuick =
  | 'notReady'
  | 'nearLimit'
  | 'restarted'
  | 'noCpuLimit'
  | 'noMemoryLimit'
  | 'noRequest'
  | 'changing'
  | 'cordoned'

/** What each of them keeps. */
export const RESOURCE_QUICK: Record<ResourceQuick, (row: ResourceRow) => boolean> = {
  notReady: isNotReady,
  nearLimit: ({ state }) => state.word === 'near-memory-limit' || state.word === 'at-cpu-limit',
  changing: ({ state }) => state.word === 'rolling-out' || state.word === 'terminating',
  restarted: ({ restarts }) => (restarts ?? 0) > 0,
  noCpuLimit: (row) => canRun(row.state.word) && row.cpu.limit === undefined,
  noMemoryLimit: (row) => canRun(row.state.word) && row.memory.limit === undefined,
  noRequest: (row) => canRun(row.state.word) && (row.cpu.request === undefined || row.memory.request === undefined),
  cordoned: ({ view }) => 'unschedulable' in view && view.unschedulable,
}

/** Which of them stand above each table, and how grave what they count is. */
export const QUICK_OF: Record<ResourceKind, readonly [id: ResourceQuick, level?: 'warn' | 'crit'][]> = {
  nodes: [['notReady', 'crit'], ['nearLimit', 'warn'], ['cordoned']],
  namespaces: [['notReady', 'crit'], ['changing']],
  workloads: [['notReady', 'crit'], ['nearLimit', 'warn'], ['changing'], ['restarted'], ['noMemoryLimit']],
  pods: [['notReady', 'crit'], ['nearLimit', 'warn'], ['restarted'], ['noCpuLimit'], ['noMemoryLimit']],
  containers: [
    ['notReady', 'crit'],
    ['nearLimit', 'warn'],
    ['restarted'],
    ['noCpuLimit'],
    ['noMemoryLimit'],
    ['noRequest'],
  ],
}

/** What has come to its end, or was told to rest. */
const ENDED = new Set<string>(['completed', 'succeeded', 'scaled-to-zero', 'suspended'])
/** What does not work, whatever its parts say. */
const BROKEN = new Set<string>(['not-ready', 'unknown', 'node-lost'])
/** What ended badly may have been followed by another try. */
const FAILED = new Set<string>(['failed', 'evicted'])

/** Whether something does not do its work, although it should. */
export function isNotReady({ kind, state, ready, view }: ResourceRow): boolean {
  if (ENDED.has(state.word)) return false
  if (BROKEN.has(state.word)) return true
  if (FAILED.has(state.word) || isJob(view)) return state.level === 'critical'
  if (kind === 'containers') return 'init' in view && !view.init && !view.ready
  return ready !== undefined && ready.count < ready.of
}

/** Jobs are not ready or not: they run, and end. */
function isJob(view: ResourceRow['view']): boolean {
  return 'kind' in view && (view.kind === 'Job' || view.kind === 'CronJob')
}

/** How the filter bar sees a row; what a condition does not ask for is not made: there may be thousands of rows. */
export function resourceSubject(row: ResourceRow): FilterSubject {
  return {
    get text() {
      return textOf(row)
    },
    get labels() {
      return labelsOf(row)
    },
    measure: (measure, percent) => measureOf(row, measure, percent),
  }
}

function textOf({ name, namespace, node, workload, labels, images, view }: ResourceRow): string {
  const owner = workload ? `${workload.kind}/${workload.name}` : ''
  return [name, namespace, node, owner, podOf(view), ...images, ...Object.values(labels)].join(' ')
}

function labelsOf({ kind, name, namespace, node, workload, labels, images, state, view }: ResourceRow) {
  return {
    ...labels,
    name,
    namespace,
    node,
    workload: workload?.name ?? '',
    kind: 'kind' in view ? view.kind : (workload?.kind ?? ''),
    pod: kind === 'pods' ? name : podOf(view),
    image: images.join(' '),
    state: state.word,
  }
}

function podOf(view: ResourceRow['view']): string {
  return 'pod' in view ? view.pod : ''
}

function measureOf(row: ResourceRow, measure: string, percent: boolean): number | null {
  if (measure === 'memory') return percent ? percentOf(row.memory) : row.memory.value
  if (measure === 'cpu') return percent ? percentOf(row.cpu) : row.cpu.value
  if (measure === 'throttled') return row.throttledPercent
  return measure === 'restarts' ? (row.restarts ?? null) : null
}

/** Use as a share of its limit, or of what the node has, in percent. */
export function percentOf({ value, limit, size }: Use): number | null {
  const bound = limit ?? size
  return value === null || !bound ? null : (value / bound) * 100
}
