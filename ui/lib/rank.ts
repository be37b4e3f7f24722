import { statsOf, type RangeSeries } from './columns.ts'

/** How many series a chart draws before the rest becomes “and 122 more”. */
export const MOST_DRAWN = 20

/** The series a chart draws, highest mean first, and how many it leaves out. */
export function rankSeries(series: RangeSeries[], most = MOST_DRAWN): { drawn: RangeSeries[]; left: number } {
  if (series.length <= most) return { drawn: series, left: 0 }
  const weight = new Map(series.map((one) => [one, Math.abs(statsOf(one.values).mean ?? 0)]))
  const drawn = series.toSorted((a, b) => weight.get(b)! - weight.get(a)!).slice(0, most)
  return { drawn, left: series.length - most }
}
