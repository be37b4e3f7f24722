import { lazy, Suspense, useMemo } from 'react'
import { useAbout } from '../../app/data.ts'
import { useTitle } from '../../app/title.ts'
import { useWords } from '../../app/words.ts'
import type { ChartMark } from '../../lib/chart-model.ts'
import { Skeleton } from '../../parts/skeleton.tsx'
import { ChartBoxes } from './chart-boxes.tsx'
import { FileSystemsCard } from './file-systems.tsx'
import { HomeHead } from './home-head.tsx'
import { useMachineVerdict } from './machine-verdict.ts'
import { SelfCard } from './self-card.tsx'
import { useSettled } from './settled.ts'
import { TopContainers } from './top-containers.tsx'

const MachineCharts = lazy(async () => ({ default: (await import('./machine-charts.tsx')).MachineCharts }))
/** Two large ones, three small ones. */
const CHART_BOXES = [
  ['cpu', 'memory'],
  ['disk', 'network', 'pressure'],
]

/** Home of one machine: how it is, what needs someone, and its figures. */
export function Home() {
  const { words } = useWords()
  const about = useAbout().data
  useTitle(about?.machine.name ?? words.home.title)
  const startedMs = about?.startedMs
  const marks = useMemo<ChartMark[]>(
    () => (startedMs === undefined ? [] : [{ atMs: startedMs, name: words.chart.monitoringStarted }]),
    [startedMs, words],
  )
  const { verdict, error } = useMachineVerdict()
  const settled = useSettled(verdict !== undefined || error !== null)
  if (!about || !settled) return <Skeleton kind="page" />
  return (
    <div className="page" data-page="home">
      <HomeHead about={about} />
      <Suspense fallback={<ChartBoxes ids={CHART_BOXES} />}>
        <MachineCharts marks={marks} cores={about.machine.cores} />
      </Suspense>
      <TopContainers about={about} />
      <div className="grid">
        <FileSystemsCard about={about} />
        <SelfCard about={about} />
      </div>
    </div>
  )
}
