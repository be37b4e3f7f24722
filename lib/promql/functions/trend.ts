import { setFloat, timeOf, type RangeSeries, type VectorSeries } from '../columns.ts'
import { kahanSum, roundingError } from '../kahan.ts'
import { failQuery } from '../query-error.ts'
import { remarkOnIgnored } from './over-time.ts'
import type { RangeCall, RangeFunction } from './range-call.ts'
import { WholeSums } from './whole-sums.ts'

interface Line {
  readonly slope: number
  readonly intercept: number
}

/** The slope of the least-squares line. */
export const deriv: RangeFunction = {
  run(input, output, call) {
    const { lo } = call.floats
    eachLine(
      input,
      output,
      call,
      (step) => input.times[lo[step]],
      (_, line) => line.slope,
    )
  },
}

/** The value of the least-squares line so many seconds after the evaluation time. */
export const predictLinear: RangeFunction = {
  run(input, output, call) {
    const grid = { startMs: call.evalStartMs, stepMs: call.evalStepMs, steps: call.floats.lo.length }
    const seconds = call.params[0]
    eachLine(
      input,
      output,
      call,
      (step) => timeOf(grid, step),
      (step, line) => line.slope * seconds[step] + line.intercept,
    )
  },
}

/** What the times alone say of each window: compensated sums of x and of x², seconds since the intercept. */
interface TimeSums {
  times: Float64Array | undefined
  readonly x: Float64Array
  readonly x2: Float64Array
}

/** Of the calls that are running: series that share their times share these. */
const timeSums = new WeakMap<RangeCall, TimeSums>()

function timeSumsOf(times: Float64Array, call: RangeCall, interceptMs: (step: number) => number): TimeSums {
  const { lo, hi } = call.floats
  let sums = timeSums.get(call)
  if (sums === undefined) {
    sums = { times: undefined, x: new Float64Array(lo.length), x2: new Float64Array(lo.length) }
    timeSums.set(call, sums)
  }
  if (sums.times === times) return sums
  sums.times = times
  for (let step = 0; step < lo.length; step++) {
    if (hi[step] - lo[step] < 2) continue
    const interceptAt = interceptMs(step)
    const xs = times.subarray(lo[step], hi[step]).map((timeMs) => (timeMs - interceptAt) / 1000)
    sums.x[step] = kahanSum(xs, 0, xs.length)
    sums.x2[step] = kahanSum(
      xs.map((x) => x * x),
      0,
      xs.length,
    )
  }
  return sums
}

function eachLine(
  input: RangeSeries,
  output: VectorSeries,
  call: RangeCall,
  interceptMs: (step: number) => number,
  value: (step: number, line: Line) => number,
): void {
  const { lo, hi } = call.floats
  const { x, x2 } = timeSumsOf(input.times, call, interceptMs)
  const slides =
    whole.take(input.values, call.floats) && whole.takeTimes(input, interceptMs(0), interceptMs(lo.length - 1))
  for (let step = 0; step < lo.length; step++) {
    if (hi[step] - lo[step] < 2) continue
    const interceptAt = interceptMs(step)
    const line =
      slides && (interceptAt - input.times[0]) % 1000 === 0
        ? wholeLine(input, lo[step], hi[step], interceptAt, x[step], x2[step])
        : leastSquares(input, lo[step], hi[step], interceptAt, x[step], x2[step])
    setFloat(output, step, value(step, line))
  }
  if (input.histograms.length > 0) remarkOnIgnored(input, call)
}

/** Of the series that is being looked at. */
const whole = new WholeSums()

/** leastSquares out of running sums. */
function wholeLine(
  { times, values }: RangeSeries,
  lo: number,
  hi: number,
  interceptMs: number,
  sumX: number,
  sumX2: number,
): Line {
  if (whole.isConstant(lo, hi)) return constantLine(values[lo])
  const sumXY = whole.sumOfProducts(lo, hi, (interceptMs - times[0]) / 1000)
  return lineOf(hi - lo, sumX, whole.sum(lo, hi), sumXY, sumX2)
}

/** Compensated sums of y and x × y, as kahanSum makes them, in one pass. */
function leastSquares(
  { times, values }: RangeSeries,
  lo: number,
  hi: number,
  interceptMs: number,
  sumX: number,
  sumX2: number,
): Line {
  const first = values[lo]
  let others = 0
  let sumY = 0
  let cY = 0
  let sumXY = 0
  let cXY = 0
  for (let i = lo; i < hi; i++) {
    const y = values[i]
    if (y !== first) others++
    const xy = ((times[i] - interceptMs) / 1000) * y
    const t = sumY + y
    cY += roundingError(sumY, y, t)
    sumY = t
    const tXY = sumXY + xy
    cXY += roundingError(sumXY, xy, tXY)
    sumXY = tXY
  }
  if (others === 0) return constantLine(first)
  if (!Number.isFinite(sumY) || !Number.isFinite(sumXY)) {
    const ys = values.subarray(lo, hi)
    const xys = ys.map((y, i) => ((times[lo + i] - interceptMs) / 1000) * y)
    return lineOf(hi - lo, sumX, kahanSum(ys, 0, ys.length), kahanSum(xys, 0, xys.length), sumX2)
  }
  return lineOf(hi - lo, sumX, sumY + cY, sumXY + cXY, sumX2)
}

function lineOf(n: number, sumX: number, sumY: number, sumXY: number, sumX2: number): Line {
  const covXY = sumXY - (sumX * sumY) / n
  const varX = sumX2 - (sumX * sumX) / n
  const slope = covXY / varX
  return { slope, intercept: sumY / n - (slope * sumX) / n }
}

function constantLine(value: number): Line {
  return Number.isFinite(value) ? { slope: 0, intercept: value } : { slope: NaN, intercept: NaN }
}

/** Holt's linear smoothing: the smoothed last value, of level and trend. */
export const doubleExponentialSmoothing: RangeFunction = {
  run(input, output, call) {
    const { lo, hi } = call.floats
    const [smoothing, trend] = call.params
    for (let step = 0; step < lo.length; step++) {
      checkFactor('smoothing', smoothing[step])
      checkFactor('trend', trend[step])
      if (hi[step] - lo[step] < 2) continue
      setFloat(output, step, smooth(input.values, lo[step], hi[step], smoothing[step], trend[step]))
    }
    if (input.histograms.length > 0) remarkOnIgnored(input, call)
  },
}

function smooth(values: Float64Array, lo: number, hi: number, smoothing: number, trend: number): number {
  let level = values[lo]
  let previous = 0
  let slope = values[lo + 1] - values[lo]
  for (let i = lo + 1; i < hi; i++) {
    const scaled = smoothing * values[i]
    if (i > lo + 1) slope = trend * (level - previous) + (1 - trend) * slope
    const next = scaled + (1 - smoothing) * (level + slope)
    previous = level
    level = next
  }
  return level
}

/** Six decimals, as %f writes them. */
function decimals(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return Number.isFinite(value) ? value.toFixed(6) : `${value > 0 ? '+' : '-'}Inf`
}

function checkFactor(name: string, factor: number): void {
  if (factor > 0 && factor < 1) return
  failQuery(`invalid ${name} factor. Expected: 0 < ${name === 'trend' ? 'tf' : 'sf'} < 1, got: ${decimals(factor)}`)
}
