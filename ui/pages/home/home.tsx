import { useMemo } from 'react'
import { useAbout } from '../../app/data.ts'
import { useTitle } from '../../app/title.ts'
import { useWords } from '../../app/words.ts'
import type { ChartMark } from '../../lib/chart-model.ts'
import { FileSystemsCard } from './file-systems.tsx'
import { HomeHead } from './home-head.tsx'
import { CpuCard, DiskCard, MemoryCard, NetworkCard, PressureCard } from './machine-charts.tsx'
import { SelfCard } from './self-card.tsx'
import { TopContainers } from './top-containers.tsx'

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
  if (!about) return null
  return (
    <div className="page" data-page="home">
      <HomeHead about={about} />
      <div className="grid even">
        <CpuCard marks={marks} cores={about.machine.cores} />
        <MemoryCard marks={marks} />
      </div>
      <div className="grid even">
        <DiskCard marks={marks} />
        <NetworkCard marks={marks} />
        <PressureCard marks={marks} />
      </div>
      <TopContainers about={about} />
      <div className="grid">
        <FileSystemsCard about={about} />
        <SelfCard about={about} />
      </div>
    </div>
  )
}
