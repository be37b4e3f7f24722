import type { Labels } from '#lib/model'
import { annotationTexts } from '../annotations.ts'
import { type Falls, FLOAT, setHistogram, type RangeSeries, type VectorSeries } from '../columns.ts'
import { extendedRate } from './extended-rate.ts'
import { extrapolation, Extrapolations, SURE_SIZE, zeroExtrapolation } from './extrapolation.ts'
import { histogramRate } from './histogram-rate.ts'
import { metricName, type RangeCall, type RangeFunction } from './range-call.ts'
import { isStartReset, zeroStart } from './start-times.ts'

/** rate, increase and delta: the change over each window, extrapolated to its edges. */
export const rate: RangeFunction = {
  run: (input, output, call) => change(input, output, call, true, true),
  remark: remarkOnName,
  asksForFalls: true,
}
export const increase: RangeFunction = {
  run: (input, output, call) => change(input, output, call, true, false),
  remark: remarkOnName,
  asksForFalls: true,
}
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
}

const COUNTER_SUFFIX = /_(?:total|sum|count|bucket)$/

function remarkOnName(labels: Labels, output: VectorSeries, call: RangeCall): void {
  const name = metricName(labels)
  if (name === '' || COUNTER_SUFFIX.test(name)) return
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
  const divisor = perSecond ? call.rangeMs / 1000 : 1
  if (isCounter && input.starts !== undefined) {
    for (let step = 0; step < call.floats.lo.length; step++) startedRate(input, output, call, step, divisor)
    return
  }
  let windows = extrapolations.get(call)
  if (windows === undefined) {
    windows = new Extrapolations(call, divisor)
    extrapolations.set(call, windows)
  }
  windows.update(input.times)
  plainRate(input.values, output, call, isCounter, windows, isCounter ? (input.falls ?? fallsOf(input.values)) : NONE)
}

/** Of the calls that are running. */
const extrapolations = new WeakMap<RangeCall, Extrapolations>()

/** The hot case, without start timestamps; extrapolation() says plainly what it computes. Watched by engine.bench.ts. */
function plainRate(
  samples: Float64Array,
  { values, present }: VectorSeries,
  { floats: { lo, hi } }: RangeCall,
  isCounter: boolean,
  { sampled, before, after, fromZero, factor, divisor }: Extrapolations,
  { count: resets, places }: Falls,
): void {
  let reset = 0
  for (let step = 0; step < lo.length; step++) {
    const from = lo[step]
    const last = hi[step] - 1
    if (last <= from) continue
    const first = samples[from]
    let raised = samples[last] - first
    if (resets > 0) {
      while (reset < resets && places[reset] <= from) reset++
      for (let i = reset; i < resets && places[i] <= last; i++) raised += samples[places[i] - 1]
    }
    let by = factor[step]
    const isFar = first >= raised * fromZero[step] && first > SURE_SIZE
    if (!isFar && isCounter && raised > 0 && first >= 0) {
      const toZero = sampled[step] * (first / raised)
      if (toZero < before[step]) by = (sampled[step] + toZero + after[step]) / sampled[step] / divisor
    }
    values[step] = raised * by
    present[step] = FLOAT
  }
}

const NONE: Falls = { count: 0, places: new Int32Array(0) }
/** Used anew for each series. */
const falls: Falls = { count: 0, places: new Int32Array(64) }

/** A window's change is its last value minus its first, plus what each fall in it took away. */
function fallsOf(values: Float64Array): Falls {
  if (values.length > falls.places.length) falls.places = new Int32Array(2 * values.length)
  falls.count = 0
  for (let i = 1; i < values.length; i++) if (values[i] < values[i - 1]) falls.places[falls.count++] = i
  return falls
}

/** One window where start timestamps are known: they tell resets, and where the counter stood at zero. */
function startedRate(input: RangeSeries, output: VectorSeries, call: RangeCall, step: number, divisor: number): void {
  const lo = call.floats.lo[step]
  const hi = call.floats.hi[step]
  if (lo === hi) return
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
