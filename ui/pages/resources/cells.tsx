import type { ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useSeconds } from '../../app/seconds.ts'
import { useWords } from '../../app/words.ts'
import { objectPath } from '../../lib/object-path.ts'
import {
  canRun,
  openScale,
  type ResourceKind,
  type ResourceRow,
  type RowState,
  type Use,
} from '../../lib/resource-row.ts'
import { isTicking, levelOfState, stateText } from '../../lib/state-text.ts'
import { withUnit, type Unit } from '../../lib/units.ts'
import { linkTo } from '../../lib/url-state.ts'
import { Name } from '../../parts/name.tsx'
import { Status } from '../../parts/status.tsx'
import { UseBar } from '../../parts/use-bar.tsx'
import { useWhyNone } from './no-figures.tsx'

/** A state in words; one that tells a duration is said anew each second. */
export function StateCell({ state }: { state: RowState }) {
  return isTicking(state) ? <TickingState state={state} /> : <SaidState state={state} nowMs={0} />
}

function TickingState({ state }: { state: RowState }) {
  return <SaidState state={state} nowMs={useSeconds()} />
}

function SaidState({ state, nowMs }: { state: RowState; nowMs: number }) {
  const { words, language } = useWords()
  const text = stateText(state, words, nowMs, language)
  return (
    <Status level={levelOfState(state)}>
      <span title={text}>{text}</span>
    </Status>
  )
}

const KIND_OF: Record<ResourceKind, string> = {
  nodes: 'node',
  namespaces: 'namespace',
  workloads: '',
  pods: 'pod',
  containers: 'container',
}

/** The page that shows the object of a row. */
export function rowPath(row: ResourceRow, search: URLSearchParams): string {
  const { kind, name, namespace, view } = row
  if (kind === 'workloads' && 'kind' in view) return linkTo(objectPath(view) ?? '/workloads', search)
  const pod = kind === 'containers' && 'pod' in view && typeof view.pod === 'string' ? view.pod : undefined
  const path = objectPath({ kind: KIND_OF[kind], namespace, name, pod }) ?? `/${kind}`
  return linkTo(path, search, pod === undefined ? {} : { c: name })
}

/** The name of a row's object as the way to its page, and beside it what tells it from others. */
export function NameCell({ row, beside }: { row: ResourceRow; beside?: ReactNode }) {
  const [search] = useSearchParams()
  return (
    <span className="link-cell">
      <Link className="name" to={rowPath(row, search)}>
        <Name name={row.name} />
      </Link>
      {beside !== undefined && <span className={row.kind === 'containers' ? 't3 keep' : 't3'}>{beside}</span>}
    </span>
  )
}

interface UseProps {
  row: ResourceRow
  of: 'cpu' | 'memory'
  unit: Unit
  /** What bars without a limit and a request are measured against. */
  shared: number
  width?: number
  numberWidth?: number
  /** Says the limit behind the bar, where there is room. */
  says?: boolean
}

/** Use against request and limit; what does not run says so instead of a number. */
export function UseCell({ row, of, unit, shared, width, numberWidth, says = false }: UseProps) {
  const { words } = useWords()
  const use = row[of]
  if (use.value === null || (of === 'memory' && killedAt(row) !== undefined)) return <NoUse row={row} of={of} />
  return (
    <UseBar
      value={use.value}
      text={unit.text(use.value)}
      unit={of === 'memory' ? unit.name : undefined}
      limit={use.limit || undefined}
      size={sizeOf(use, shared)}
      bounded={use.limit === undefined && use.size !== undefined}
      request={use.request}
      killed={of === 'memory' && row.state.word === 'oom-killed'}
      width={width}
      numberWidth={numberWidth}
      after={says && use.limit ? words.resources.ofLimit(unit.text(use.limit)) : undefined}
    />
  )
}

function sizeOf(use: Use, shared: number): number {
  return use.size ?? openScale(use, shared)
}

/** What something had in use when the kernel killed it: its limit, where it is known which one that was. */
function killedAt({ kind, state, ready, memory }: ResourceRow): number | undefined {
  if (state.word !== 'oom-killed') return undefined
  const told = state.facts['limitBytes']
  if (typeof told === 'number' && told > 0) return told
  return kind === 'containers' || ready?.of === 1 ? memory.limit : undefined
}

/** Why there is no live value. */
function NoUse({ row, of }: { row: ResourceRow; of: 'cpu' | 'memory' }) {
  const { words, language } = useWords()
  const said = words.resources
  const { state } = row
  const killed = killedAt(row)
  const text =
    of === 'memory'
      ? killed === undefined
        ? '–'
        : said.whenKilled(withUnit('bytes', killed, language))
      : state.word === 'crash-loop' || state.word === 'oom-killed'
        ? said.notRunning
        : state.level !== 'ok' && !canRun(state.word) && !ENDED.has(state.word)
          ? said.notRunningYet
          : '–'
  const isTold = row.kind !== 'namespaces' && row.kind !== 'workloads'
  return text === '–' && isTold && canRun(state.word) ? <NoneKnown row={row} /> : <span className="t3">{text}</span>
}

/** A dash; where somebody tells why there is no figure, words that show the reason when they are pointed at. */
function NoneKnown({ row: { kind, name, namespace, view } }: { row: ResourceRow }) {
  const { words } = useWords()
  const pod = kind === 'containers' && 'pod' in view ? view.pod : name
  const why = useWhyNone(kind === 'nodes' ? '' : namespace, pod)
  if (why === undefined) return <span className="t3">–</span>
  const { noFigures } = words.resources
  // A title alone is read out by few: the name of the cell holds the reason too.
  return (
    <span className="t3 why" role="img" aria-label={`${noFigures}: ${why}`} title={why} data-state="no-figures">
      {noFigures}
    </span>
  )
}

const ENDED = new Set<string>(['completed', 'succeeded', 'evicted', 'scaled-to-zero', 'suspended', 'failed'])
