import { useMemo } from 'react'
import { useRange } from '../../app/data.ts'
import { useWords } from '../../app/words.ts'
import type { ChartMark, ChartSeries } from '../../lib/chart-model.ts'
import { ChartCard } from '../../parts/chart-card.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'

/** What an object receives and sends. */
export function NetworkChart({
  title,
  says,
  received,
  sent,
  marks,
}: {
  title: string
  says?: string
  received: string
  sent: string
  marks?: ChartMark[]
}) {
  const { words } = useWords()
  const one = useRange(received)
  const two = useRange(sent)
  const series = useMemo<ChartSeries[] | undefined>(() => {
    if (!one.data || !two.data) return undefined
    const [a, b] = [one.data[0], two.data[0]]
    return [
      ...(a ? [{ name: words.home.received, points: a }] : []),
      ...(b ? [{ name: words.home.sent, points: b }] : []),
    ]
  }, [one.data, two.data, words])
  return (
    <ChartCard
      id="network"
      title={title}
      says={says}
      unit="bytesPerSecond"
      height={120}
      series={series}
      marks={marks}
      explore={[received, sent]}
      error={one.error ?? two.error}
      empty={<EmptyState title={words.resources.page.noMetrics}>{words.resources.page.noMetricsWhy}</EmptyState>}
    />
  )
}
