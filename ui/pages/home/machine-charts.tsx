import { useMemo } from 'react'
import { useInstant, useRange, useRateWindow } from '../../app/data.ts'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import type { ChartLine, ChartMark, ChartSeries } from '../../lib/chart-model.ts'
import type { RangeSeries } from '../../lib/columns.ts'
import { wholeNumber } from '../../lib/format.ts'
import { cpuParts, memoryParts } from '../../lib/machine.ts'
import { machineQueries } from '../../lib/queries.ts'
import { chooseUnit, withUnit } from '../../lib/units.ts'
import { ChartCard } from '../../parts/chart-card.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'

interface Props {
  marks: ChartMark[]
}

/** The charts of the machine, each with its limit. */
export function MachineCharts({ marks, cores }: Props & { cores: number }) {
  return (
    <>
      <div className="grid even">
        <CpuCard marks={marks} cores={cores} />
        <MemoryCard marks={marks} />
      </div>
      <div className="grid even">
        <DiskCard marks={marks} />
        <NetworkCard marks={marks} />
        <PressureCard marks={marks} />
      </div>
    </>
  )
}

/** Cores in use by what uses them, against all there are. */
function CpuCard({ marks, cores }: Props & { cores: number }) {
  const { words, language } = useWords()
  const query = machineQueries.cpu(useRateWindow())
  const { data, error } = useRange(query)
  const series = useMemo(() => {
    if (!data) return undefined
    const { user, system, iowait, steal } = cpuParts(data)
    const said = words.home
    return named([said.user, user], [said.system, system], [said.iowait, iowait], [said.steal, steal])
  }, [data, words])
  const lines = useMemo<ChartLine[]>(() => [{ name: words.home.total, value: cores, kind: 'limit' }], [cores, words])
  const used = sumOfLast(series)
  const says =
    used === null
      ? undefined
      : words.home.cpuInUse(
          chooseUnit(used < 1 ? 'cores' : 'percent', used, language).text(used),
          wholeNumber(cores, language),
        )
  return (
    <ChartCard
      id="cpu"
      rows={5}
      className="g6 keep"
      title={words.home.cpu}
      says={says}
      unit="cores"
      stack
      series={series}
      lines={lines}
      marks={marks}
      explore={[query]}
      error={error}
    />
  )
}

/** Memory by what holds it, against all there is. */
function MemoryCard({ marks }: Props) {
  const { words, language } = useWords()
  const { data, error } = useRange(machineQueries.memory)
  const parts = useMemo(() => (data ? memoryParts(data) : null), [data])
  const series = useMemo(() => {
    if (!parts) return undefined
    return named([words.home.inUse, parts.inUse], [words.home.kernel, parts.kernel], [words.home.cache, parts.cache])
  }, [parts, words])
  const total = parts?.totalBytes ?? 0
  const lines = useMemo<ChartLine[]>(
    () => (total > 0 ? [{ name: words.home.total, value: total, kind: 'limit' }] : []),
    [total, words],
  )
  const used = parts?.inUse.values.at(-1)
  const says =
    used === undefined
      ? undefined
      : words.home.memoryInUse(chooseUnit('bytes', total, language).text(used), withUnit('bytes', total, language))
  return (
    <ChartCard
      id="memory"
      rows={4}
      className="g6 keep"
      title={words.home.memory}
      says={says}
      unit="bytes"
      stack
      series={series}
      lines={lines}
      marks={marks}
      explore={['node_memory_MemAvailable_bytes{job="node"}', 'node_memory_MemTotal_bytes{job="node"}']}
      error={error}
    />
  )
}

/** What is read from and written to disks. */
function DiskCard({ marks }: Props) {
  const { words, language } = useWords()
  const w = useRateWindow()
  const queries = [machineQueries.diskRead(w), machineQueries.diskWritten(w)] as const
  const pair = usePair(queries, words.home.read, words.home.written)
  const busy = useInstant(machineQueries.diskBusy(w)).data?.[0]
  const says = busy && words.home.diskBusy(busy.labels['device'] ?? '', `${wholeNumber(busy.value, language)}%`)
  return <SmallCard id="disk" title={words.home.disk} says={says} {...pair} marks={marks} queries={queries} />
}

/** What is received and sent, by interfaces that lead outside. */
function NetworkCard({ marks }: Props) {
  const { words, language } = useWords()
  const w = useRateWindow()
  const { fromMs, toMs } = usePageTime()
  const queries = [machineQueries.received(w), machineQueries.sent(w)] as const
  const pair = usePair(queries, words.home.received, words.home.sent)
  const busiest = useInstant(machineQueries.busiestInterface(w)).data?.[0]
  const drops = useInstant(machineQueries.drops(`${Math.max(60, Math.round((toMs - fromMs) / 1000))}s`)).data?.[0]
  const says =
    busiest &&
    words.home.networkDrops(busiest.labels['device'] ?? '', wholeNumber(Math.round(drops?.value ?? 0), language))
  return <SmallCard id="network" title={words.home.network} says={says} {...pair} marks={marks} queries={queries} />
}

/** The share of time in which something waited for CPU, I/O or memory. */
function PressureCard({ marks }: Props) {
  const { words } = useWords()
  const w = useRateWindow()
  const cpu = useRange(machineQueries.pressure('cpu', w))
  const io = useRange(machineQueries.pressure('io', w))
  const memory = useRange(machineQueries.pressure('memory', w))
  const [cpuData, ioData, memoryData] = [cpu.data, io.data, memory.data]
  const series = useMemo(() => {
    if (!cpuData || !ioData || !memoryData) return undefined
    return [
      ['CPU', cpuData[0]],
      ['I/O', ioData[0]],
      [words.home.memory, memoryData[0]],
    ].flatMap(([name, points]) => (points ? [{ name: name as string, points: points as RangeSeries }] : []))
  }, [cpuData, ioData, memoryData, words])
  return (
    <ChartCard
      id="pressure"
      rows={3}
      className="g4"
      title={words.home.pressure}
      says={series?.length === 0 ? undefined : words.home.pressureHint}
      unit="percent"
      height={120}
      columns={['max', 'last']}
      series={series}
      marks={marks}
      explore={[machineQueries.pressure('cpu', w)]}
      error={cpu.error}
      empty={<EmptyState title={words.home.noPressure}>{words.home.noPressureWhy}</EmptyState>}
    />
  )
}

interface SmallProps extends Props {
  id: string
  title: string
  says: string | undefined
  series: ChartSeries[] | undefined
  error: string | null
  queries: readonly string[]
}

function SmallCard({ queries, ...rest }: SmallProps) {
  return (
    <ChartCard
      className="g4"
      unit="bytesPerSecond"
      height={120}
      fill
      columns={['max', 'last']}
      explore={[...queries]}
      {...rest}
    />
  )
}

function usePair(queries: readonly [string, string], first: string, second: string) {
  const one = useRange(queries[0])
  const two = useRange(queries[1])
  const [a, b] = [one.data, two.data]
  const series = useMemo(() => (a && b ? named([first, a[0]], [second, b[0]]) : undefined), [a, b, first, second])
  return { series, error: one.error ?? two.error }
}

function named(...pairs: [name: string, points: RangeSeries | undefined][]): ChartSeries[] {
  return pairs.flatMap(([name, points]) => (points ? [{ name, points }] : []))
}

function sumOfLast(series: ChartSeries[] | undefined): number | null {
  if (!series || series.length === 0) return null
  return series.reduce((sum, { points }) => sum + (points.values.at(-1) ?? 0), 0)
}
