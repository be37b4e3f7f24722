import { useMemo } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { useAbout, useRange, useRateWindow } from '../../app/data.ts'
import { usePageTime } from '../../app/time.ts'
import { useTitle } from '../../app/title.ts'
import { useWords } from '../../app/words.ts'
import type { Machine } from '../../lib/api.ts'
import type { ChartLine, ChartMark, ChartSeries } from '../../lib/chart-model.ts'
import { levelOf, type ContainerRow } from '../../lib/container-view.ts'
import { longDuration } from '../../lib/format.ts'
import { containerPageQueries } from '../../lib/queries.ts'
import { linkTo } from '../../lib/url-state.ts'
import { withUnit } from '../../lib/units.ts'
import { ChartCard } from '../../parts/chart-card.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Name } from '../../parts/name.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Status } from '../../parts/status.tsx'
import { stateWords } from './container-columns.tsx'
import { ContainerDetails } from './container-details.tsx'
import { useContainerRows } from './use-container-rows.ts'

/** One container: how it is, its figures against its limits, and what it was started as. */
export function ContainerPage() {
  const { name = '' } = useParams()
  const { rows } = useContainerRows()
  const machine = useAbout().data?.machine
  useTitle(name)
  if (!rows || !machine) return <Skeleton kind="page" />
  const row = rows.find(({ container }) => container.name === name || container.id === name)
  if (!row) return <Gone name={name} />
  return (
    <div className="page" data-page="container">
      <ContainerHead row={row} machine={machine} />
      <Charts key={row.container.id} row={row} machine={machine} />
      <div className="grid">
        <ContainerDetails container={row.container} />
      </div>
    </div>
  )
}

function Gone({ name }: { name: string }) {
  const { words } = useWords()
  const [search] = useSearchParams()
  const explore = linkTo('/explore', search, { expr: containerPageQueries(name, '1m').memory })
  return (
    <section className="card" data-page="container">
      <h1 className="hidden-visually">{name}</h1>
      <EmptyState
        title={words.containers.gone(name)}
        actions={
          <>
            <Link className="btn primary" to={linkTo('/containers', search)}>
              {words.containers.all}
            </Link>
            <Link className="btn" to={explore}>
              {words.chart.explore}
            </Link>
          </>
        }
      >
        {words.containers.goneWhy}
      </EmptyState>
    </section>
  )
}

function ContainerHead({ row, machine }: { row: ContainerRow; machine: Machine }) {
  const { words } = useWords()
  const [search] = useSearchParams()
  return (
    <div className="col container-head">
      <p className="crumbs">
        <Link to={linkTo('/', search)}>{machine.name}</Link> /{' '}
        <Link to={linkTo('/containers', search)}>{words.containers.title}</Link>
      </p>
      <h1>
        <Status level={levelOf(row.state)}>
          <Name name={row.container.name} />
        </Status>
      </h1>
      <Sentence row={row} />
    </div>
  )
}

/** What a person would say of it first. */
function Sentence({ row }: { row: ContainerRow }) {
  const { words, language } = useWords()
  const { toMs } = usePageTime()
  const { container, state, memoryBytes } = row
  const said = words.containers
  const limit = container.limits?.memoryBytes ?? 0
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 })
  return (
    <p>
      <b>
        {state.kind === 'running' && container.startedMs !== undefined
          ? said.sentenceRunning(longDuration(toMs - container.startedMs, language))
          : `${stateWords(state, words, language)}.`}
      </b>{' '}
      <span className="t2">
        {memoryBytes !== null &&
          (limit > 0
            ? said.sentenceMemory(
                withUnit('bytes', memoryBytes, language),
                withUnit('bytes', limit, language),
                percent.format(memoryBytes / limit),
              )
            : said.sentenceMemoryFree(withUnit('bytes', memoryBytes, language)))}
      </span>
    </p>
  )
}

function Charts({ row, machine }: { row: ContainerRow; machine: Machine }) {
  const { words } = useWords()
  const { name, startedMs, limits } = row.container
  const queries = containerPageQueries(name, useRateWindow())
  const said = words.containers
  const marks = useMemo<ChartMark[]>(
    () => (startedMs === undefined ? [] : [{ atMs: startedMs, name: words.chart.restarted }]),
    [startedMs, words],
  )
  const memoryLines = useLimit(limits?.memoryBytes, machine.memoryBytes)
  const cpuLines = useLimit(limits?.cpuCores, machine.cores)
  const throttled = !limits?.cpuCores
    ? said.noCpuLimit
    : row.throttledPercent
      ? `${said.throttled} ${row.throttledPercent.toFixed(1)}%`
      : said.neverThrottled
  const empty = <EmptyState title={said.noMetrics}>{said.noMetricsWhy}</EmptyState>
  const memory = useSeries([said.workingSet, queries.memory], [said.cacheMemory, queries.cache])
  const cpu = useSeries([said.usage, queries.cpu])
  const disk = useSeries([words.home.read, queries.read], [words.home.written, queries.written])
  const network = useSeries([words.home.received, queries.received], [words.home.sent, queries.sent])
  const small = { className: 'g6 keep', unit: 'bytesPerSecond' as const, fill: true, height: 120, marks, empty }
  return (
    <>
      <div className="grid even">
        <ChartCard
          id="memory"
          className="g6 keep"
          title={said.memoryOf(name)}
          unit="bytes"
          fill
          height={170}
          {...memory}
          lines={memoryLines}
          marks={marks}
          explore={[queries.memory]}
          empty={empty}
        />
        <ChartCard
          id="cpu"
          className="g6 keep"
          title={said.cpuOf(name)}
          says={throttled}
          unit="cores"
          fill
          height={170}
          {...cpu}
          lines={cpuLines}
          marks={marks}
          explore={[queries.cpu]}
          empty={empty}
        />
      </div>
      <div className="grid even">
        <ChartCard id="disk" title={said.disk} {...small} {...disk} explore={[queries.read, queries.written]} />
        <ChartCard
          id="network"
          title={said.network}
          {...small}
          {...network}
          explore={[queries.received, queries.sent]}
        />
      </div>
    </>
  )
}

/** Its own limit, or what the whole machine has where it has none. */
function useLimit(limit: number | undefined, machineTotal: number): ChartLine[] {
  const { words } = useWords()
  return useMemo(
    () => [
      limit
        ? { name: words.containers.limit, value: limit, kind: 'limit' }
        : { name: words.containers.machineTotal, value: machineTotal, kind: 'limit' },
    ],
    [limit, machineTotal, words],
  )
}

function useSeries(
  first: [name: string, query: string],
  second?: [name: string, query: string],
): { series: ChartSeries[] | undefined; error: string | null } {
  const one = useRange(first[1])
  const two = useRange(second?.[1] ?? null)
  const [a, b, firstName, secondName] = [one.data, two.data, first[0], second?.[0] ?? '']
  const series = useMemo(() => {
    if (!a || (secondName !== '' && !b)) return undefined
    const drawn: ChartSeries[] = []
    if (a[0]) drawn.push({ name: firstName, points: a[0] })
    if (b?.[0]) drawn.push({ name: secondName, points: b[0] })
    return drawn
  }, [a, b, firstName, secondName])
  return { series, error: one.error ?? two.error }
}
