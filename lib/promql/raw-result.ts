import type { MatrixSelector, Subquery } from './ast.ts'
import { setFloat, type Grid, type RangeSeries } from './columns.ts'
import type { RangeCall, RangeFunction } from './functions/range-call.ts'
import { vectorOf } from './operator.ts'
import type { Planner } from './planner.ts'
import type { ResultSeries } from './result.ts'
import { dropReserved, sortedByLabels, type ResultParts } from './result-of.ts'

/** Plans an instant query whose answer is the samples of a range themselves. */
export function planRaw(planner: Planner, root: MatrixSelector | Subquery, grid: Grid): () => ResultParts {
  const series: ResultSeries[] = []
  const collect: RangeFunction = {
    keepsName: true,
    run(input, output, call) {
      planner.context.hold(countOf(call))
      series.push(
        samplesWithin(input, call.floats.lo[0], call.floats.hi[0], call.histograms.lo[0], call.histograms.hi[0]),
      )
      setFloat(output, 0, 0)
    },
  }
  const operator = planner.overRange(collect, root, [], grid)
  return () => {
    vectorOf(operator)
    const found = series.filter((s) => s.times.length > 0 || s.histograms !== undefined)
    return { type: 'matrix', series: sortedByLabels(found) }
  }
}

function countOf({ floats, histograms }: RangeCall): number {
  return floats.hi[0] - floats.lo[0] + histograms.hi[0] - histograms.lo[0]
}

/** Copies: the columns are only lent. */
function samplesWithin(input: RangeSeries, lo: number, hi: number, hLo: number, hHi: number): ResultSeries {
  const histograms = input.histograms
    .slice(hLo, hHi)
    .map((histogram, i) => ({ timeMs: input.histogramTimes[hLo + i], histogram }))
  return {
    labels: input.dropName ? dropReserved(input.labels) : input.labels,
    times: input.times.slice(lo, hi),
    values: input.values.slice(lo, hi),
    histograms: histograms.length > 0 ? histograms : undefined,
  }
}
