import type { RangeSeries } from '../columns.ts'
import type { WindowEdges } from '../windows.ts'

/** Up to here sums of whole numbers lose nothing: they are the compensated ones, in whatever order. */
const EXACT = Number.MAX_SAFE_INTEGER

/**
 * Sums over windows of a series of whole numbers, each the difference of two running sums. That is no sum kept by
 * subtraction that drifts, nor one that an infinity spoils: all that is added and taken away is exact. The reference is
 * kahanSum, and the property test compares both bit by bit.
 */
export class WholeSums {
  #sums = new Float64Array(256)
  #products = new Float64Array(256)
  #runs = new Int32Array(256)
  /** The sum of all sizes. */
  #size = 0
  #seconds = new Float64Array(0)
  #times: Float64Array | undefined

  /** Takes the values; false where a sum of some might not be exact, or windows overlap too little for it to be worth while. */
  take(values: Float64Array, windows: WindowEdges): boolean {
    if (!overlap(windows, values.length)) return false
    if (this.#sums.length <= values.length) this.#grow(2 * values.length)
    const sums = this.#sums
    const runs = this.#runs
    let sum = 0
    let size = 0
    let fractions = 0
    for (let i = 0; i < values.length; i++) {
      const value = values[i]
      if (Math.floor(value) !== value) fractions++
      runs[i] = i > 0 && value === values[i - 1] ? runs[i - 1] : i
      sums[i + 1] = sum += value
      size += Math.abs(value)
    }
    this.#size = size
    return fractions === 0 && size <= EXACT
  }

  sum(lo: number, hi: number): number {
    return this.#sums[hi] - this.#sums[lo]
  }

  /** Whether all values from lo up to hi are the same. */
  isConstant(lo: number, hi: number): boolean {
    return this.#runs[hi - 1] <= lo
  }

  /** After take(): the times of the values, to multiply by; false where a product might not be exact. */
  takeTimes({ times, values }: RangeSeries, firstMs: number, lastMs: number): boolean {
    if (times !== this.#times) this.#setTimes(times)
    const seconds = this.#seconds
    const originMs = times[0]
    const most = Math.max(...[firstMs, lastMs, times[times.length - 1]].map((ms) => Math.abs(ms - originMs) / 1000))
    if (seconds.length === 0 || !(most * this.#size <= EXACT)) return false
    let sum = 0
    for (let i = 0; i < values.length; i++) this.#products[i + 1] = sum += seconds[i] * values[i]
    return true
  }

  /** The sum of value × seconds since then, which is to be whole seconds from the first time. */
  sumOfProducts(lo: number, hi: number, secondsToOrigin: number): number {
    return this.#products[hi] - this.#products[lo] - secondsToOrigin * this.sum(lo, hi)
  }

  #setTimes(times: Float64Array): void {
    this.#times = times
    const seconds = times.map((timeMs) => (timeMs - times[0]) / 1000)
    this.#seconds = seconds.every(Number.isInteger) ? seconds : new Float64Array(0)
  }

  #grow(length: number): void {
    this.#sums = new Float64Array(length + 1)
    this.#products = new Float64Array(length + 1)
    this.#runs = new Int32Array(length)
  }
}

/** Whether windows hold the samples more than twice. */
function overlap({ lo, hi }: WindowEdges, samples: number): boolean {
  let held = 0
  for (let step = 0; step < lo.length; step++) held += hi[step] - lo[step]
  return held > 2 * samples
}
