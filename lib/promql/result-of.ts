import { compareLabels, type FloatHistogram, type Labels } from '#lib/model'
import {
  everywhere,
  FLOAT,
  HISTOGRAM,
  isReservedLabel,
  relabelled,
  timeOf,
  type Grid,
  type Value,
  type VectorSeries,
} from './columns.ts'
import { mergeEqual } from './operators/set-operator.ts'
import type { QueryResult, ResultSeries } from './result.ts'

/** A result without its statistics. */
export type ResultParts = Pick<QueryResult, 'type' | 'series' | 'scalar' | 'string'>

/** The answer of a query from the value of its root: names that were to be dropped go here. */
export function resultOf(value: Value, grid: Grid, isRange: boolean): ResultParts {
  if (value.kind === 'string') {
    return { type: 'string', series: [], string: { timeMs: grid.startMs, value: value.value } }
  }
  if (value.kind === 'scalar') return scalarResult(value.values, grid, isRange)
  const series = mergeEqual(value.series.map(withoutDroppedName)).map((s) => resultSeries(s, grid))
  if (!isRange) return { type: 'vector', series: series.filter(isNotEmpty) }
  return { type: 'matrix', series: sortedByLabels(series.filter(isNotEmpty)) }
}

function scalarResult(values: Float64Array, grid: Grid, isRange: boolean): ResultParts {
  if (!isRange) return { type: 'scalar', series: [], scalar: { timeMs: grid.startMs, value: values[0] } }
  return { type: 'matrix', series: grid.steps > 0 ? [resultSeries(everywhere(values), grid)] : [] }
}

function withoutDroppedName(series: VectorSeries): VectorSeries {
  if (!series.dropName) return series
  return relabelled(series, dropReserved(series.labels), false)
}

/** Labels without name, type and unit. */
export function dropReserved(labels: Labels): Labels {
  return labels.filter((name) => !isReservedLabel(name))
}

function isNotEmpty(series: ResultSeries): boolean {
  return series.times.length > 0 || series.histograms !== undefined
}

/** In the order in which a matrix is answered. */
export function sortedByLabels(series: readonly ResultSeries[]): ResultSeries[] {
  return series.toSorted((a, b) => compareLabels(a.labels, b.labels))
}

function resultSeries(series: VectorSeries, grid: Grid): ResultSeries {
  const { present } = series
  let count = 0
  for (let step = 0; step < present.length; step++) if (present[step] === FLOAT) count++
  if (count === grid.steps) return { labels: series.labels, times: allTimes(grid), values: series.values }
  const times = new Float64Array(count)
  const values = new Float64Array(count)
  let at = 0
  for (let step = 0; step < grid.steps; step++) {
    if (present[step] !== FLOAT) continue
    times[at] = timeOf(grid, step)
    values[at++] = series.values[step]
  }
  return { labels: series.labels, times, values, histograms: resultHistograms(series, grid) }
}

/** The times of a grid, made once: all series with a float at each step share them. */
const timesOfGrids = new WeakMap<Grid, Float64Array>()

function allTimes(grid: Grid): Float64Array {
  let times = timesOfGrids.get(grid)
  if (times === undefined) {
    times = Float64Array.from({ length: grid.steps }, (_, step) => timeOf(grid, step))
    timesOfGrids.set(grid, times)
  }
  return times
}

function resultHistograms(series: VectorSeries, grid: Grid): ResultSeries['histograms'] {
  if (!series.histograms) return undefined
  const histograms: { timeMs: number; histogram: FloatHistogram }[] = []
  for (let step = 0; step < grid.steps; step++) {
    if (series.present[step] !== HISTOGRAM) continue
    histograms.push({ timeMs: timeOf(grid, step), histogram: series.histograms[step]! })
  }
  return histograms.length > 0 ? histograms : undefined
}
