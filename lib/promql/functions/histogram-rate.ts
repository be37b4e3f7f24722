import { counterResetHint, type FloatHistogram } from '#lib/model'
import { annotationTexts } from '../annotations.ts'
import type { RangeSeries } from '../columns.ts'
import {
  addHistograms,
  divideHistogram,
  scaleHistogram,
  subtractHistograms,
  newNotes,
  type HistogramNotes,
} from '../histogram/arithmetic.ts'
import { compact, isCustom, toSchema } from '../histogram/buckets.ts'
import { detectReset } from '../histogram/compare.ts'
import { metricName, type RangeCall } from './range-call.ts'
import { extrapolation, zeroExtrapolation } from './extrapolation.ts'
import { isStartReset, zeroStart } from './start-times.ts'

/** A histogram like another one with nothing in it. */
function emptyLike(h: FloatHistogram): FloatHistogram {
  return {
    counterResetHint: counterResetHint.unknown,
    schema: h.schema,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    positiveBuckets: [],
    negativeSpans: [],
    negativeBuckets: [],
    customValues: h.customValues,
  }
}

/** rate, increase or delta of the histograms of one window. */
export function histogramRate(
  input: RangeSeries,
  call: RangeCall,
  step: number,
  isCounter: boolean,
  perSecond: boolean,
): FloatHistogram | undefined {
  const lo = call.histograms.lo[step]
  const hi = call.histograms.hi[step]
  const endMs = call.firstEndMs + step * call.stepMs
  const startMs = endMs - call.rangeMs
  const times = input.histogramTimes
  const starts = isCounter ? input.histogramStarts : undefined
  const zeroMs = starts ? zeroStart(starts[lo], times[lo], startMs) : 0
  if (hi - lo < 2 && zeroMs === 0) return undefined
  const window = new HistogramWindow(input, call, lo, hi, isCounter)
  const change = window.change(zeroMs !== 0)
  if (!change) return undefined
  const first = input.histograms[lo].count
  const factor =
    zeroMs === 0
      ? extrapolation(times[lo], times[hi - 1], hi - lo - 1, startMs, endMs, isCounter ? first : -1, change.count)
      : zeroExtrapolation(zeroMs, times[lo], times[hi - 1], hi - lo, endMs)
  const result = scaleHistogram(change, perSecond ? factor / (call.rangeMs / 1000) : factor)
  return compact({ ...result, counterResetHint: counterResetHint.gauge })
}

function isGauge(h: FloatHistogram): boolean {
  return h.counterResetHint === counterResetHint.gauge
}

/** The histograms of one window, and what there is to say about them. */
class HistogramWindow {
  readonly #input: RangeSeries
  readonly #call: RangeCall
  readonly #lo: number
  readonly #hi: number
  readonly #isCounter: boolean

  constructor(input: RangeSeries, call: RangeCall, lo: number, hi: number, isCounter: boolean) {
    this.#input = input
    this.#call = call
    this.#lo = lo
    this.#hi = hi
    this.#isCounter = isCounter
  }

  /** Last minus first, plus what resets took away; with fromZero the counter began at nothing before the first. */
  change(fromZero: boolean): FloatHistogram | undefined {
    const { histograms } = this.#input
    const last = histograms[this.#hi - 1]
    this.#remarkOnHints()
    const first = this.#firstBase(fromZero)
    if (!this.#hasOneKind(first)) return this.#mixed()
    const schema = this.#lowestSchema(first)
    const notes = newNotes()
    let change = subtractHistograms(toSchema(last, schema), first, notes)
    this.#note(notes, 'subtraction')
    if (!this.#isCounter) return change
    let previous = fromZero ? histograms[this.#lo] : first
    for (let i = this.#lo + 1; i < this.#hi && change; i++) {
      if (this.#isReset(i, previous)) {
        const added = newNotes()
        change = addHistograms(change, previous, added)
        this.#note(added, 'addition')
      }
      previous = histograms[i]
    }
    return change ?? this.#mixed()
  }

  /** The first histogram; nothing, where the counter was reset right after it or began at zero. */
  #firstBase(fromZero: boolean): FloatHistogram {
    const { histograms } = this.#input
    const first = histograms[this.#lo]
    if (fromZero) return emptyLike(first)
    if (!this.#isCounter || this.#hi - this.#lo < 2) return first
    const second = histograms[this.#lo + 1]
    return this.#isReset(this.#lo + 1, first) ? emptyLike(second) : first
  }

  #isReset(i: number, previous: FloatHistogram): boolean {
    const { histograms, histogramTimes: times, histogramStarts: starts } = this.#input
    if (starts && isStartReset(starts[i - 1], times[i - 1], starts[i], times[i])) return true
    return detectReset(histograms[i], previous)
  }

  #hasOneKind(first: FloatHistogram): boolean {
    const { histograms } = this.#input
    const custom = isCustom(first)
    if (isCustom(histograms[this.#hi - 1]) !== custom) return false
    if (!this.#isCounter) return true
    for (let i = this.#lo + 1; i < this.#hi; i++) if (isCustom(histograms[i]) !== custom) return false
    return true
  }

  #lowestSchema(first: FloatHistogram): number {
    const { histograms } = this.#input
    let schema = Math.min(first.schema, histograms[this.#hi - 1].schema)
    if (this.#isCounter) {
      for (let i = this.#lo + 1; i < this.#hi; i++) schema = Math.min(schema, histograms[i].schema)
    }
    return schema
  }

  #remarkOnHints(): void {
    const { histograms, labels } = this.#input
    const { annotations, span } = this.#call
    const window = histograms.slice(this.#lo, this.#hi)
    if (this.#isCounter) {
      if (window.some(isGauge)) annotations.warn(annotationTexts.notCounter(metricName(labels)), span)
    } else if (!isGauge(window[0]) || !isGauge(window[window.length - 1])) {
      annotations.warn(annotationTexts.notGauge(metricName(labels)), span)
    }
  }

  #mixed(): undefined {
    this.#call.annotations.warn(annotationTexts.mixedSchemas(metricName(this.#input.labels)), this.#call.span)
  }

  #note(notes: HistogramNotes, operation: string): void {
    if (notes.reconciled) this.#call.annotations.info(annotationTexts.reconciledBuckets(operation), this.#call.span)
  }
}

/** irate or idelta of two histograms. */
export function instantHistogramRate(
  previous: FloatHistogram,
  last: FloatHistogram,
  startedAnew: boolean,
  isRate: boolean,
  seconds: number,
  input: RangeSeries,
  call: RangeCall,
): FloatHistogram | undefined {
  const { annotations, span } = call
  const metric = metricName(input.labels)
  const gauges = [previous, last].filter((h) => h.counterResetHint === counterResetHint.gauge).length
  if (isRate && gauges > 0) annotations.warn(annotationTexts.notCounter(metric), span)
  if (!isRate && gauges < 2) annotations.warn(annotationTexts.notGauge(metric), span)
  let result: FloatHistogram | undefined = last
  if (!isRate || !(startedAnew || detectReset(last, previous))) {
    const notes = newNotes()
    result = subtractHistograms(last, previous, notes)
    if (notes.reconciled) annotations.info(annotationTexts.reconciledBuckets('subtraction'), span)
  }
  if (!result) {
    annotations.warn(annotationTexts.mixedSchemas(metric), span)
    return undefined
  }
  return compact({ ...divideHistogram(result, seconds), counterResetHint: counterResetHint.gauge })
}
