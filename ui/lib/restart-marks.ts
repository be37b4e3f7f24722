import type { ContainerView } from '#lib/cluster'
import type { ChartMark } from './chart-model.ts'
import type { RangeSeries } from './columns.ts'

/** How the marks of a chart are called. */
export interface MarkNames {
  restarted: string
  outOfMemory: string
  started: string
}

/** Marks no nearer than this to one that is known to the second are the same event, seen by a slower eye. */
const SAME_MS = 90_000

/**
 * When a container of a pod was restarted: the last time to the second, from its status; those before it from the count
 * of restarts, where its series is kept.
 */
export function restartMarks(
  container: Pick<ContainerView, 'name' | 'last' | 'createdMs' | 'restarts'>,
  counts: RangeSeries[] | undefined,
  outOfMemory: RangeSeries[] | undefined,
  names: MarkNames,
): ChartMark[] {
  const { last } = container
  const exact: ChartMark[] = last
    ? [markOf(last.finishedMs, last.reason === 'OOMKilled', last.exitCode !== 0, names)]
    : []
  if (container.restarts === 0 && container.createdMs > 0)
    exact.push({ atMs: container.createdMs, name: names.started })
  const killed = ownOf(container.name, outOfMemory)
  const counted = risesOf(ownOf(container.name, counts)).map((atMs) =>
    markOf(atMs, valueAt(killed, atMs) > 0, true, names),
  )
  return [...counted.filter(({ atMs }) => !exact.some((one) => Math.abs(one.atMs - atMs) < SAME_MS)), ...exact]
}

function markOf(atMs: number, oom: boolean, failed: boolean, names: MarkNames): ChartMark {
  return { atMs, name: oom ? names.outOfMemory : names.restarted, critical: oom || failed }
}

function ownOf(container: string, series: RangeSeries[] | undefined): RangeSeries | undefined {
  return series?.find(({ labels }) => labels['container'] === container)
}

/** The times at which a count is higher than before. */
function risesOf(series: RangeSeries | undefined): number[] {
  return series?.times.filter((_, i) => i > 0 && series.values[i] > series.values[i - 1]) ?? []
}

function valueAt(series: RangeSeries | undefined, atMs: number): number {
  const i = series?.times.indexOf(atMs) ?? -1
  return series && i >= 0 ? series.values[i] : 0
}
