import { isStaleAt, wordsOf, type Labels, type Matcher } from '#lib/model'
import type { SeriesBatch } from '#lib/storage'
import {
  endOf,
  FLOAT,
  hasSamples,
  NONE,
  seriesOf,
  setFloat,
  setHistogram,
  type Grid,
  type Value,
  type VectorSeries,
} from '../columns.ts'
import type { QueryContext } from '../context.ts'
import type { Leaf, LeafClaim } from '../fetch.ts'
import { NEWEST } from '../functions/claim-names.ts'
import type { SeriesSink } from '../series-sink.ts'
import { SeriesTimes } from '../series-times.ts'

/** What a selector tells of the sample that it finds: itself, its time, its start timestamp (both in seconds); `info`: the time, of floats. */
export type SelectorTells = 'sample' | 'time' | 'start' | 'info'

/** The newest sample of each series in the left-open lookback before each step. */
export class VectorSelectorLeaf implements Leaf {
  readonly matchers: readonly Matcher[]
  readonly fromMs: number
  readonly toMs: number
  round = 0
  readonly #lookbackMs: number
  readonly #grid: Grid
  readonly #offsetMs: number
  readonly #tells: SelectorTells
  readonly #sink: SeriesSink
  readonly #times = new SeriesTimes()
  /** Of the times that were seen last. */
  readonly #newest: Int32Array
  #seenTimes: Float64Array | undefined

  /** The grid is that of the reference times: with `@` it has one step at that time. */
  constructor(
    { lookbackMs }: Pick<QueryContext, 'lookbackMs'>,
    matchers: readonly Matcher[],
    grid: Grid,
    offsetMs: number,
    tells: SelectorTells,
    sink: SeriesSink,
  ) {
    this.#lookbackMs = lookbackMs
    this.matchers = matchers
    this.#grid = grid
    this.#offsetMs = offsetMs
    this.#tells = tells
    this.#sink = sink
    this.#newest = new Int32Array(grid.steps)
    this.fromMs = grid.startMs - offsetMs - lookbackMs + 1
    this.toMs = endOf(grid) - offsetMs
  }

  prepare(): void {
    // Nothing is to be done before the first series.
  }

  accept(batch: SeriesBatch, i: number, labels: Labels): void {
    const times = this.#times.of(batch, i)
    if (times !== this.#seenTimes) {
      findNewest(this.#newest, times, this.#grid, this.#offsetMs, this.#lookbackMs)
      this.#seenTimes = times
    }
    const series = this.#sink.open(labels, this.#tells !== 'sample')
    if (batch.histograms || this.#tells !== 'sample') this.#fillAny(series, batch, batch.offsets[i], times)
    else fillFloats(series, batch.values.subarray(batch.offsets[i], batch.offsets[i + 1]), this.#newest)
    if (hasSamples(series)) this.#sink.take(series)
  }

  get claim(): LeafClaim | undefined {
    if (this.#tells !== 'sample') return undefined
    const { startMs, stepMs, steps } = this.#grid
    return { func: NEWEST, firstEndMs: startMs - this.#offsetMs, stepMs, steps, rangeMs: this.#lookbackMs }
  }

  acceptColumn(labels: Labels, values: Float64Array, present: Uint8Array): void {
    this.#sink.take(seriesOf(labels, false, values, present))
  }

  result(): Value {
    return this.#sink.result()
  }

  #fillAny(series: VectorSeries, batch: SeriesBatch, from: number, times: Float64Array): void {
    const words = wordsOf(batch.values)
    for (let step = 0; step < this.#grid.steps; step++) {
      const at = this.#newest[step]
      if (at < 0) continue
      const k = from + at
      const histogram = batch.histograms?.[k]
      if (histogram === undefined && isStaleAt(words, k)) continue
      if (this.#tells === 'info' && histogram) setHistogram(series, step, histogram)
      else if (this.#tells === 'time' || this.#tells === 'info') setFloat(series, step, times[at] / 1000)
      else if (this.#tells === 'start') setFloat(series, step, (batch.startTimes?.[k] ?? 0) / 1000)
      else if (histogram) setHistogram(series, step, histogram)
      else setFloat(series, step, batch.values[k])
    }
  }
}

/** The place of each step's newest sample within the lookback; -1 where there is none. Ascending times cost samples + steps. */
function findNewest(newest: Int32Array, times: Float64Array, grid: Grid, offsetMs: number, lookbackMs: number): void {
  let k = -1
  let ref = grid.startMs - offsetMs
  for (let step = 0; step < newest.length; step++) {
    while (k + 1 < times.length && times[k + 1] <= ref) k++
    newest[step] = k >= 0 && times[k] > ref - lookbackMs ? k : -1
    ref += grid.stepMs
  }
}

/** The hot case: floats alone; watched by engine.bench.ts. */
function fillFloats({ values, present }: VectorSeries, samples: Float64Array, newest: Int32Array): void {
  let nans = 0
  for (let step = 0; step < newest.length; step++) {
    const at = newest[step]
    if (at < 0) continue
    const value = samples[at]
    if (value !== value) nans++
    values[step] = value
    present[step] = FLOAT
  }
  if (nans > 0) dropStale({ values, present }, samples, newest)
}

function dropStale(
  { values, present }: Pick<VectorSeries, 'values' | 'present'>,
  samples: Float64Array,
  newest: Int32Array,
): void {
  const words = wordsOf(samples)
  for (let step = 0; step < newest.length; step++) {
    if (newest[step] < 0 || !isStaleAt(words, newest[step])) continue
    values[step] = 0
    present[step] = NONE
  }
}
