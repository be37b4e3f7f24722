import type { Labels, Matcher } from '#lib/model'
import type { SeriesBatch } from '#lib/storage'
import { endOf, hasSamples, seriesOf, type Grid, type RangeSeries, type Value } from '../columns.ts'
import type { QueryContext } from '../context.ts'
import type { Leaf, LeafClaim } from '../fetch.ts'
import { claimName } from '../functions/claim-names.ts'
import type { RangeCall, RangeFunction } from '../functions/range-call.ts'
import { RangeSeriesReader } from '../range-series.ts'
import type { SeriesSink } from '../series-sink.ts'
import { newEdges, SameWindows } from '../windows.ts'

/** A function over ranges: makes one output series of each input series, window by window. */
export class RangeRunner {
  readonly #func: RangeFunction
  readonly #call: RangeCall
  readonly #sink: SeriesSink
  readonly #floats: SameWindows
  readonly #histograms: SameWindows

  constructor(func: RangeFunction, call: RangeCall, sink: SeriesSink) {
    this.#func = func
    this.#call = call
    this.#sink = sink
    this.#floats = new SameWindows(call.floats)
    this.#histograms = new SameWindows(call.histograms)
  }

  /** Takes the next input series, which it does not keep. */
  add(input: RangeSeries): void {
    const call = this.#call
    this.#floats.slide(call, input.times)
    this.#histograms.slide(call, input.histogramTimes)
    const output = this.#sink.open(input.labels, input.dropName || !this.#func.keepsName)
    this.#func.run(input, output, call)
    if (!hasSamples(output)) return
    this.#func.remark?.(output.labels, output, call)
    this.#sink.take(output)
  }
}

/** A range function over a range selector: raw samples pass through batch by batch and are never held. */
export class RangeSelectorLeaf implements Leaf {
  readonly matchers: readonly Matcher[]
  readonly fromMs: number
  readonly toMs: number
  round = 0
  readonly #func: RangeFunction
  readonly #sink: SeriesSink
  readonly #runner: RangeRunner
  readonly #reader: RangeSeriesReader
  readonly #call: RangeCall
  readonly #params: () => readonly Float64Array[]

  /** `grid` is that of the reference times; before/after widen what is read (anchored, smoothed). */
  constructor(
    context: Pick<QueryContext, 'lookbackMs'>,
    matchers: readonly Matcher[],
    grid: Grid,
    offsetMs: number,
    func: RangeFunction,
    call: RangeCall,
    params: () => readonly Float64Array[],
    sink: SeriesSink,
  ) {
    this.#func = func
    this.#sink = sink
    this.matchers = matchers
    this.#call = call
    this.#params = params
    this.fromMs = grid.startMs - offsetMs - call.rangeMs + 1
    this.toMs = endOf(grid) - offsetMs
    if (call.extension !== 'none') this.fromMs -= context.lookbackMs
    if (call.extension === 'smoothed') this.toMs += context.lookbackMs
    this.#reader = new RangeSeriesReader(func.asksForFalls === true)
    this.#runner = new RangeRunner(func, call, sink)
  }

  prepare(): void {
    this.#call.params = this.#params()
  }

  accept(batch: SeriesBatch, i: number, labels: Labels): void {
    this.#runner.add(this.#reader.of(batch, i, labels))
  }

  get claim(): LeafClaim | undefined {
    const func = claimName(this.#func)
    const { extension, floats, firstEndMs, stepMs, rangeMs } = this.#call
    if (func === undefined || extension !== 'none') return undefined
    return { func, firstEndMs, stepMs, steps: floats.lo.length, rangeMs }
  }

  acceptColumn(labels: Labels, values: Float64Array, present: Uint8Array): void {
    const output = seriesOf(labels, !this.#func.keepsName, values, present)
    this.#func.remark?.(labels, output, this.#call)
    this.#sink.take(output)
  }

  result(): Value {
    return this.#sink.result()
  }
}

/** Edges and places that a call starts with. */
export function newRangeCall(
  options: Omit<RangeCall, 'floats' | 'histograms' | 'stepMs' | 'firstEndMs'> & { grid: Grid; offsetMs: number },
): RangeCall {
  const { grid, offsetMs } = options
  return {
    ...options,
    floats: newEdges(grid.steps),
    histograms: newEdges(grid.steps),
    stepMs: grid.stepMs,
    firstEndMs: grid.startMs - offsetMs,
  }
}
