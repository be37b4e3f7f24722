import { useInstant, useRange } from '../../app/data.ts'
import { usePageTime, useUrlEntries } from '../../app/time.ts'
import { useTargets } from '../../app/targets.ts'
import { useWords } from '../../app/words.ts'
import { useSearchParams } from 'react-router'
import type { Target } from '../../lib/api.ts'
import { alignSeries, type InstantSeries, type RangeSeries } from '../../lib/columns.ts'
import { shortAge, wholeNumber } from '../../lib/format.ts'
import { chooseUnit } from '../../lib/units.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Name } from '../../parts/name.tsx'
import { ObjectTable, type ObjectColumn } from '../../parts/object-table.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Sparkline } from '../../parts/sparkline.tsx'
import '../../parts/use-bar.css'
import { Status } from '../../parts/status.tsx'

/** The targets by pool, each with how its last scrape went, in words. */
export function TargetsTab() {
  const { words } = useWords()
  const [search] = useSearchParams()
  const setEntries = useUrlEntries()
  const { data: targets, error } = useTargets()
  const columns = useTargetColumns()
  const onlyFailing = search.get('only') === 'failing'
  if (error && !targets)
    return (
      <Card>
        <EmptyState title={words.state.failed(words.status.tabs.targets)}>
          {words.state.failedDetail(error.message)}
        </EmptyState>
      </Card>
    )
  if (!targets)
    return (
      <Card>
        <Skeleton kind="rows" />
      </Card>
    )
  const shown = onlyFailing ? targets.filter(({ health }) => health !== 'up') : targets
  const toggle = () => setEntries({ only: onlyFailing ? null : 'failing' })
  return (
    <Card>
      {shown.length === 0 ? (
        <EmptyState
          title={words.status.allUp}
          actions={
            <button type="button" className="btn primary" onClick={toggle}>
              {words.status.showAll}
            </button>
          }
        >
          {words.status.allUpWhy}
        </EmptyState>
      ) : (
        poolsOf(shown).map(([pool, members], i) => (
          <div className="pool" key={pool} data-pool={pool}>
            <header>
              <h2>{pool}</h2>
              <PoolState all={targets.filter(({ scrapePool }) => scrapePool === pool)} />
              <span className="sp" />
              {i === 0 && (
                <button type="button" className="btn" aria-pressed={onlyFailing} onClick={toggle}>
                  {words.status.onlyFailing}
                </button>
              )}
            </header>
            <ObjectTable label={pool} columns={columns} rows={members} rowId={({ scrapeUrl }) => scrapeUrl} wrapping />
          </div>
        ))
      )}
    </Card>
  )
}

function Card({ children }: { children: React.ReactNode }) {
  const { words } = useWords()
  return (
    <section className="card" aria-label={words.status.tabs.targets} data-card="targets">
      {children}
    </section>
  )
}

function poolsOf(targets: Target[]): [string, Target[]][] {
  const pools = new Map<string, Target[]>()
  for (const target of targets) pools.set(target.scrapePool, [...(pools.get(target.scrapePool) ?? []), target])
  return [...pools]
}

function PoolState({ all }: { all: Target[] }) {
  const { words } = useWords()
  const up = all.filter(({ health }) => health === 'up').length
  const failing = all.some(({ health }) => health === 'down')
  return (
    <Status level={failing ? 'warn' : up === all.length ? 'ok' : 'idle'}>{words.status.poolUp(up, all.length)}</Status>
  )
}

function useTargetColumns(): ObjectColumn<Target>[] {
  const { words, language } = useWords()
  const { toMs } = usePageTime()
  const samples = useInstant('scrape_samples_scraped').data
  const durations = useRange('scrape_duration_seconds').data
  const said = words.status
  const ms = chooseUnit('seconds', 0.1, language)
  return [
    { id: 'target', title: said.target, cell: (target) => <TargetName target={target} /> },
    { id: 'state', title: said.state, cell: (target) => <TargetState target={target} /> },
    {
      id: 'duration',
      title: `${said.duration}, ${ms.name}`,
      width: 164,
      cell: (target) =>
        target.health === 'up' ? (
          <Duration text={ms.text(target.lastScrapeDuration)} series={durations?.find((one) => isOf(target, one))} />
        ) : (
          <span className="t3">–</span>
        ),
    },
    {
      id: 'samples',
      title: said.samples,
      width: 96,
      right: true,
      key: true,
      cell: (target) => {
        const found = target.lastSamplesScraped ?? samples?.find((one) => isOf(target, one))?.value
        return found !== undefined ? wholeNumber(found, language) : <span className="t3">–</span>
      },
    },
    {
      id: 'last',
      title: said.lastScrape,
      width: 124,
      right: true,
      priority: 4,
      cell: ({ lastScrape }) => {
        const at = Date.parse(lastScrape)
        return at > 0 ? words.time.ago(shortAge(Math.max(0, Math.max(toMs, Date.now()) - at), language)) : said.never
      },
    },
  ]
}

function isOf(target: Target, { labels }: RangeSeries | InstantSeries): boolean {
  return labels['job'] === target.labels['job'] && labels['instance'] === target.labels['instance']
}

function TargetName({ target }: { target: Target }) {
  return (
    <span className="mono" title={target.scrapeUrl}>
      <Name name={target.scrapeUrl.replace(/^https?:\/\//, '')} />
    </span>
  )
}

function TargetState({ target }: { target: Target }) {
  const { words } = useWords()
  if (target.health === 'up') return <Status level="ok">{words.status.up}</Status>
  if (target.health !== 'down') return <Status level="idle">{words.status.notScraped}</Status>
  return (
    <Status level="crit" wraps>
      {target.lastError || words.status.down}
    </Status>
  )
}

function Duration({ text, series }: { text: string; series: RangeSeries | undefined }) {
  const { words } = useWords()
  const { stepMs } = usePageTime()
  return (
    <span className="use">
      <b style={{ minWidth: 38 }}>{text}</b>
      {series && (
        <Sparkline
          values={alignSeries([series], stepMs).values[0] ?? []}
          label={words.status.duration}
          width={72}
          height={18}
        />
      )}
    </span>
  )
}
