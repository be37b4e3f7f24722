import { useMemo } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { useWords } from '../../app/words.ts'
import { kubectlForm } from '../../lib/kubectl.ts'
import { isNotReady } from '../../lib/resource-filter.ts'
import type { ResourceKind, ResourceRow } from '../../lib/resource-row.ts'
import { ObjectLink } from '../../parts/object-link.tsx'
import { ObjectTable, type ObjectColumn, type RowGroups } from '../../parts/object-table.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Status } from '../../parts/status.tsx'
import { rowPath } from './cells.tsx'
import { AccessNotes } from './cluster-gate.tsx'
import { Forbidden, NoMatch, NoneAtAll } from './nothing-here.tsx'
import { useHiddenColumns } from './resource-filters.tsx'
import type { Grouping, TableView } from './table-view.ts'
import type { Rows } from './use-rows.ts'

interface Props {
  kind: ResourceKind
  found: Rows
  view: TableView
  columns: ObjectColumn<ResourceRow>[]
}

/** The table of a kind in every state it can be in. */
export function ResourceTable(props: Props) {
  const { words } = useWords()
  const { kind } = props
  return (
    <section className="card" aria-label={words.resources.kinds[kind]}>
      <Body {...props} />
    </section>
  )
}

function Body({ kind, found, view, columns }: Props) {
  const { words } = useWords()
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const hidden = useHiddenColumns(kind, view, columns)
  const groups = useGroups(kind, view.grouping)
  const { rows, error } = found
  if (!rows) return error === null ? <Skeleton kind="rows" /> : <Forbidden kind={kind} why={error} />
  if (rows.length === 0 && view.terms.length === 0) return <NoneAtAll kind={kind} view={view} />
  if (view.shown.length === 0) return <NoMatch kind={kind} found={found} view={view} />
  return (
    <>
      <ObjectTable
        label={words.resources.kinds[kind]}
        columns={columns}
        rows={view.shown}
        rowId={idOf}
        sort={view.sort}
        onSort={view.setSort}
        hidden={hidden}
        selection={{ selected: view.selected, select: view.select }}
        onOpen={(row) => void navigate(rowPath(row, search))}
        groups={groups}
        asked={`${view.asked} ${kind}`}
        copyText={kubectlForm}
      />
      <Hint kind={kind} />
    </>
  )
}

function idOf({ id }: ResourceRow): string {
  return id
}

function Hint({ kind }: { kind: ResourceKind }) {
  const { words } = useWords()
  const said = words.containers
  return (
    <div className="hint hide-sm table-hint">
      {kind === 'nodes' ? words.resources.nodeLegend : words.resources.legend} <kbd>J</kbd> <kbd>K</kbd> {said.moveHint}{' '}
      <kbd>↵</kbd> {said.openHint}, <kbd>Ctrl C</kbd> {words.resources.copyHint}
      <AccessNotes subjects={['kubelets', 'metrics.k8s.io', kind]} />
    </div>
  )
}

/** Rows under heads that say what they share, and how many of them are not ready. */
function useGroups(kind: ResourceKind, grouping: Grouping | undefined): RowGroups<ResourceRow> | undefined {
  return useMemo(
    () =>
      grouping && {
        of: (row) => groupOf(row, grouping),
        head: (_id, rows) => <GroupHead kind={kind} grouping={grouping} rows={rows} />,
      },
    [kind, grouping],
  )
}

function groupOf({ node, namespace, workload }: ResourceRow, grouping: Grouping): string {
  if (grouping === 'node') return node
  if (grouping === 'namespace') return namespace
  return workload ? `${workload.kind}/${namespace}/${workload.name}` : ''
}

function GroupHead({ kind, grouping, rows }: { kind: ResourceKind; grouping: Grouping; rows: ResourceRow[] }) {
  const { words } = useWords()
  const notReady = rows.filter(isNotReady).length
  return (
    <span className="row">
      <GroupName row={rows[0]} grouping={grouping} />
      <span className="t3">{words.resources.counts[kind](rows.length)}</span>
      {notReady > 0 && <Status level="crit">{words.resources.notReadyCount(notReady)}</Status>}
    </span>
  )
}

function GroupName({ row, grouping }: { row: ResourceRow; grouping: Grouping }) {
  const { words } = useWords()
  const { node, namespace, workload } = row
  if (grouping === 'namespace') return <ObjectLink kind="namespace" namespace="" name={namespace} />
  if (grouping === 'node')
    return node === '' ? <span>{words.resources.noNode}</span> : <ObjectLink kind="node" namespace="" name={node} />
  if (!workload) return <span>{words.resources.noWorkload}</span>
  return (
    <>
      <ObjectLink {...workload} namespace={namespace} withKind />
      <span className="t3">{namespace}</span>
    </>
  )
}
