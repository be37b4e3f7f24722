import { useQuery } from '@tanstack/react-query'
import { useOwnStatus, useRange } from '../../app/data.ts'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import { getPrometheus } from '../../lib/api.ts'
import { alignSeries, statsOf, sumSeries } from '../../lib/columns.ts'
import { wholeNumber } from '../../lib/format.ts'
import { storageFigures } from '../../lib/storage-facts.ts'
import { withUnit } from '../../lib/units.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ObjectTable } from '../../parts/object-table.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Sparkline } from '../../parts/sparkline.tsx'

interface Count {
  name: string
  value: number
}

interface TsdbStatus {
  headStats?: { numSeries?: number; chunkCount?: number; minTime?: number; maxTime?: number }
  seriesCountByMetricName?: Count[]
  labelValueCountByLabelName?: Count[]
}

/** What the store holds, takes in, and refuses, and which metrics it is made of. */
export function StorageTab() {
  const { words } = useWords()
  const own = useOwnStatus()
  const tsdb = useQuery({
    queryKey: ['tsdb'],
    queryFn: ({ signal }) => getPrometheus<TsdbStatus>('status/tsdb', signal),
    refetchInterval: 30_000,
  })
  const said = words.status
  if (!own.data && !tsdb.data) {
    const error = own.error ?? tsdb.error?.message
    return (
      <section className="card">
        {error ? (
          <EmptyState title={words.state.failed(said.tabs.storage)}>{words.state.failedDetail(error)}</EmptyState>
        ) : (
          <Skeleton kind="rows" />
        )}
      </section>
    )
  }
  const series = own.data?.storage.series ?? tsdb.data?.headStats?.numSeries
  return (
    <>
      <div className="grid even">
        <SeriesFigure series={series} />
        <IngestFigure />
        <Refused refused={own.data?.storage.refused ?? {}} />
      </div>
      <div className="grid">
        <Counts
          title={said.byMetric}
          name={said.metric}
          value={said.seriesTitle}
          rows={tsdb.data?.seriesCountByMetricName}
        />
        <Counts
          title={said.byLabel}
          name={said.label}
          value={said.values}
          rows={tsdb.data?.labelValueCountByLabelName}
        />
      </div>
      {own.data && <Details storage={own.data.storage} />}
    </>
  )
}

function SeriesFigure({ series }: { series: number | undefined }) {
  const { words, language } = useWords()
  const { stepMs } = usePageTime()
  const trend = useRange('sum(scrape_samples_scraped)').data
  return (
    <section className="card g4" aria-label={words.status.seriesTitle}>
      <div className="in figures">
        <h2>{words.status.seriesTitle}</h2>
        <div className="figure">
          {series === undefined ? '–' : wholeNumber(series, language)}
          <small>{words.status.active}</small>
        </div>
        {trend?.[0] && (
          <Sparkline
            values={alignSeries(trend, stepMs).values[0]}
            label={words.status.seriesTitle}
            height={24}
            width={320}
          />
        )}
      </div>
    </section>
  )
}

function IngestFigure() {
  const { words, language } = useWords()
  const { stepMs } = usePageTime()
  // each target's samples over its own interval, which the time between its scrapes tells
  const samples = useRange('sum(sum_over_time(scrape_samples_scraped[1m])) / 60').data
  const total = samples && sumSeries(samples, {})
  const last = total && statsOf(total.values).last
  return (
    <section className="card g4" aria-label={words.status.ingested}>
      <div className="in figures">
        <h2>{words.status.ingested}</h2>
        <div className="figure">
          {last === null || last === undefined ? '–' : wholeNumber(last, language)}
          <small>{words.status.samplesPerSecond}</small>
        </div>
        {total && (
          <Sparkline
            values={alignSeries([total], stepMs).values[0]}
            label={words.status.ingested}
            height={24}
            width={320}
          />
        )}
      </div>
    </section>
  )
}

/** Every dropped sample is counted with its reason. */
function Refused({ refused }: { refused: Record<string, number> }) {
  const { words, language } = useWords()
  const reasons = Object.entries(refused).filter(([, count]) => count > 0)
  return (
    <section className="card g4" aria-label={words.status.refused}>
      <div className="in figures">
        <h2>{words.status.refused}</h2>
        <div className="figure">
          {wholeNumber(
            reasons.reduce((sum, [, count]) => sum + count, 0),
            language,
          )}
        </div>
        {reasons.length === 0 ? (
          <p className="hint">{words.status.refusedNone}</p>
        ) : (
          <dl className="facts">
            {reasons.map(([reason, count]) => (
              <Fact key={reason} name={reason} value={wholeNumber(count, language)} />
            ))}
          </dl>
        )}
      </div>
    </section>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}

function Counts({
  title,
  name,
  value,
  rows,
}: {
  title: string
  name: string
  value: string
  rows: Count[] | undefined
}) {
  const { language } = useWords()
  return (
    <section className="card g6" aria-label={title}>
      <header>
        <h2>{title}</h2>
      </header>
      {rows ? (
        <ObjectTable
          label={title}
          rows={rows}
          rowId={(row) => row.name}
          columns={[
            { id: 'name', title: name, cell: (row: Count) => <span className="mono">{row.name}</span> },
            {
              id: 'value',
              title: value,
              width: 110,
              right: true,
              key: true,
              cell: (row: Count) => wholeNumber(row.value, language),
            },
          ]}
        />
      ) : (
        <Skeleton kind="rows" />
      )}
    </section>
  )
}

function Details({ storage }: { storage: Record<string, unknown> }) {
  const { words, language } = useWords()
  const figures = storageFigures(storage)
  return (
    <section className="card" aria-label={words.status.storageDetails}>
      <header>
        <h2>{words.status.storageDetails}</h2>
      </header>
      <div className="in">
        <dl className="facts">
          {figures.map(({ name, value, isBytes }) => (
            <Fact
              key={name}
              name={name}
              value={isBytes ? withUnit('bytes', value, language) : wholeNumber(value, language)}
            />
          ))}
        </dl>
      </div>
    </section>
  )
}
