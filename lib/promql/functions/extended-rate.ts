import { counterResetHint, type FloatHistogram } from '#lib/model'
import { type Annotations, annotationTexts } from '../annotations.ts'
import type { Span } from '../ast.ts'
import { setFloat, setHistogram, type RangeSeries, type VectorSeries } from '../columns.ts'
import {
  addHistograms,
  divideHistogram,
  type HistogramNotes,
  newNotes,
  scaleHistogram,
  subtractHistograms,
} from '../histogram/arithmetic.ts'
import { compact, isCustom } from '../histogram/buckets.ts'
import { detectReset } from '../histogram/compare.ts'
import { metricName, type RangeCall } from './range-call.ts'

/**
 * rate, increase and delta of `anchored` and `smoothed` ranges. The window is widened by the lookback: anchored takes
 * the sample at or before its start as the value there, smoothed interpolates at both edges.
 */
export function extendedRate(
  input: RangeSeries,
  output: VectorSeries,
  call: RangeCall,
  isCounter: boolean,
  perSecond: boolean,
): void {
  const seconds = perSecond ? call.rangeMs / 1000 : 1
  for (let step = 0; step < output.values.length; step++) {
    const endMs = call.firstEndMs + step * call.stepMs
    const floatBounds = widened(input.times, endMs, call)
    const histogramBounds = widened(input.histogramTimes, endMs, call)
    if (floatBounds && histogramBounds) {
      call.annotations.warn(annotationTexts.mixedFloatsHistograms(metricName(input.labels)), call.span)
      continue
    }
    const floats = floatBounds && wideWindow(input.times, floatBounds, endMs, call)
    const histograms = histogramBounds && wideWindow(input.histogramTimes, histogramBounds, endMs, call)
    if (histograms) {
      const change = histogramChange(input, call, histograms, isCounter)
      if (change) setHistogram(output, step, compact(divideHistogram(change, seconds)))
    } else if (floats) {
      setFloat(output, step, floatChange(input, call, floats, isCounter) / seconds)
    }
  }
}

/** A window with its edges: samples first … last are the ones that it stands on. */
interface WideWindow {
  readonly startMs: number
  readonly endMs: number
  readonly first: number
  readonly last: number
}

/** From an index to before another. */
type Bounds = readonly [from: number, to: number]

/** The samples that lie in a widened window; undefined where there are none. */
function widened(times: Float64Array, endMs: number, call: RangeCall): Bounds | undefined {
  const after = call.extension === 'smoothed' ? call.lookbackMs : 0
  const from = upper(times, endMs - call.rangeMs - call.lookbackMs)
  const to = upper(times, endMs + after)
  return from === to ? undefined : [from, to]
}

/** Those of them that the window stands on; undefined where it has no value. */
function wideWindow(times: Float64Array, [from, to]: Bounds, endMs: number, call: RangeCall): WideWindow | undefined {
  const startMs = endMs - call.rangeMs
  const first = Math.max(from, upper(times, startMs) - 1)
  const last = call.extension === 'smoothed' ? Math.min(to - 1, lower(times, endMs)) : to - 1
  if (times[last] <= startMs || times[first] > endMs) return undefined
  return { startMs, endMs, first, last }
}

function upper(times: Float64Array, timeMs: number): number {
  let lo = 0
  let hi = times.length
  while (lo < hi) {
    const middle = (lo + hi) >> 1
    if (times[middle] <= timeMs) lo = middle + 1
    else hi = middle
  }
  return lo
}

function lower(times: Float64Array, timeMs: number): number {
  const at = upper(times, timeMs)
  return at > 0 && times[at - 1] === timeMs ? at - 1 : at
}

function floatChange(input: RangeSeries, call: RangeCall, window: WideWindow, isCounter: boolean): number {
  const { times, values } = input
  const isSmoothed = call.extension === 'smoothed'
  let { first, last } = window
  const left =
    isSmoothed && times[first] < window.startMs
      ? between(input, first, first + 1, window.startMs, isCounter)
      : values[first]
  const right =
    isSmoothed && last > 0 && times[last] > window.endMs
      ? between(input, last - 1, last, window.endMs, isCounter)
      : values[last]
  const change = right - left
  if (!isCounter) return change
  if (times[first] <= window.startMs) first++
  if (times[last] >= window.endMs) last--
  let lost = 0
  let previous = left
  for (let i = first; i <= last; i++) {
    if (values[i] < previous) lost += previous
    previous = values[i]
  }
  if (right < previous) lost += previous
  return change + lost
}

/** The value between two samples at a time; a counter that was reset counts from zero. */
function between(input: RangeSeries, from: number, to: number, timeMs: number, isCounter: boolean): number {
  return interpolate(input.times[from], input.values[from], input.times[to], input.values[to], timeMs, isCounter)
}

/** The straight line between two points at a time. */
export function interpolate(
  t1: number,
  v1: number,
  t2: number,
  v2: number,
  timeMs: number,
  isCounter: boolean,
): number {
  const base = isCounter && v2 < v1 ? 0 : v1
  return base + ((v2 - base) * (timeMs - t1)) / (t2 - t1)
}

function histogramChange(
  input: RangeSeries,
  call: RangeCall,
  window: WideWindow,
  isCounter: boolean,
): FloatHistogram | undefined {
  if (!isOfOneKind(input, call, window, isCounter)) return undefined
  const { histogramTimes: times, histograms } = input
  const isSmoothed = call.extension === 'smoothed'
  const { first, last } = window
  const left =
    isSmoothed && times[first] < window.startMs
      ? histogramBetween(input, first, first + 1, window.startMs, isCounter, call)
      : histograms[first]
  const right =
    isSmoothed && last > 0 && times[last] > window.endMs
      ? histogramBetween(input, last - 1, last, window.endMs, isCounter, call)
      : histograms[last]
  if (!left || !right) return mixed(input, call)
  const gauge = counterResetHint.gauge
  if (!isCounter && (left.counterResetHint !== gauge || right.counterResetHint !== gauge)) {
    call.annotations.warn(annotationTexts.notGauge(metricName(input.labels)), call.span)
  }
  const { add, subtract } = remarking(call.annotations, call.span)
  let change = subtract(right, left)
  if (isCounter && change) {
    const [first, ...others] = lostToResets(input, window, left, right, isSmoothed)
    let lost: FloatHistogram | undefined = first
    for (const other of others) lost = lost && add(lost, other)
    if (first) change = lost && add(change, lost)
  }
  return change ? { ...change, counterResetHint: gauge } : mixed(input, call)
}

/** The histograms that stood right before a reset inside the window. */
function lostToResets(
  { histogramTimes: times, histograms }: RangeSeries,
  { startMs, first, last }: WideWindow,
  left: FloatHistogram,
  right: FloatHistogram,
  isSmoothed: boolean,
): FloatHistogram[] {
  let from = first + 1
  let previous = left
  // A left edge that was interpolated across a reset has that reset behind it.
  if (isSmoothed && times[first] < startMs && detectReset(histograms[first + 1], histograms[first])) {
    previous = histograms[first + 1]
    from++
  }
  if (from > last) return []
  const lost: FloatHistogram[] = []
  for (const h of [...histograms.slice(from, last), right]) {
    if (detectReset(h, previous)) lost.push(previous)
    previous = h
  }
  return lost
}

function isOfOneKind(input: RangeSeries, call: RangeCall, window: WideWindow, isCounter: boolean): boolean {
  const samples = input.histograms.slice(window.first, window.last + 1)
  if (samples.some((h) => isCustom(h) !== isCustom(samples[0]))) {
    mixed(input, call)
    return false
  }
  if (isCounter && samples.some((h) => h.counterResetHint === counterResetHint.gauge)) {
    call.annotations.warn(annotationTexts.notCounter(metricName(input.labels)), call.span)
  }
  return true
}

function mixed(input: RangeSeries, call: RangeCall): undefined {
  call.annotations.warn(annotationTexts.mixedSchemas(metricName(input.labels)), call.span)
}

function histogramBetween(
  { histogramTimes: times, histograms }: RangeSeries,
  from: number,
  to: number,
  timeMs: number,
  isCounter: boolean,
  call: RangeCall,
): FloatHistogram | undefined {
  const remarks = remarking(call.annotations, call.span)
  return interpolateHistograms(times[from], histograms[from], times[to], histograms[to], timeMs, isCounter, remarks)
}

/** Sums and differences of histograms; told of are those whose custom buckets were not the same. */
export function remarking(annotations: Annotations, span: Span): HistogramArithmetic {
  const remark = (operation: 'addition' | 'subtraction', notes: HistogramNotes) => {
    if (notes.reconciled) annotations.info(annotationTexts.reconciledBuckets(operation), span)
  }
  return {
    add(a, b) {
      const notes = newNotes()
      const sum = addHistograms(a, b, notes)
      remark('addition', notes)
      return sum
    },
    subtract(a, b) {
      const notes = newNotes()
      const difference = subtractHistograms(a, b, notes)
      remark('subtraction', notes)
      return difference
    },
  }
}

/** Each undefined where the two do not fit each other. */
export interface HistogramArithmetic {
  add(a: FloatHistogram, b: FloatHistogram): FloatHistogram | undefined
  subtract(a: FloatHistogram, b: FloatHistogram): FloatHistogram | undefined
}

/** The histogram between two at a time; undefined where they do not fit each other. */
export function interpolateHistograms(
  t1: number,
  h1: FloatHistogram,
  t2: number,
  h2: FloatHistogram,
  timeMs: number,
  isCounter: boolean,
  { add, subtract }: HistogramArithmetic,
): FloatHistogram | undefined {
  if (timeMs === t1) return h1
  if (timeMs === t2) return h2
  const fraction = (timeMs - t1) / (t2 - t1)
  if (isCounter && detectReset(h2, h1)) return scaleHistogram(h2, fraction)
  const gap = subtract(h2, h1)
  const result = gap && add(scaleHistogram(gap, fraction), h1)
  return result && { ...result, counterResetHint: h2.counterResetHint }
}
