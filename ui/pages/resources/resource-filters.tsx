import { lazy, Suspense, useMemo } from 'react'
import { useNamespaces } from '../../app/cluster.ts'
import { useAfterFirstPaint } from '../../app/idle.ts'
import { useWords } from '../../app/words.ts'
import { QUICK_OF, RESOURCE_QUICK } from '../../lib/resource-filter.ts'
import type { ResourceKind, ResourceRow } from '../../lib/resource-row.ts'
import { FilterBar, QuickFilters } from '../../parts/filter-bar.tsx'
import type { ObjectColumn } from '../../parts/object-table.tsx'
import { defaultColumns } from './columns.tsx'
import { GROUPINGS, type TableView } from './table-view.ts'

const ColumnsMenu = lazy(async () => ({ default: (await import('../../parts/columns-menu.tsx')).ColumnsMenu }))
const GroupMenu = lazy(async () => ({ default: (await import('./group-menu.tsx')).GroupMenu }))

interface Props {
  kind: ResourceKind
  view: TableView
  columns: ObjectColumn<ResourceRow>[]
}

/** The filter bar, the menus beside it, and the counted filters below. */
export function ResourceFilters({ kind, view, columns }: Props) {
  const { words } = useWords()
  const quick = useMemo(
    () =>
      QUICK_OF[kind].map(([id, level]) => ({
        id,
        title: words.resources.quick[id],
        level,
        count: view.matching.filter(RESOURCE_QUICK[id]).length,
      })),
    [kind, view.matching, words],
  )
  return (
    <>
      <div className="row wrap">
        <FilterBar terms={view.terms} onTerms={view.setTerms} draft={view.draft} onDraft={view.setDraft} />
        <Menus kind={kind} view={view} columns={columns} />
      </div>
      <QuickFilters label={words.containers.quick} filters={quick} chosen={view.quick ?? ''} choose={view.setQuick} />
    </>
  )
}

function Menus({ kind, view, columns }: Props) {
  const { words } = useWords()
  const loaded = useAfterFirstPaint()
  const hidden = useHiddenColumns(kind, view, columns)
  const usual = defaultColumns(kind, useNamespaces().length)
  const toggle = (id: string) => view.setColumns(columnsEntry(columns, usual, hidden, id))
  const places = (
    <>
      <span className="pick hide-sm">{words.containers.columns}</span>
      {GROUPINGS[kind].length > 0 && <span className="pick hide-sm">{words.resources.groupBy}</span>}
    </>
  )
  if (!loaded) return places
  return (
    <Suspense fallback={places}>
      <ColumnsMenu columns={columns} hidden={hidden} toggle={toggle} />
      {GROUPINGS[kind].length > 0 && (
        <GroupMenu groupings={GROUPINGS[kind]} chosen={view.grouping} choose={view.setGrouping} />
      )}
    </Suspense>
  )
}

/** The columns that are not shown: those that the URL does not name, or that are not usual. */
export function useHiddenColumns(
  kind: ResourceKind,
  view: Pick<TableView, 'columns'>,
  columns: readonly { id: string }[],
): ReadonlySet<string> {
  const namespaces = useNamespaces().length
  return useMemo(() => {
    const named = view.columns?.split(',') ?? defaultColumns(kind, namespaces)
    const shown = new Set<string>([...named, 'name', 'state'])
    return new Set(columns.flatMap(({ id }) => (shown.has(id) ? [] : [id])))
  }, [kind, view.columns, columns, namespaces])
}

/** The entry of the URL with one column more or less; nothing when the columns are the usual ones. */
function columnsEntry(
  columns: readonly { id: string }[],
  usual: readonly string[],
  hidden: ReadonlySet<string>,
  id: string,
): string | null {
  const next = columns.flatMap((column) => (hidden.has(column.id) === (column.id === id) ? [column.id] : []))
  return next.join() === usual.join() ? null : next.filter((one) => one !== 'name' && one !== 'state').join(',')
}
