import { isStaleAt, wordsOf, type FloatHistogram, type Labels } from '#lib/model'
import type { SeriesBatch } from '#lib/storage'
import { HISTOGRAM, NONE, timeOf, type Grid, type RangeSeries, type VectorSeries } from './columns.ts'

const EMPTY = new Float64Array(0)

/** Series i of a batch without its stale markers. The usual series (floats, never stale) is a view, not a copy. */
export function rangeSeriesOf(batch: SeriesBatch, i: number, labels: Labels): RangeSeries {
  const from = batch.offsets[i]
  const to = batch.offsets[i + 1]
  if (isPlain(batch, from, to)) return plainSeries(batch, from, to, labels)
  return splitSeries(batch, from, to, labels)
}

function isPlain(batch: SeriesBatch, from: number, to: number): boolean {
  const { values, histograms } = batch
  const words = wordsOf(values)
  // Hardly any value is NaN, as a stale marker is.
  for (let k = from; k < to; k++) if (values[k] !== values[k] && isStaleAt(words, k)) return false
  if (histograms) for (let k = from; k < to; k++) if (histograms[k] !== undefined) return false
  return true
}

function plainSeries(batch: SeriesBatch, from: number, to: number, labels: Labels): RangeSeries {
  return {
    labels,
    dropName: false,
    times: batch.times.subarray(from, to),
    values: batch.values.subarray(from, to),
    starts: batch.startTimes?.subarray(from, to),
    histogramTimes: EMPTY,
    histograms: [],
    histogramStarts: undefined,
  }
}

function splitSeries(batch: SeriesBatch, from: number, to: number, labels: Labels): RangeSeries {
  const words = wordsOf(batch.values)
  const floats: number[] = []
  const histograms: number[] = []
  for (let k = from; k < to; k++) {
    if (batch.histograms?.[k] !== undefined) histograms.push(k)
    else if (!isStaleAt(words, k)) floats.push(k)
  }
  return {
    labels,
    dropName: false,
    times: pick(batch.times, floats),
    values: pick(batch.values, floats),
    starts: batch.startTimes && pick(batch.startTimes, floats),
    histogramTimes: pick(batch.times, histograms),
    histograms: histograms.map((k) => batch.histograms![k]!),
    histogramStarts: batch.startTimes && pick(batch.startTimes, histograms),
  }
}

function pick(column: Float64Array, indexes: readonly number[]): Float64Array {
  const picked = new Float64Array(indexes.length)
  for (let i = 0; i < indexes.length; i++) picked[i] = column[indexes[i]]
  return picked
}

/** The steps of an evaluated series as samples: what a subquery ranges over. Start timestamps end here. */
export function rangeSeriesFromSteps(series: VectorSeries, grid: Grid): RangeSeries {
  const times: number[] = []
  const values: number[] = []
  const histogramTimes: number[] = []
  const histograms: FloatHistogram[] = []
  for (let step = 0; step < grid.steps; step++) {
    if (series.present[step] === NONE) continue
    if (series.present[step] === HISTOGRAM) {
      histogramTimes.push(timeOf(grid, step))
      histograms.push(series.histograms![step]!)
    } else {
      times.push(timeOf(grid, step))
      values.push(series.values[step])
    }
  }
  return {
    labels: series.labels,
    dropName: series.dropName,
    times: Float64Array.from(times),
    values: Float64Array.from(values),
    starts: undefined,
    histogramTimes: Float64Array.from(histogramTimes),
    histograms,
    histogramStarts: undefined,
  }
}
