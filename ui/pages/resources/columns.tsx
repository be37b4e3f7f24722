import { useMemo } from 'react'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import { shortAge } from '../../lib/format.ts'
import type { ResourceKind, ResourceRow } from '../../lib/resource-row.ts'
import { chooseUnit, columnUnit, type Unit } from '../../lib/units.ts'
import { ObjectLink } from '../../parts/object-link.tsx'
import type { ObjectColumn } from '../../parts/object-table.tsx'
import type { Words } from '../../words/en.ts'
import { NameCell, StateCell, UseCell } from './cells.tsx'

/** The name of a column; its URL entry, too. */
export type ColumnId =
  | 'name'
  | 'state'
  | 'ready'
  | 'cpu'
  | 'memory'
  | 'throttled'
  | 'restarts'
  | 'age'
  | 'namespace'
  | 'workload'
  | 'node'
  | 'pods'
  | 'workloads'
  | 'version'
  | 'roles'
  | 'zone'
  | 'image'

/** The columns that each table has, in their order. */
const COLUMNS: Record<ResourceKind, readonly ColumnId[]> = {
  nodes: ['name', 'state', 'roles', 'pods', 'cpu', 'memory', 'version', 'zone', 'age'],
  namespaces: ['name', 'state', 'pods', 'workloads', 'cpu', 'memory', 'age'],
  workloads: ['name', 'state', 'namespace', 'ready', 'cpu', 'memory', 'restarts', 'image', 'age'],
  pods: ['name', 'state', 'namespace', 'ready', 'cpu', 'memory', 'throttled', 'restarts', 'workload', 'node', 'age'],
  containers: ['name', 'state', 'namespace', 'cpu', 'memory', 'throttled', 'restarts', 'image', 'node', 'age'],
}

/** Those that are shown only when asked for. */
const ASKED_FOR = new Set<ColumnId>(['workload', 'node', 'image', 'zone'])
const NOT_ON_PODS = new Set<ColumnId>(['throttled'])

/** The columns that a table shows when its URL names none; the namespace says nothing when there is only one. */
export function defaultColumns(kind: ResourceKind, namespaces: number): ColumnId[] {
  return COLUMNS[kind].filter(
    (id) =>
      !ASKED_FOR.has(id) && !(id === 'namespace' && namespaces === 1) && !(kind === 'pods' && NOT_ON_PODS.has(id)),
  )
}

/** The size of what is usually seen: it chooses the unit while nothing is measured. */
const USUAL_BYTES = 100 * 1024 ** 2

/** All columns of a table; each use column has one unit, named in its title. */
export function useResourceColumns(
  kind: ResourceKind,
  rows: readonly ResourceRow[],
  says = false,
): ObjectColumn<ResourceRow>[] {
  const { words, language } = useWords()
  const { toMs } = usePageTime()
  const highest = useMemo(() => ({ cpu: highestOf(rows, 'cpu'), memory: highestOf(rows, 'memory') }), [rows])
  return useMemo(() => {
    const memory = columnUnit('bytes', highest.memory || USUAL_BYTES, language)
    const cores = chooseUnit('cores', 1, language)
    const context = { words, language, nowMs: toMs, memory, cores, highest, says }
    return COLUMNS[kind].map((id) => MAKE[id](context, kind))
  }, [kind, words, language, toMs, highest, says])
}

interface Context {
  words: Words
  language: string
  nowMs: number
  memory: Unit
  cores: Unit
  highest: Record<'cpu' | 'memory', number>
  /** Limits are written behind their bars. */
  says: boolean
}

/** The highest use: it decides the unit of a column, and what bars are measured against that have nothing of their own. */
function highestOf(rows: readonly ResourceRow[], of: 'cpu' | 'memory'): number {
  return rows.reduce((highest, row) => Math.max(highest, row[of].value ?? 0), 0)
}

type Make = (context: Context, kind: ResourceKind) => ObjectColumn<ResourceRow>

const LEVELS = ['critical', 'warning', 'idle', 'ok']

const MAKE: Record<ColumnId, Make> = {
  name: ({ words }, kind) => ({
    id: 'name',
    title: words.resources.one[kind],
    sort: ({ name }) => name,
    cell: (row) => <NameCell row={row} beside={besideOf(row, words)} />,
  }),
  state: ({ words }) => ({
    id: 'state',
    title: words.resources.columns.state,
    width: 228,
    sort: ({ state }) => `${LEVELS.indexOf(state.level)} ${state.word}`,
    cell: ({ state }) => <StateCell state={state} />,
  }),
  ready: ({ words }) => ({
    id: 'ready',
    title: words.resources.columns.ready,
    width: 68,
    right: true,
    priority: 3,
    sort: ({ ready }) => (ready ? ready.count / Math.max(1, ready.of) : null),
    cell: ({ ready }) => (ready ? `${ready.count}/${ready.of}` : '–'),
  }),
  cpu: ({ words, cores, highest, says }) => ({
    id: 'cpu',
    title: `${words.resources.columns.cpu}, ${words.units['cores']}`,
    width: says ? 196 : 142,
    priority: 4,
    sort: ({ cpu }) => cpu.value,
    cell: (row) => <UseCell row={row} of="cpu" unit={cores} shared={highest.cpu} width={64} says={says} />,
  }),
  memory: ({ words, memory, highest, says }) => ({
    id: 'memory',
    title: `${words.resources.columns.memory}, ${memory.name}`,
    width: says ? 216 : 166,
    key: true,
    sort: (row) => row.memory.value,
    cell: (row) => (
      <UseCell row={row} of="memory" unit={memory} shared={highest.memory} width={72} numberWidth={42} says={says} />
    ),
  }),
  throttled: ({ words }) => ({
    id: 'throttled',
    title: words.resources.columns.throttled,
    width: 92,
    right: true,
    priority: 2,
    sort: ({ throttledPercent }) => throttledPercent,
    cell: ({ throttledPercent }) => (throttledPercent === null ? <Nothing /> : `${throttledPercent.toFixed(1)}%`),
  }),
  restarts: ({ words }) => ({
    id: 'restarts',
    title: words.resources.columns.restarts,
    width: 84,
    right: true,
    priority: 2,
    sort: ({ restarts }) => restarts ?? null,
    cell: ({ restarts }) => restarts ?? <Nothing />,
  }),
  age: ({ words, language, nowMs }) => ({
    id: 'age',
    title: words.resources.columns.age,
    width: 80,
    right: true,
    priority: 1,
    sort: ({ createdMs }) => (createdMs > 0 ? -createdMs : null),
    cell: ({ createdMs }) => (createdMs > 0 ? shortAge(Math.max(0, nowMs - createdMs), language) : <Nothing />),
  }),
  namespace: ({ words }) => ({
    id: 'namespace',
    title: words.resources.columns.namespace,
    width: 136,
    priority: 3,
    sort: ({ namespace }) => namespace,
    cell: ({ namespace }) => <ObjectLink kind="namespace" namespace="" name={namespace} />,
  }),
  workload: ({ words }) => ({
    id: 'workload',
    title: words.resources.columns.workload,
    width: 190,
    priority: 2,
    sort: ({ workload }) => workload?.name ?? null,
    cell: ({ workload, namespace }) => (workload ? <ObjectLink {...workload} namespace={namespace} /> : <Nothing />),
  }),
  node: ({ words }) => ({
    id: 'node',
    title: words.resources.columns.node,
    width: 150,
    priority: 2,
    sort: ({ node }) => node || null,
    cell: ({ node }) => (node === '' ? <Nothing /> : <ObjectLink kind="node" namespace="" name={node} />),
  }),
  pods: ({ words }, kind) => ({
    id: 'pods',
    title: words.resources.columns.pods,
    width: 92,
    right: true,
    priority: 3,
    sort: ({ view }) => ('pods' in view ? view.pods : null),
    cell: (row) => (kind === 'nodes' ? podsOfNode(row) : row.ready ? `${row.ready.count}/${row.ready.of}` : '–'),
  }),
  workloads: ({ words }) => ({
    id: 'workloads',
    title: words.resources.columns.workloads,
    width: 100,
    right: true,
    priority: 2,
    sort: ({ view }) => ('workloads' in view ? view.workloads : null),
    cell: ({ view }) => ('workloads' in view ? view.workloads : <Nothing />),
  }),
  version: ({ words }) => ({
    id: 'version',
    title: words.resources.columns.version,
    width: 104,
    priority: 2,
    sort: ({ view }) => ('kubeletVersion' in view ? view.kubeletVersion : null),
    cell: ({ view }) => ('kubeletVersion' in view ? view.kubeletVersion : <Nothing />),
  }),
  roles: ({ words }) => ({
    id: 'roles',
    title: words.resources.columns.roles,
    width: 124,
    priority: 1,
    sort: ({ view }) => ('roles' in view ? view.roles.join(', ') : null),
    cell: ({ view }) => ('roles' in view && view.roles.length > 0 ? view.roles.join(', ') : <Nothing />),
  }),
  zone: ({ words }) => ({
    id: 'zone',
    title: words.resources.columns.zone,
    width: 124,
    priority: 1,
    sort: ({ view }) => ('zone' in view ? view.zone : null),
    cell: ({ view }) => ('zone' in view && view.zone !== '' ? view.zone : <Nothing />),
  }),
  image: ({ words }) => ({
    id: 'image',
    title: words.resources.columns.image,
    width: 220,
    priority: 1,
    sort: ({ images }) => images[0] ?? null,
    cell: ({ images }) => (
      <code className="image" title={images.join('\n')}>
        {images.join(', ')}
      </code>
    ),
  }),
}

function Nothing() {
  return <span className="t3">–</span>
}

function podsOfNode({ view }: ResourceRow): string {
  if (!('pods' in view && 'allocatable' in view)) return '–'
  return view.allocatable.pods === undefined ? String(view.pods) : `${view.pods}/${view.allocatable.pods}`
}

/** What stands beside a name, in grey: the pod of a container, the kind of a workload. */
function besideOf({ kind, view }: ResourceRow, words: Words): string | undefined {
  if (kind === 'workloads' && 'kind' in view) return view.kind
  if (kind !== 'containers' || !('image' in view)) return undefined
  return view.init ? `${words.resources.initContainer} · ${view.pod}` : view.pod
}
