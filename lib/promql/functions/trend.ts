import { setFloat, timeOf, type RangeSeries, type VectorSeries } from '../columns.ts'
import { kahanCompensation } from '../kahan.ts'
import { failQuery } from '../query-error.ts'
import { remarkOnIgnored } from './over-time.ts'
import type { RangeCall, RangeFunction } from './range-call.ts'

interface Line {
  readonly slope: number
  readonly intercept: number
}

/** The slope of the least-squares line. */
export const deriv: RangeFunction = {
  run(input, output, call) {
    eachLine(
      input,
      output,
      call,
      (step) => input.times[call.floats.lo[step]],
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

function eachLine(
  input: RangeSeries,
  output: VectorSeries,
  call: RangeCall,
  interceptMs: (step: number) => number,
  value: (step: number, line: Line) => number,
): void {
  const { lo, hi } = call.floats
  for (let step = 0; step < lo.length; step++) {
    if (hi[step] - lo[step] < 2) continue
    setFloat(output, step, value(step, leastSquares(input, lo[step], hi[step], interceptMs(step))))
  }
  if (input.histograms.length > 0) remarkOnIgnored(input, call)
}

function leastSquares(input: RangeSeries, lo: number, hi: number, interceptMs: number): Line {
  const { times, values } = input
  let sumX = 0
  let cX = 0
  let sumY = 0
  let cY = 0
  let sumXY = 0
  let cXY = 0
  let sumX2 = 0
  let cX2 = 0
  let isConstant = true
  for (let i = lo; i < hi; i++) {
    if (values[i] !== values[lo]) isConstant = false
    const x = (times[i] - interceptMs) / 1000
    const y = values[i]
    cX = kahanCompensation(x, sumX, cX)
    sumX += x
    cY = kahanCompensation(y, sumY, cY)
    sumY += y
    cXY = kahanCompensation(x * y, sumXY, cXY)
    sumXY += x * y
    cX2 = kahanCompensation(x * x, sumX2, cX2)
    sumX2 += x * x
  }
  if (isConstant) return constantLine(values[lo])
  const n = hi - lo
  sumX += cX
  sumY += cY
  const covXY = sumXY + cXY - (sumX * sumY) / n
  const varX = sumX2 + cX2 - (sumX * sumX) / n
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

function checkFactor(name: string, factor: number): void {
  if (factor > 0 && factor < 1) return
  failQuery(`invalid ${name} factor. Expected: 0 < ${name === 'trend' ? 'tf' : 'sf'} < 1, got: ${factor}`)
}
