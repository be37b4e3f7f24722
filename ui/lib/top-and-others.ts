import { statsOf, sumSeries, type RangeSeries } from './columns.ts'

/** A chart of parts keeps so many apart. */
export const MOST_PARTS = 6

/** The parts that are largest on average, largest first, and the rest as one. */
export interface TopAndOthers {
  top: RangeSeries[]
  others: RangeSeries | undefined
  /** How many are in it. */
  otherCount: number
}

/** Keeps the largest apart and adds the rest up; one that is left over stays itself. */
export function topAndOthers(series: readonly RangeSeries[], most = MOST_PARTS): TopAndOthers {
  const weights = new Map(series.map((one) => [one, statsOf(one.values).mean ?? 0]))
  const ranked = series.toSorted((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0))
  if (ranked.length <= most) return { top: ranked, others: undefined, otherCount: 0 }
  const rest = ranked.slice(most - 1)
  return { top: ranked.slice(0, most - 1), others: sumSeries(rest, {}), otherCount: rest.length }
}
