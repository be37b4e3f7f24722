import { useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import { useUrlEntries } from '../../app/time.ts'
import { QUICK_OF, RESOURCE_QUICK, resourceSubject, type ResourceQuick } from '../../lib/resource-filter.ts'
import type { ResourceKind, ResourceRow } from '../../lib/resource-row.ts'
import { matchesAll, parseTerm } from '../../lib/text-filter.ts'
import type { SortOrder } from '../../parts/object-table.tsx'

/** What rows may be put together by. */
export type Grouping = 'workload' | 'node' | 'namespace'

/** The groups that each table offers. */
export const GROUPINGS: Record<ResourceKind, readonly Grouping[]> = {
  nodes: [],
  namespaces: [],
  workloads: ['namespace'],
  pods: ['workload', 'node', 'namespace'],
  containers: ['workload', 'node', 'namespace'],
}

/** The filter, order, groups, columns and selection of a table: all of it is in the URL. */
export function useTableView(kind: ResourceKind, rows: readonly ResourceRow[]) {
  const [search] = useSearchParams()
  const setEntries = useUrlEntries()
  const [draft, setDraft] = useState('')
  const filters = search.getAll('filter')
  const terms = filters.join('\n')
  const matching = useMemo(() => {
    const parsed = [...terms.split('\n'), draft].flatMap((term) => parseTerm(term) ?? [])
    return parsed.length === 0 ? rows : rows.filter((row) => matchesAll(parsed, resourceSubject(row)))
  }, [rows, terms, draft])
  const quick = quickOf(kind, search.get('only'))
  const shown = useMemo(() => (quick ? matching.filter(RESOURCE_QUICK[quick]) : [...matching]), [matching, quick])
  const group = search.get('group')
  return {
    terms: filters,
    draft,
    setDraft,
    quick,
    matching,
    shown,
    columns: search.get('columns'),
    grouping: GROUPINGS[kind].find((one) => one === group),
    selected: search.get('sel'),
    sort: readSort(search.get('sort')),
    /** What changes when the reader asks for other rows. */
    asked: `${terms} ${draft} ${quick} ${group} ${search.get('ns')}`,
    setTerms: (next: string[]) => setEntries({ filter: next }),
    setQuick: (next: string) => setEntries({ only: next }),
    setSort: ({ id, descending }: SortOrder) => setEntries({ sort: `${descending ? '-' : ''}${id}` }),
    setColumns: (next: string | null) => setEntries({ columns: next }),
    setGrouping: (next: Grouping | null) => setEntries({ group: next }),
    select: (id: string | null) => setEntries({ sel: id }, { replace: true }),
    replaceTerm: (old: string, next: string) => setEntries({ filter: [...filters.filter((one) => one !== old), next] }),
    clear: () => {
      setDraft('')
      setEntries({ filter: null, only: null })
    },
    allNamespaces: () => setEntries({ ns: null }),
  }
}

/** The state of a table and how to change it. */
export type TableView = ReturnType<typeof useTableView>

function quickOf(kind: ResourceKind, text: string | null): ResourceQuick | undefined {
  return QUICK_OF[kind].find(([id]) => id === text)?.[0]
}

function readSort(text: string | null): SortOrder {
  const written = text ?? '-memory'
  return { id: written.replace(/^-/, ''), descending: written.startsWith('-') }
}
