import { counterResetHint, isStaleAt, wordsOf, type FloatHistogram, type Labels } from '#lib/model'
import type { SeriesBatch } from '#lib/storage'
import { type Falls, HISTOGRAM, NONE, timeOf, type Grid, type RangeSeries, type VectorSeries } from './columns.ts'
import { SeriesTimes } from './series-times.ts'

const EMPTY = new Float64Array(0)

/** Takes the series of batches without their stale markers. The usual series (floats, never stale) is a view, not a copy. */
export class RangeSeriesReader {
  readonly #times = new SeriesTimes()
  /** Used anew for each series; none where nobody asks. */
  readonly #falls: Falls | undefined

  constructor(findsFalls: boolean) {
    this.#falls = findsFalls ? { count: 0, places: new Int32Array(256) } : undefined
  }

  of(batch: SeriesBatch, i: number, labels: Labels): RangeSeries {
    const from = batch.offsets[i]
    const to = batch.offsets[i + 1]
    const hasNaN = this.#falls ? findFalls(batch.values, from, to, this.#falls) : holdsNaN(batch.values, from, to)
    if (!isPlain(batch, from, to, hasNaN)) return splitSeries(batch, i, labels)
    return {
      labels,
      falls: hasNaN ? undefined : this.#falls,
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

/** Fills in, in one pass, where the values fall; returns whether one of them is NaN. */
function findFalls(values: Float64Array, from: number, to: number, falls: Falls): boolean {
  if (to - from > falls.places.length) falls.places = new Int32Array(2 * (to - from))
  const { places } = falls
  let count = 0
  let before = from < to ? values[from] : 0
  let nans = before === before ? 0 : 1
  for (let k = from + 1; k < to; k++) {
    const value = values[k]
    if (!(value >= before)) {
      places[count++] = k - from
      if (value !== value) nans++
    }
    before = value
  }
  falls.count = count
  return nans > 0
}

function holdsNaN(values: Float64Array, from: number, to: number): boolean {
  let nans = 0
  for (let k = from; k < to; k++) if (values[k] !== values[k]) nans++
  return nans > 0
}

/** Floats alone, and none of them a stale marker, which is a NaN as hardly any value is. */
function isPlain({ values, histograms }: SeriesBatch, from: number, to: number, hasNaN: boolean): boolean {
  if (hasNaN) {
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
    falls: undefined,
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

/** What was known of a reset between two samples of the store says nothing of two steps, which may have others between, or be one. */
function withoutHint(histogram: FloatHistogram): FloatHistogram {
  const { reset, notReset, unknown } = counterResetHint
  const { counterResetHint: hint } = histogram
  return hint === reset || hint === notReset ? { ...histogram, counterResetHint: unknown } : histogram
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
      histograms.push(withoutHint(series.histograms![step]!))
    } else {
      times.push(timeOf(grid, step))
      values.push(series.values[step])
    }
  }
  return {
    labels: series.labels,
    falls: undefined,
    dropName: series.dropName,
    times: Float64Array.from(times),
    values: Float64Array.from(values),
    starts: undefined,
    histogramTimes: Float64Array.from(histogramTimes),
    histograms,
    histogramStarts: undefined,
  }
}
