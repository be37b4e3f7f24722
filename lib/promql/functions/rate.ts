import { annotationTexts } from '../annotations.ts'
import { FLOAT, setHistogram, type RangeSeries, type VectorSeries } from '../columns.ts'
import { extendedRate } from './extended-rate.ts'
import { histogramRate } from './histogram-rate.ts'
import { metricName, type RangeCall, type RangeFunction } from './range-call.ts'
import { isStartReset, zeroStart } from './start-times.ts'

/** rate, increase and delta: the change over each window, extrapolated to its edges. */
export const rate: RangeFunction = { run: (input, output, call) => change(input, output, call, true, true) }
export const increase: RangeFunction = { run: (input, output, call) => change(input, output, call, true, false) }
export const delta: RangeFunction = { run: (input, output, call) => change(input, output, call, false, false) }

function change(
  input: RangeSeries,
  output: VectorSeries,
  call: RangeCall,
  isCounter: boolean,
  perSecond: boolean,
): void {
  if (call.extension !== 'none') extendedRate(input, output, call, isCounter, perSecond)
  else if (input.histograms.length > 0) mixedRate(input, output, call, isCounter, perSecond)
  else floatRate(input, output, call, isCounter, perSecond)
  if (isCounter && input.times.length > 0) remarkOnName(input, output, call)
}

const COUNTER_SUFFIX = /_(?:total|sum|count|bucket)$/

function remarkOnName(input: RangeSeries, output: VectorSeries, call: RangeCall): void {
  const name = metricName(input.labels)
  if (!call.isSelector || name === '' || COUNTER_SUFFIX.test(name)) return
  if (output.present.includes(FLOAT)) call.annotations.info(annotationTexts.possibleNonCounter(name), call.span)
}

/** All windows of a series of floats. */
function floatRate(
  input: RangeSeries,
  output: VectorSeries,
  call: RangeCall,
  isCounter: boolean,
  perSecond: boolean,
): void {
  const starts = isCounter ? input.starts : undefined
  const { lo, hi } = call.floats
  const { values, present } = output
  const divisor = perSecond ? call.rangeMs / 1000 : 1
  const resets = isCounter && starts === undefined ? findResets(input.values) : 0
  let first = 0
  let endMs = call.firstEndMs
  for (let step = 0; step < lo.length; step++) {
    const count = hi[step] - lo[step]
    if (starts !== undefined && count > 0) {
      startedRate(input, output, call, step, divisor)
    } else if (count > 1) {
      let raised = input.values[hi[step] - 1] - input.values[lo[step]]
      while (first < resets && resetsAt[first] <= lo[step]) first++
      for (let i = first; i < resets && resetsAt[i] < hi[step]; i++) raised += input.values[resetsAt[i] - 1]
      const factor = extrapolation(
        input.times[lo[step]],
        input.times[hi[step] - 1],
        count - 1,
        endMs - call.rangeMs,
        endMs,
        isCounter ? input.values[lo[step]] : -1,
        raised,
      )
      values[step] = raised * (factor / divisor)
      present[step] = FLOAT
    }
    endMs += call.stepMs
  }
}

/** Where the values of a series fall, as a counter does that starts again; used anew for each series. */
let resetsAt = new Int32Array(64)

/** Fills `resetsAt` and gives their number: a window's change is its last value minus its first, plus what each reset in it took away. */
function findResets(values: Float64Array): number {
  let count = 0
  for (let i = 1; i < values.length; i++) {
    if (!(values[i] < values[i - 1])) continue
    if (count === resetsAt.length) {
      const larger = new Int32Array(2 * count)
      larger.set(resetsAt)
      resetsAt = larger
    }
    resetsAt[count++] = i
  }
  return count
}

/**
 * By how much the change between the first and last sample grows when it is extended to the window's edges: all the
 * way where the gap is within 110% of the mean interval, else by half an interval; a counter not below its zero.
 */
export function extrapolation(
  firstMs: number,
  lastMs: number,
  intervals: number,
  startMs: number,
  endMs: number,
  firstValue: number,
  raised: number,
): number {
  const sampled = (lastMs - firstMs) / 1000
  const mean = sampled / intervals
  const threshold = mean * 1.1
  let before = (firstMs - startMs) / 1000
  let after = (endMs - lastMs) / 1000
  if (before >= threshold) before = mean / 2
  if (raised > 0 && firstValue >= 0) {
    const toZero = sampled * (firstValue / raised)
    if (toZero < before) before = toZero
  }
  if (after >= threshold) after = mean / 2
  return (sampled + before + after) / sampled
}

/** One window where start timestamps are known: they tell resets, and where the counter stood at zero. */
function startedRate(input: RangeSeries, output: VectorSeries, call: RangeCall, step: number, divisor: number): void {
  const lo = call.floats.lo[step]
  const hi = call.floats.hi[step]
  const starts = input.starts!
  warnOfOverlap(input, starts, lo, hi, call)
  const endMs = call.firstEndMs + step * call.stepMs
  const zeroMs = zeroStart(starts[lo], input.times[lo], endMs - call.rangeMs)
  if (hi - lo < 2 && zeroMs === 0) return
  let change = input.values[hi - 1] - (zeroMs === 0 ? input.values[lo] : 0)
  for (let i = lo + 1; i < hi; i++) {
    const isReset =
      input.values[i] < input.values[i - 1] ||
      isStartReset(starts[i - 1], input.times[i - 1], starts[i], input.times[i])
    if (isReset) change += input.values[i - 1]
  }
  const factor =
    zeroMs === 0
      ? extrapolation(
          input.times[lo],
          input.times[hi - 1],
          hi - lo - 1,
          endMs - call.rangeMs,
          endMs,
          input.values[lo],
          change,
        )
      : zeroExtrapolation(zeroMs, input.times[lo], input.times[hi - 1], hi - lo, endMs)
  output.values[step] = change * (factor / divisor)
  output.present[step] = FLOAT
}

/** As extrapolation(), where the counter's zero is known: only the end is extended, by the interval of real samples. */
export function zeroExtrapolation(
  zeroMs: number,
  firstMs: number,
  lastMs: number,
  count: number,
  endMs: number,
): number {
  const mean = count > 1 ? (lastMs - firstMs) / 1000 / (count - 1) : 0
  const covered = (lastMs - zeroMs) / 1000
  let after = (endMs - lastMs) / 1000
  if (after >= mean * 1.1) after = mean / 2
  return (covered + after) / covered
}

function warnOfOverlap(input: RangeSeries, starts: Float64Array, lo: number, hi: number, call: RangeCall): void {
  for (let i = lo + 1; i < hi; i++) {
    if (starts[i] !== 0 && starts[i] < input.times[i - 1] && starts[i] !== starts[i - 1]) {
      call.annotations.warn(annotationTexts.startOverlap(metricName(input.labels)), call.span)
      return
    }
  }
}

/** Windows that may hold histograms: floats alone, histograms alone, or (with a warning) nothing. */
function mixedRate(
  input: RangeSeries,
  output: VectorSeries,
  call: RangeCall,
  isCounter: boolean,
  perSecond: boolean,
): void {
  floatRate(input, output, call, isCounter, perSecond)
  const { lo, hi } = call.histograms
  for (let step = 0; step < lo.length; step++) {
    if (hi[step] === lo[step]) continue
    if (call.floats.hi[step] > call.floats.lo[step]) {
      output.present[step] = 0
      call.annotations.warn(annotationTexts.mixedFloatsHistograms(metricName(input.labels)), call.span)
      continue
    }
    const result = histogramRate(input, call, step, isCounter, perSecond)
    if (result) setHistogram(output, step, result)
  }
}
