import { counterResetHint, wordsOf, type FloatHistogram, type Labels } from '#lib/model'
import { detectReset } from './histogram/compare.ts'

/** The samples of one series in columns that double as they fill. */
export class MemorySeries {
  readonly labels: Labels
  readonly id: number
  readonly histograms = new Map<number, FloatHistogram>()
  hasStarts = false
  #count = 0
  #times = new Float64Array(16)
  #values = new Float64Array(16)
  #starts = new Float64Array(16)

  constructor(labels: Labels, id: number) {
    this.labels = labels
    this.id = id
  }

  get times(): Float64Array {
    return this.#times.subarray(0, this.#count)
  }

  get values(): Float64Array {
    return this.#values.subarray(0, this.#count)
  }

  get starts(): Float64Array {
    return this.#starts.subarray(0, this.#count)
  }

  /** Puts a sample in its place, instead of one of the same time, and gives its index. */
  put(timeMs: number, value: number, startMs: number, histogram: FloatHistogram | undefined): number {
    const at = this.lower(timeMs)
    if (at === this.#count || this.#times[at] !== timeMs) this.#open(at)
    this.#times[at] = timeMs
    this.#values[at] = value
    this.#starts[at] = startMs
    if (startMs !== 0) this.hasStarts = true
    if (histogram) this.histograms.set(timeMs, histogram)
    else this.histograms.delete(timeMs)
    return at
  }

  /** The histogram of a sample; where it did not say, its place in the series may tell that there was no reset. */
  histogramAt(at: number): FloatHistogram | undefined {
    const histogram = this.histograms.get(this.#times[at])
    if (!histogram || at === 0) return histogram
    const previous = this.histograms.get(this.#times[at - 1])
    return previous ? withHint(histogram, previous) : histogram
  }

  /** The index of the first sample at or after a time. */
  lower(timeMs: number): number {
    if (this.#count === 0 || timeMs > this.#times[this.#count - 1]) return this.#count
    let lo = 0
    let hi = this.#count
    while (lo < hi) {
      const middle = (lo + hi) >> 1
      if (this.#times[middle] < timeMs) lo = middle + 1
      else hi = middle
    }
    return lo
  }

  /** The index past the last sample at or before a time. */
  upper(timeMs: number): number {
    const at = this.lower(timeMs)
    return at < this.#count && this.#times[at] === timeMs ? at + 1 : at
  }

  #open(at: number): void {
    if (this.#count === this.#times.length) {
      this.#times = doubled(this.#times)
      this.#values = doubled(this.#values)
      this.#starts = doubled(this.#starts)
    }
    if (at < this.#count) {
      this.#times.copyWithin(at + 1, at, this.#count)
      wordsOf(this.#values).copyWithin(2 * at + 2, 2 * at, 2 * this.#count)
      this.#starts.copyWithin(at + 1, at, this.#count)
    }
    this.#count++
  }
}

function withHint(histogram: FloatHistogram, previous: FloatHistogram): FloatHistogram {
  const { unknown, notReset } = counterResetHint
  if (histogram.counterResetHint !== unknown || detectReset(histogram, previous)) return histogram
  return { ...histogram, counterResetHint: notReset }
}

function doubled(column: Float64Array): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(column.length * 2)
  wordsOf(longer).set(wordsOf(column))
  return longer
}
