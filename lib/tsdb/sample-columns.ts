import { wordsOf } from '#lib/model'
import type { BlockReader } from './block-reader.ts'

/** Growing columns of times and values that keep every bit; a sample at or before the one before it in its series is dropped. */
export class SampleColumns {
  count: number
  times: Float64Array
  values: Float64Array
  #words: Uint32Array

  constructor() {
    this.count = 0
    this.times = new Float64Array(4096)
    this.values = new Float64Array(4096)
    this.#words = wordsOf(this.values)
  }

  /** Samples of a block's series; `from` is where the series began here. */
  addBlock(reader: BlockReader, id: number, startMs: number, endMs: number, from: number): void {
    const room = reader.samplesAtMost(id, startMs, endMs)
    if (room === 0) return
    this.#reserve(room)
    const read = reader.read(id, startMs, endMs, this.times, this.values, this.count)
    this.#keepNewer(this.count, read, from)
  }

  /** The first `count` samples of these columns. */
  add(times: Float64Array, values: Float64Array, count: number, from: number): void {
    this.#reserve(count)
    this.times.set(times.subarray(0, count), this.count)
    // As words: a copy of floats may change the bits of a stale marker.
    this.#words.set(wordsOf(values.subarray(0, count)), 2 * this.count)
    this.#keepNewer(this.count, count, from)
  }

  /** Of the samples just written, those after the series' last one: a flush leaves some in the head and in a block. */
  #keepNewer(at: number, count: number, from: number): void {
    const last = at > from ? this.times[at - 1] : -Infinity
    let skip = 0
    while (skip < count && this.times[at + skip] <= last) skip++
    if (skip > 0) {
      this.times.copyWithin(at, at + skip, at + count)
      this.#words.copyWithin(2 * at, 2 * (at + skip), 2 * (at + count))
    }
    this.count += count - skip
  }

  #reserve(more: number): void {
    if (this.count + more <= this.times.length) return
    const size = Math.max(this.times.length * 2, this.count + more)
    const times = new Float64Array(size)
    times.set(this.times.subarray(0, this.count))
    const values = new Float64Array(size)
    const words = wordsOf(values)
    words.set(this.#words.subarray(0, 2 * this.count))
    this.times = times
    this.values = values
    this.#words = words
  }
}
