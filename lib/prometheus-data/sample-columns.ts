import { wordsOf } from '#lib/model'
import type { NativeHistogram } from './native-histogram.ts'

/** The most samples that a series is expected to have at first. */
const FIRST_SIZE = 16

/**
 * The samples of a series as columns that double as they fill. A value moves as two words: arithmetic would change the bits of a
 * stale marker. Only the first `count` of each array count.
 */
export class SampleColumns {
  count = 0
  /** Milliseconds. */
  times: Float64Array = new Float64Array(FIRST_SIZE)
  /** Floats; of a histogram its sum. */
  values: Float64Array
  /** The words of `values`. */
  words: Uint32Array
  /** Start timestamps in milliseconds, 0 where none is known; undefined where there is none at all. */
  starts: Float64Array | undefined = undefined
  /** The histogram of each sample that is one; undefined where there is none at all. */
  histograms: (NativeHistogram | undefined)[] | undefined = undefined

  constructor() {
    this.values = new Float64Array(FIRST_SIZE)
    this.words = wordsOf(this.values)
  }

  clear(): void {
    this.count = 0
    this.starts = undefined
    this.histograms = undefined
  }

  /** Makes room for so many samples from `count` on. */
  reserve(more: number): void {
    const needed = this.count + more
    if (needed <= this.times.length) return
    const size = Math.max(this.times.length * 2, needed)
    const { times, words, starts } = this
    this.times = new Float64Array(size)
    this.times.set(times)
    this.values = new Float64Array(size)
    this.words = wordsOf(this.values)
    this.words.set(words)
    if (starts) {
      this.starts = new Float64Array(size)
      this.starts.set(starts)
    }
  }

  /** Adds a sample whose value is two words of a Uint32Array over floats, in the machine's order. */
  add(timeMs: number, first: number, second: number, startMs: number, histogram: NativeHistogram | undefined): void {
    this.reserve(1)
    const at = this.count++
    this.times[at] = timeMs
    this.words[2 * at] = first
    this.words[2 * at + 1] = second
    this.setStart(at, startMs)
    this.setHistogram(at, histogram)
  }

  /** Adds sample i of other columns. */
  addFrom(other: SampleColumns, i: number): void {
    const { words, starts, histograms } = other
    this.add(other.times[i], words[2 * i], words[2 * i + 1], starts?.[i] ?? 0, histograms?.[i])
  }

  /** Adds samples from … to - 1 of other columns. */
  addRange(other: SampleColumns, from: number, to: number): void {
    this.reserve(to - from)
    if (other.starts || other.histograms || this.starts || this.histograms) {
      for (let i = from; i < to; i++) this.addFrom(other, i)
      return
    }
    this.times.set(other.times.subarray(from, to), this.count)
    this.words.set(other.words.subarray(2 * from, 2 * to), 2 * this.count)
    this.count += to - from
  }

  /** Room for sample `at` must be there. */
  setStart(at: number, startMs: number): void {
    if (this.starts) this.starts[at] = startMs
    else if (startMs !== 0) {
      this.starts = new Float64Array(this.times.length)
      this.starts[at] = startMs
    }
  }

  setHistogram(at: number, histogram: NativeHistogram | undefined): void {
    if (this.histograms) this.histograms[at] = histogram
    else if (histogram) {
      this.histograms = []
      while (this.histograms.length < at) this.histograms.push(undefined)
      this.histograms.push(histogram)
    }
  }

  /** Keeps the samples that `keep` says, in their order. */
  filter(keep: (i: number) => boolean): void {
    let to = 0
    for (let i = 0; i < this.count; i++) if (keep(i)) this.#move(i, to++)
    this.count = to
  }

  /** Puts the samples in order of time; of those of one time the first that was added stays. */
  sort(): void {
    const { times, count } = this
    let i = 1
    while (i < count && times[i] > times[i - 1]) i++
    if (i >= count) return
    const order = Uint32Array.from({ length: count }, (_, at) => at).sort((a, b) => times[a] - times[b] || a - b)
    const sorted = new SampleColumns()
    sorted.reserve(count)
    for (const at of order) {
      if (sorted.count === 0 || sorted.times[sorted.count - 1] !== times[at]) sorted.addFrom(this, at)
    }
    this.count = sorted.count
    this.times = sorted.times
    this.values = sorted.values
    this.words = sorted.words
    this.starts = sorted.starts
    this.histograms = sorted.histograms
  }

  #move(from: number, to: number): void {
    if (from === to) return
    this.times[to] = this.times[from]
    this.words[2 * to] = this.words[2 * from]
    this.words[2 * to + 1] = this.words[2 * from + 1]
    if (this.starts) this.starts[to] = this.starts[from]
    if (this.histograms) this.histograms[to] = this.histograms[from]
  }
}
