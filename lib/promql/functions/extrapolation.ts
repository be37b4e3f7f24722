import type { RangeCall } from './range-call.ts'

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

/** Below this a product may lose its digits. */
export const SURE_SIZE = 1e-290

/** What extrapolation() makes of times alone, for each window of two samples or more: the same for all series that share them. */
export class Extrapolations {
  /** Seconds between the first and the last sample, before the first, and after the last. */
  readonly sampled: Float64Array
  readonly before: Float64Array
  readonly after: Float64Array
  /** A first value of at least so many times the change is surely far enough from zero. */
  readonly fromZero: Float64Array
  /** The whole factor, divided by the window's seconds where the function is per second. */
  readonly factor: Float64Array
  readonly divisor: number
  readonly #call: RangeCall
  #times: Float64Array | undefined

  constructor(call: RangeCall, divisor: number) {
    const steps = call.floats.lo.length
    this.sampled = new Float64Array(steps)
    this.before = new Float64Array(steps)
    this.after = new Float64Array(steps)
    this.fromZero = new Float64Array(steps)
    this.factor = new Float64Array(steps)
    this.divisor = divisor
    this.#call = call
  }

  /** To be called for each series: its windows are those of the call. */
  update(times: Float64Array): void {
    if (times === this.#times) return
    this.#times = times
    const { floats, firstEndMs, stepMs, rangeMs } = this.#call
    let endMs = firstEndMs
    for (let step = 0; step < floats.lo.length; step++) {
      const lo = floats.lo[step]
      const hi = floats.hi[step]
      if (hi - lo > 1) this.#set(step, times[lo], times[hi - 1], hi - lo - 1, endMs - rangeMs, endMs)
      endMs += stepMs
    }
  }

  #set(step: number, firstMs: number, lastMs: number, intervals: number, startMs: number, endMs: number): void {
    const sampled = (lastMs - firstMs) / 1000
    const mean = sampled / intervals
    const threshold = mean * 1.1
    const before = (firstMs - startMs) / 1000
    const after = (endMs - lastMs) / 1000
    this.sampled[step] = sampled
    this.before[step] = before >= threshold ? mean / 2 : before
    this.after[step] = after >= threshold ? mean / 2 : after
    this.fromZero[step] = (this.before[step] / sampled) * (1 + 1e-9)
    this.factor[step] = (sampled + this.before[step] + this.after[step]) / sampled / this.divisor
  }
}
