import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useWords } from '../../app/words.ts'
import { getPrometheus } from '../../lib/api.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ObjectTable } from '../../parts/object-table.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'

/** The flags that the program runs with, given or not. */
export function FlagsTab() {
  const { words } = useWords()
  const [wanted, setWanted] = useState('')
  const { data, error } = useQuery({
    queryKey: ['flags'],
    queryFn: ({ signal }) => getPrometheus<Record<string, string>>('status/flags', signal),
  })
  const said = words.status
  if (error)
    return (
      <section className="card">
        <EmptyState title={words.state.failed(said.tabs.flags)}>{words.state.failedDetail(error.message)}</EmptyState>
      </section>
    )
  if (!data)
    return (
      <section className="card">
        <Skeleton kind="rows" />
      </section>
    )
  const rows = Object.entries(data)
    .filter(([name, value]) => `${name} ${value}`.includes(wanted))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return (
    <>
      <input
        className="text-input flag-filter"
        value={wanted}
        placeholder={said.filterFlags}
        aria-label={said.filterFlags}
        onChange={(event) => setWanted(event.target.value)}
      />
      <section className="card" aria-label={said.tabs.flags} data-card="flags">
        <ObjectTable
          label={said.tabs.flags}
          rows={rows}
          rowId={([name]) => name}
          wrapping
          columns={[
            {
              id: 'flag',
              title: said.flag,
              cell: ([name]: [string, string]) => <span className="mono">--{name}</span>,
            },
            {
              id: 'value',
              title: said.value,
              cell: ([, value]: [string, string]) => <span className="mono">{value === '' ? '–' : value}</span>,
            },
          ]}
        />
      </section>
    </>
  )
}
