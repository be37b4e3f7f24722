import { isStaleAt, wordsOf, type Labels, type Matcher } from '#lib/model'
import type { SeriesBatch } from '#lib/storage'
import {
  endOf,
  FLOAT,
  hasSamples,
  setFloat,
  setHistogram,
  timeOf,
  type Grid,
  type Value,
  type VectorSeries,
} from '../columns.ts'
import type { QueryContext } from '../context.ts'
import type { Leaf } from '../fetch.ts'
import type { SeriesSink } from '../series-sink.ts'

/** What a selector tells of the sample that it finds: itself, its time, its start timestamp (both in seconds); `info`: the time, of floats. */
export type SelectorTells = 'sample' | 'time' | 'start' | 'info'

/** The newest sample of each series in the left-open lookback before each step. */
export class VectorSelectorLeaf implements Leaf {
  readonly matchers: readonly Matcher[]
  readonly fromMs: number
  readonly toMs: number
  round = 0
  readonly #context: QueryContext
  readonly #grid: Grid
  readonly #offsetMs: number
  readonly #tells: SelectorTells
  readonly #sink: SeriesSink

  /** The grid is that of the reference times: with `@` it has one step at that time. */
  constructor(
    context: QueryContext,
    matchers: readonly Matcher[],
    grid: Grid,
    offsetMs: number,
    tells: SelectorTells,
    sink: SeriesSink,
  ) {
    this.#context = context
    this.matchers = matchers
    this.#grid = grid
    this.#offsetMs = offsetMs
    this.#tells = tells
    this.#sink = sink
    this.fromMs = grid.startMs - offsetMs - context.lookbackMs + 1
    this.toMs = endOf(grid) - offsetMs
  }

  prepare(): void {
    // Nothing is to be done before the first series.
  }

  accept(batch: SeriesBatch, i: number, labels: Labels): void {
    const series = this.#sink.open(labels, this.#tells !== 'sample')
    const from = batch.offsets[i]
    const to = batch.offsets[i + 1]
    if (batch.histograms || this.#tells !== 'sample') this.#fillAny(series, batch, from, to)
    else fillFloats(series, batch, from, to, this.#grid, this.#offsetMs, this.#context.lookbackMs)
    if (hasSamples(series)) this.#sink.take(series)
  }

  result(): Value {
    return this.#sink.result()
  }

  #fillAny(series: VectorSeries, batch: SeriesBatch, from: number, to: number): void {
    const words = wordsOf(batch.values)
    let k = from - 1
    for (let step = 0; step < this.#grid.steps; step++) {
      const ref = timeOf(this.#grid, step) - this.#offsetMs
      while (k + 1 < to && batch.times[k + 1] <= ref) k++
      if (k < from || batch.times[k] <= ref - this.#context.lookbackMs) continue
      const histogram = batch.histograms?.[k]
      if (histogram === undefined && isStaleAt(words, k)) continue
      if (this.#tells === 'info' && histogram) setHistogram(series, step, histogram)
      else if (this.#tells === 'time' || this.#tells === 'info') setFloat(series, step, batch.times[k] / 1000)
      else if (this.#tells === 'start') setFloat(series, step, (batch.startTimes?.[k] ?? 0) / 1000)
      else if (histogram) setHistogram(series, step, histogram)
      else setFloat(series, step, batch.values[k])
    }
  }
}

/** The hot case: floats alone; watched by engine.bench.ts. */
function fillFloats(
  series: VectorSeries,
  batch: SeriesBatch,
  from: number,
  to: number,
  grid: Grid,
  offsetMs: number,
  lookbackMs: number,
): void {
  const { values, present } = series
  const times = batch.times
  const samples = batch.values
  const words = wordsOf(samples)
  const steps = grid.steps
  let k = from - 1
  let ref = grid.startMs - offsetMs
  for (let step = 0; step < steps; step++) {
    while (k + 1 < to && times[k + 1] <= ref) k++
    if (k >= from && times[k] > ref - lookbackMs && (samples[k] === samples[k] || !isStaleAt(words, k))) {
      values[step] = samples[k]
      present[step] = FLOAT
    }
    ref += grid.stepMs
  }
}
