import { isStaleAt, wordsOf, type FloatHistogram, type Labels } from '#lib/model'
import type { SeriesBatch } from '#lib/storage'
import { HISTOGRAM, NONE, timeOf, type Grid, type RangeSeries, type VectorSeries } from './columns.ts'
import { SeriesTimes } from './series-times.ts'

const EMPTY = new Float64Array(0)

/** Takes the series of batches without their stale markers. The usual series (floats, never stale) is a view, not a copy. */
export class RangeSeriesReader {
  readonly #times = new SeriesTimes()

  of(batch: SeriesBatch, i: number, labels: Labels): RangeSeries {
    const from = batch.offsets[i]
    const to = batch.offsets[i + 1]
    const rises = neverFalls(batch.values, from, to)
    if (!isPlain(batch, from, to, rises)) return splitSeries(batch, i, labels)
    return {
      labels,
      rises,
      dropName: false,
      times: this.#times.of(batch, i),
      values: batch.values.subarray(from, to),
      starts: batch.startTimes?.subarray(from, to),
      histogramTimes: EMPTY,
      histograms: [],
      histogramStarts: undefined,
    }
  }
}

/** Whether no value is below the one before it, or NaN: the usual counter, told in one pass. */
function neverFalls(values: Float64Array, from: number, to: number): boolean {
  let before = from < to ? values[from] : 0
  let falls = before === before ? 0 : 1
  for (let k = from + 1; k < to; k++) {
    const value = values[k]
    if (!(value >= before)) falls++
    before = value
  }
  return falls === 0
}

function isPlain({ values, histograms }: SeriesBatch, from: number, to: number, rises: boolean): boolean {
  // A stale marker is a NaN, as hardly any value is.
  let nans = 0
  if (!rises) for (let k = from; k < to; k++) if (values[k] !== values[k]) nans++
  if (nans > 0) {
    const words = wordsOf(values)
    for (let k = from; k < to; k++) if (isStaleAt(words, k)) return false
  }
  if (histograms) for (let k = from; k < to; k++) if (histograms[k] !== undefined) return false
  return true
}

function splitSeries(batch: SeriesBatch, i: number, labels: Labels): RangeSeries {
  const words = wordsOf(batch.values)
  const floats: number[] = []
  const histograms: number[] = []
  for (let k = batch.offsets[i]; k < batch.offsets[i + 1]; k++) {
    if (batch.histograms?.[k] !== undefined) histograms.push(k)
    else if (!isStaleAt(words, k)) floats.push(k)
  }
  const toTimes = batch.timeOffsets[i] - batch.offsets[i]
  return {
    labels,
    rises: false,
    dropName: false,
    times: pick(batch.times, floats, toTimes),
    values: pick(batch.values, floats),
    starts: batch.startTimes && pick(batch.startTimes, floats),
    histogramTimes: pick(batch.times, histograms, toTimes),
    histograms: histograms.map((k) => batch.histograms![k]!),
    histogramStarts: batch.startTimes && pick(batch.startTimes, histograms),
  }
}

function pick(column: Float64Array, indexes: readonly number[], offset = 0): Float64Array {
  const picked = new Float64Array(indexes.length)
  for (let i = 0; i < indexes.length; i++) picked[i] = column[indexes[i] + offset]
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
    rises: false,
    dropName: series.dropName,
    times: Float64Array.from(times),
    values: Float64Array.from(values),
    starts: undefined,
    histogramTimes: Float64Array.from(histogramTimes),
    histograms,
    histogramStarts: undefined,
  }
}
