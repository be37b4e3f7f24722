import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, type ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useClusterRateWindow } from '../../app/cluster.ts'
import { useInstant, useRange } from '../../app/data.ts'
import { useClusterHomeWords } from '../../app/page-words.ts'
import { useTargetPage } from '../../app/targets.ts'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import { queryInstant } from '../../lib/api.ts'
import { alignSeries, type InstantSeries, type RangeSeries } from '../../lib/columns.ts'
import { homeQueries } from '../../lib/home-queries.ts'
import { wholeNumber } from '../../lib/format.ts'
import { chooseUnit, withUnit } from '../../lib/units.ts'
import { linkTo } from '../../lib/url-state.ts'
import { Sparkline } from '../../parts/sparkline.tsx'
import { FigureCard } from './figure-card.tsx'

/** What is received and sent: by all nodes, or by the pods of the chosen namespaces. */
export function NetworkCard({ namespaces }: { namespaces: readonly string[] }) {
  const { language } = useWords()
  const said = useClusterHomeWords()
  const w = useClusterRateWindow()
  const scope = useMemo(() => ({ namespaces }), [namespaces])
  const received = useRange(homeQueries.received(scope, w)).data
  const sent = useInstant(homeQueries.sent(scope, w)).data
  const isNarrow = namespaces.length > 0
  const lost = useLost(!isNarrow)
  const now = lastOf(received)
  const unit = chooseUnit('bytesPerSecond', Math.max(now ?? 0, valueOf(sent) ?? 0), language)
  return (
    <FigureCard
      id="network-figure"
      title={said.network}
      value={unit.text(now)}
      of={said.networkOf(unit.name, unit.text(valueOf(sent)))}
      picture={<Line series={received} label={said.network} />}
      hint={isNarrow ? said.networkPods(namespaces.join(', ')) : lost}
      isLoading={received === undefined}
      none={received?.length === 0 ? (isNarrow ? said.noNetworkWhy : said.noNetwork) : undefined}
    />
  )
}

/** Packets that were dropped or broken in the range of the page. */
function useLost(isWanted: boolean): string {
  const { language } = useWords()
  const said = useClusterHomeWords()
  const { fromMs, toMs } = usePageTime()
  const range = `${Math.max(60, Math.round((toMs - fromMs) / 1000))}s`
  const drops = valueOf(useInstant(isWanted ? homeQueries.lost('packets_dropped', range) : null).data)
  const errors = valueOf(useInstant(isWanted ? homeQueries.lost('errors', range) : null).data)
  if (drops === null || errors === null) return ''
  return said.networkLost(wholeNumber(Math.round(drops), language), wholeNumber(Math.round(errors), language))
}

/** How many requests the API server answers, how fast, and how many fail. */
export function ApiServerCard() {
  const { language } = useWords()
  const said = useClusterHomeWords()
  const w = useClusterRateWindow()
  const requests = useRange(homeQueries.requests(w)).data
  const slowest = useSlowest(w)
  const failed = valueOf(useInstant(homeQueries.failed(w)).data)
  const now = lastOf(requests)
  const p99 = slowest === null ? '' : ` · ${said.slowest(withUnit('seconds', slowest, language))}`
  return (
    <FigureCard
      id="api-server"
      title={said.apiServer}
      value={now === null ? '–' : new Intl.NumberFormat(language, { maximumSignificantDigits: 3 }).format(now)}
      of={`${said.perSecond}${p99}`}
      picture={<Line series={requests} label={said.apiServer} />}
      hint={failed === null || failed === 0 ? said.noneFailed : said.failed(shareText(failed, language))}
      isLoading={requests === undefined}
      none={requests?.length === 0 ? <WhyNoRequests /> : undefined}
    />
  )
}

/** It reads thousands of buckets: twice a minute is often enough. */
const SLOWEST_EVERY_MS = 30_000

function useSlowest(w: string): number | null {
  const { live, toMs } = usePageTime()
  const asked = useQuery({
    queryKey: ['slowest', w, live ? 'live' : toMs],
    queryFn: ({ signal }) => queryInstant(homeQueries.slowest(w), toMs, signal),
    refetchInterval: live ? SLOWEST_EVERY_MS : false,
    placeholderData: keepPreviousData,
  })
  return valueOf(asked.data)
}

/** Says what is wrong with the target of the API server, which is scraped as every other is. */
function WhyNoRequests(): ReactNode {
  const said = useClusterHomeWords()
  const [search] = useSearchParams()
  const page = useTargetPage(false).data
  if (!page) return said.noApiServer
  const targets = page.active.filter(({ scrapePool }) => scrapePool === 'apiserver')
  const failing = targets.find(({ health }) => health === 'down')
  const text =
    failing !== undefined
      ? said.apiServerDown(failing.lastError)
      : targets.length === 0
        ? said.noApiServerTarget
        : said.noApiServer
  return (
    <>
      {text} <Link to={linkTo('/status', search)}>{said.why}</Link>
    </>
  )
}

function Line({ series, label }: { series: RangeSeries[] | undefined; label: string }) {
  const { stepMs } = usePageTime()
  const values = useMemo(() => alignSeries(series ?? [], stepMs).values[0] ?? [], [series, stepMs])
  return (
    <div className="wide-line">
      <Sparkline values={values} label={label} width={300} height={22} />
    </div>
  )
}

function lastOf(series: RangeSeries[] | undefined): number | null {
  return series?.[0]?.values.at(-1) ?? null
}

function valueOf(series: InstantSeries[] | undefined): number | null {
  const value = series?.[0]?.value
  return value === undefined || !Number.isFinite(value) ? null : value
}

/** A small share keeps its figures: 0.06%. */
function shareText(percent: number, language: string): string {
  return `${new Intl.NumberFormat(language, { maximumSignificantDigits: 2 }).format(percent)}%`
}
