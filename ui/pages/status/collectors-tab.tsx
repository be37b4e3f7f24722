import { useOwnStatus } from '../../app/data.ts'
import { useWords } from '../../app/words.ts'
import type { OwnStatus } from '../../lib/api.ts'
import { chooseUnit } from '../../lib/units.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ObjectTable, type ObjectColumn } from '../../parts/object-table.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Status } from '../../parts/status.tsx'

type Collector = OwnStatus['collectors'][number]

/** What reads this machine, how long each part took, and why one could not. */
export function CollectorsTab() {
  const { words, language } = useWords()
  const { data, error } = useOwnStatus()
  const said = words.status
  if (!data)
    return (
      <section className="card">
        {error ? (
          <EmptyState title={words.state.failed(said.tabs.collectors)}>{words.state.failedDetail(error)}</EmptyState>
        ) : (
          <Skeleton kind="rows" />
        )}
      </section>
    )
  const failing = data.collectors.filter(({ ok }) => !ok).length
  const unit = chooseUnit(
    'seconds',
    Math.max(0.001, ...data.collectors.map(({ durationSeconds }) => durationSeconds)),
    language,
  )
  const columns: ObjectColumn<Collector>[] = [
    { id: 'name', title: said.collector, cell: ({ name }) => <span className="name mono">{name}</span> },
    {
      id: 'state',
      title: said.state,
      cell: ({ ok, error }) => (
        <Status level={ok ? 'ok' : 'warn'} wraps>
          {ok ? said.collectorOk : (error ?? said.down)}
        </Status>
      ),
    },
    {
      id: 'duration',
      title: `${said.duration}, ${unit.name}`,
      width: 140,
      right: true,
      key: true,
      cell: ({ durationSeconds }) => unit.text(durationSeconds),
    },
  ]
  const rows = data.collectors.toSorted((a, b) => Number(a.ok) - Number(b.ok) || (a.name < b.name ? -1 : 1))
  return (
    <section className="card" aria-label={said.tabs.collectors} data-card="collectors">
      <header>
        <h2>
          {failing === 0
            ? said.collectorsFine(data.collectors.length)
            : said.collectorsFailing(failing, data.collectors.length)}
        </h2>
      </header>
      <ObjectTable label={said.tabs.collectors} columns={columns} rows={rows} rowId={({ name }) => name} wrapping />
    </section>
  )
}
