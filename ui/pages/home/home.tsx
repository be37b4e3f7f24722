import { useEffect, useMemo, useState } from 'react'
import { useAbout } from '../../app/data.ts'
import { useTitle } from '../../app/title.ts'
import { useVerdict } from '../../app/verdict.ts'
import { useWords } from '../../app/words.ts'
import type { ChartMark } from '../../lib/chart-model.ts'
import { Skeleton } from '../../parts/skeleton.tsx'
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
  const settled = useSettled()
  if (!about || !settled) return <Skeleton kind="page" />
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

const LONGEST_WAIT_MS = 700

/** The verdict decides how much stands above the charts: they wait for it, shortly, and then do not jump. */
function useSettled(): boolean {
  const { verdict, error } = useVerdict()
  const [waited, setWaited] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setWaited(true), LONGEST_WAIT_MS)
    return () => clearTimeout(timer)
  }, [])
  return waited || verdict !== undefined || error !== null
}
