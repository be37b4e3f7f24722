import { useMemo } from 'react'
import { useClusterRateWindow } from '../../app/cluster.ts'
import { useRange } from '../../app/data.ts'
import { useWords } from '../../app/words.ts'
import type { ChartLine, ChartMark } from '../../lib/chart-model.ts'
import { nodeQueries, usageQueries, type ClusterScope, type SplitBy } from '../../lib/cluster-queries.ts'
import { rankSeries } from '../../lib/rank.ts'
import type { Use } from '../../lib/resource-row.ts'
import { ChartCard } from '../../parts/chart-card.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'

interface Props {
  of: 'cpu' | 'memory'
  title: string
  scope: ClusterScope
  by: SplitBy
  /** What the values are compared with. */
  use: Use
  /** How the lines of a node or of many pods are called; request and limit where this says nothing. */
  names?: { request: string; limit: string }
  marks?: ChartMark[]
  says?: string
  height?: number
  className?: string
}

/** Use over time with its request and its limit as lines; a series for each value of the label it is split by. */
export function UseChart({ of, title, scope, by, use, names, marks, says, height = 170, className }: Props) {
  const { words } = useWords()
  const said = words.resources.page
  const query = useExpression(of, scope, by)
  const { data, error } = useRange(query)
  const series = useMemo(
    () =>
      data &&
      rankSeries(data).drawn.map((points) => ({
        name: data.length === 1 ? said.usage : (points.labels[by] ?? said.usage),
        points,
      })),
    [data, by, said],
  )
  const { request, limit = use.size } = use
  const { request: requestName, limit: limitName } = names ?? said
  const lines = useMemo(() => linesOf(limit, limitName, request, requestName), [limit, limitName, request, requestName])
  return (
    <ChartCard
      id={of}
      className={className}
      title={title}
      says={says}
      unit={of === 'cpu' ? 'cores' : 'bytes'}
      fill={series?.length === 1}
      height={height}
      series={series}
      lines={lines}
      marks={marks}
      rows={3}
      explore={[query]}
      error={error}
      empty={<EmptyState title={said.noMetrics}>{said.noMetricsWhy}</EmptyState>}
    />
  )
}

function useExpression(of: 'cpu' | 'memory', scope: ClusterScope, by: SplitBy): string {
  const w = useClusterRateWindow()
  if (by === 'node') return of === 'cpu' ? nodeQueries.cpu(w, scope.node) : nodeQueries.memory(scope.node)
  return of === 'cpu' ? usageQueries.cpu(by, scope, w) : usageQueries.memory(by, scope)
}

function linesOf(
  limit: number | undefined,
  limitName: string,
  request: number | undefined,
  requestName: string,
): ChartLine[] {
  return [
    ...(limit === undefined ? [] : [{ name: limitName, value: limit, kind: 'limit' as const }]),
    ...(request === undefined ? [] : [{ name: requestName, value: request, kind: 'request' as const }]),
  ]
}
