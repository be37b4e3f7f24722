import { lazy, Suspense, useMemo, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { useAbout, useRange, useRateWindow } from '../../app/data.ts'
import { useAfterFirstPaint } from '../../app/idle.ts'
import { usePageTime, useUrlEntries } from '../../app/time.ts'
import { useTitle } from '../../app/title.ts'
import { useWords } from '../../app/words.ts'
import { alignSeries, type RangeSeries } from '../../lib/columns.ts'
import { belongs, subjectOf, type ContainerRow } from '../../lib/container-view.ts'
import { isQuickId, QUICK, type QuickId } from '../../lib/quick-filters.ts'
import { containerQueries } from '../../lib/queries.ts'
import { matchesAll, parseTerm } from '../../lib/text-filter.ts'
import { containerPath, linkTo } from '../../lib/url-state.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { FilterBar, QuickFilters } from '../../parts/filter-bar.tsx'
import { ObjectTable, type ObjectColumn, type SortOrder } from '../../parts/object-table.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Sparkline } from '../../parts/sparkline.tsx'
import { useContainerColumns } from './container-columns.tsx'
import { NoContainers } from './no-containers.tsx'
import { useContainerRows } from './use-container-rows.ts'

const ColumnsMenu = lazy(async () => ({ default: (await import('../../parts/columns-menu.tsx')).ColumnsMenu }))

/** All containers of the machine, live. */
export function Containers() {
  const { words } = useWords()
  const { rows, list, error } = useContainerRows()
  useTitle(words.containers.title)
  const view = useTableView(rows ?? [])
  const running = (rows ?? []).filter(({ container }) => container.state === 'running').length
  return (
    <div className="page" data-page="containers">
      <div className="head">
        <div className="col">
          <h1>{words.containers.title}</h1>
          <p className="t2">{rows ? words.containers.summary(view.shown.length, rows.length, running) : ' '}</p>
        </div>
      </div>
      {list && rows?.length === 0 ? (
        <section className="card">
          <NoContainers sources={list.sources} />
        </section>
      ) : (
        <TableWithFilters rows={rows} error={error} view={view} />
      )}
    </div>
  )
}

type View = ReturnType<typeof useTableView>

/** The filter, order and columns of the table, which all live in the URL. */
function useTableView(rows: ContainerRow[]) {
  const [search] = useSearchParams()
  const setEntries = useUrlEntries()
  const [draft, setDraft] = useState('')
  const terms = search.getAll('filter')
  const quick = search.get('only') ?? ''
  const hidden = useMemo(() => new Set((search.get('hide') ?? '').split(',').filter(Boolean)), [search])
  const parsed = [...terms, draft].flatMap((term) => parseTerm(term) ?? [])
  const matching = rows.filter((row) => matchesAll(parsed, subjectOf(row)))
  return {
    terms,
    draft,
    setDraft,
    quick,
    hidden,
    matching,
    shown: isQuickId(quick) ? matching.filter(QUICK[quick]) : matching,
    sort: readSort(search.get('sort')),
    setTerms: (next: string[]) => setEntries({ filter: next }),
    setQuick: (next: string) => setEntries({ only: next }),
    setSort: ({ id, descending }: SortOrder) => setEntries({ sort: `${descending ? '-' : ''}${id}` }),
    toggle: (id: string) => setEntries({ hide: [...toggled(hidden, id)].join(',') }),
    clear: () => {
      setDraft('')
      setEntries({ filter: null, only: null })
    },
  }
}

function readSort(text: string | null): SortOrder {
  const written = text ?? '-cpu'
  return { id: written.replace(/^-/, ''), descending: written.startsWith('-') }
}

function toggled(set: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}

function TableWithFilters({
  rows,
  error,
  view,
}: {
  rows: ContainerRow[] | undefined
  error: string | null
  view: View
}) {
  const { words } = useWords()
  const columns = useColumnsWithTrend(rows ?? [])
  const loaded = useAfterFirstPaint()
  const quick = (Object.keys(QUICK) as QuickId[]).map((id) => ({
    id,
    title: words.containers[id],
    level: id === 'nearLimit' ? ('warn' as const) : undefined,
    count: view.matching.filter(QUICK[id]).length,
  }))
  return (
    <>
      <div className="row wrap">
        <FilterBar terms={view.terms} onTerms={view.setTerms} draft={view.draft} onDraft={view.setDraft} />
        <Suspense fallback={<span className="pick hide-sm">{words.containers.columns}</span>}>
          {loaded ? (
            <ColumnsMenu columns={columns} hidden={view.hidden} toggle={view.toggle} />
          ) : (
            <span className="pick hide-sm">{words.containers.columns}</span>
          )}
        </Suspense>
      </div>
      <QuickFilters label={words.containers.quick} filters={quick} chosen={view.quick} choose={view.setQuick} />
      <section className="card" aria-label={words.containers.title}>
        <TableBody rows={rows} error={error} view={view} columns={columns} />
      </section>
    </>
  )
}

interface TableBodyProps {
  rows: ContainerRow[] | undefined
  error: string | null
  view: View
  columns: ObjectColumn<ContainerRow>[]
}

function TableBody({ rows, error, view, columns }: TableBodyProps) {
  const { words } = useWords()
  const navigate = useNavigate()
  const [search] = useSearchParams()
  if (!rows) {
    if (error)
      return (
        <EmptyState title={words.state.failed(words.containers.title)}>{words.state.failedDetail(error)}</EmptyState>
      )
    return <Skeleton kind="rows" />
  }
  if (view.shown.length === 0) {
    const filter = [...view.terms, view.draft, isQuickId(view.quick) ? words.containers[view.quick] : '']
      .filter(Boolean)
      .join(', ')
    return (
      <EmptyState
        title={words.containers.noMatch(filter)}
        actions={
          <button type="button" className="btn primary" onClick={view.clear}>
            {words.containers.clear}
          </button>
        }
      >
        {words.containers.noMatchWhy(rows.length)}
      </EmptyState>
    )
  }
  return (
    <>
      <ObjectTable
        label={words.containers.title}
        columns={columns}
        rows={view.shown}
        rowId={({ container }) => container.id}
        sort={view.sort}
        onSort={view.setSort}
        hidden={view.hidden}
        onOpen={({ container }) => void navigate(linkTo(containerPath(container.name), search))}
      />
      <p className="hint hide-sm table-hint">
        {words.containers.legend} <kbd>J</kbd> <kbd>K</kbd> {words.containers.moveHint} <kbd>↵</kbd>{' '}
        {words.containers.openHint}
      </p>
    </>
  )
}

/** The usual columns, with the trend of CPU after its number. */
function useColumnsWithTrend(rows: ContainerRow[]): ObjectColumn<ContainerRow>[] {
  const { words } = useWords()
  const { toMs, stepMs } = usePageTime()
  const machine = useAbout().data?.machine ?? { cores: 1, memoryBytes: 1 }
  const usual = useContainerColumns(rows, machine, toMs)
  const trends = useRange(containerQueries.cpu(useRateWindow())).data
  const trend: ObjectColumn<ContainerRow> = {
    id: 'trend',
    title: words.containers.trend,
    width: 128,
    priority: 2,
    cell: ({ container }) => {
      const own = trends?.find(({ labels }) => belongs(container, labels))
      if (!own || container.state !== 'running') return <span className="t3">–</span>
      return (
        <Sparkline
          values={columnOf(own, stepMs)}
          limit={container.limits?.cpuCores || undefined}
          label={words.containers.cpuOf(container.name)}
          width={104}
        />
      )
    },
  }
  const at = usual.findIndex(({ id }) => id === 'cpu') + 1
  return [...usual.slice(0, at), trend, ...usual.slice(at)]
}

function columnOf(series: RangeSeries, stepMs: number): (number | null)[] {
  return alignSeries([series], stepMs).values[0] ?? []
}
