import { counterResetHint, type FloatHistogram, type Labels, type Matcher } from '#lib/model'
import type { SeriesBatch } from '#lib/storage'
import { annotationTexts } from '../annotations.ts'
import type { VectorSelector } from '../ast.ts'
import {
  endOf,
  hasSamples,
  newSeries,
  setFloat,
  setHistogram,
  timeOf,
  type Grid,
  type RangeSeries,
  type Value,
  type VectorSeries,
} from '../columns.ts'
import type { QueryContext } from '../context.ts'
import type { Leaf } from '../fetch.ts'
import { interpolate, interpolateHistograms, remarking } from '../functions/extended-rate.ts'
import { isCustom } from '../histogram/buckets.ts'
import { metricName } from '../functions/range-call.ts'
import { RangeSeriesReader } from '../range-series.ts'
import { newEdges, slideWindows } from '../windows.ts'

/** A `smoothed` selector: the value between the samples around each step, within the lookback on either side. */
export class SmoothedSelectorLeaf implements Leaf {
  readonly matchers: readonly Matcher[]
  readonly fromMs: number
  readonly toMs: number
  round = 0
  readonly #context: QueryContext
  readonly #selector: VectorSelector
  readonly #grid: Grid
  readonly #offsetMs: number
  readonly #reader = new RangeSeriesReader(false)
  readonly #series: VectorSeries[] = []

  constructor(context: QueryContext, selector: VectorSelector, grid: Grid, offsetMs: number) {
    this.#context = context
    this.#selector = selector
    this.#grid = grid
    this.#offsetMs = offsetMs
    this.matchers = selector.matchers
    this.fromMs = grid.startMs - offsetMs - context.lookbackMs + 1
    this.toMs = endOf(grid) - offsetMs + context.lookbackMs
  }

  prepare(): void {
    this.#series.length = 0
  }

  accept(batch: SeriesBatch, i: number, labels: Labels): void {
    const input = this.#reader.of(batch, i, labels)
    const out = newSeries(labels, false, this.#grid.steps)
    const floats = this.#around(input.times)
    const histograms = this.#around(input.histogramTimes)
    for (let step = 0; step < this.#grid.steps; step++) {
      const ref = timeOf(this.#grid, step) - this.#offsetMs
      const hasFloats = floats.lo[step] < floats.hi[step]
      const hasHistograms = histograms.lo[step] < histograms.hi[step]
      if (hasFloats && hasHistograms) this.#warn(annotationTexts.mixedFloatsHistograms(metricName(labels)))
      else if (hasFloats) smoothFloat(input, floats.lo[step], floats.hi[step], ref, step, out)
      else if (hasHistograms) this.#smoothHistogram(input, histograms.lo[step], histograms.hi[step], ref, step, out)
    }
    if (!hasSamples(out)) return
    this.#context.holdSeries(out)
    this.#series.push(out)
  }

  result(): Value {
    return this.#context.handOver(this.#series)
  }

  /** The samples within the lookback before and after each step. */
  #around(times: Float64Array) {
    const edges = newEdges(this.#grid.steps)
    const { lookbackMs } = this.#context
    slideWindows(edges, times, this.#grid.startMs - this.#offsetMs + lookbackMs, this.#grid.stepMs, 2 * lookbackMs)
    return edges
  }

  #smoothHistogram(input: RangeSeries, lo: number, hi: number, ref: number, step: number, out: VectorSeries): void {
    const times = input.histogramTimes
    const after = firstAtOrAfter(times, lo, hi, ref)
    if (after === lo && times[lo] > ref) return
    // What it knew of the one before says nothing of the step before.
    if (after === hi)
      setHistogram(out, step, { ...input.histograms[hi - 1], counterResetHint: counterResetHint.unknown })
    else if (times[after] === ref) setHistogram(out, step, input.histograms[after])
    else this.#setBetween(input, after, ref, step, out)
  }

  #setBetween(input: RangeSeries, after: number, ref: number, step: number, out: VectorSeries): void {
    const times = input.histogramTimes
    const h1: FloatHistogram = input.histograms[after - 1]
    const h2: FloatHistogram = input.histograms[after]
    const { gauge } = counterResetHint
    const isCounter = h1.counterResetHint !== gauge || h2.counterResetHint !== gauge
    const remarks = remarking(this.#context.annotations, this.#selector.span)
    const result =
      isCustom(h1) === isCustom(h2)
        ? interpolateHistograms(times[after - 1], h1, times[after], h2, ref, isCounter, remarks)
        : undefined
    if (result) setHistogram(out, step, result)
    else this.#warn(annotationTexts.mixedSchemas(metricName(input.labels)))
  }

  #warn(text: string): void {
    this.#context.annotations.warn(text, this.#selector.span)
  }
}

function smoothFloat(input: RangeSeries, lo: number, hi: number, ref: number, step: number, out: VectorSeries): void {
  const { times, values } = input
  const after = firstAtOrAfter(times, lo, hi, ref)
  if (after === lo && times[lo] > ref) return
  if (after === hi) setFloat(out, step, values[hi - 1])
  else if (times[after] === ref) setFloat(out, step, values[after])
  else {
    const before = after - 1
    setFloat(out, step, interpolate(times[before], values[before], times[after], values[after], ref, false))
  }
}

function firstAtOrAfter(times: Float64Array, lo: number, hi: number, ref: number): number {
  let at = lo
  while (at < hi && times[at] < ref) at++
  return at
}
