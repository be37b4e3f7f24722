import type { StoredHistogram } from '#lib/model'

/** How many stretches of times a series is expected to have at most; the lists grow where it has more. */
const PIECES = 64

/** Stretches of columns of times: rows from … to - 1 of each. */
interface Pieces {
  count: number
  readonly times: Float64Array[]
  readonly from: number[]
  readonly to: number[]
}

function newPieces(): Pieces {
  return { count: 0, times: new Array<Float64Array>(PIECES), from: [], to: [] }
}

function areSame(a: Pieces, b: Pieces): boolean {
  if (a.count !== b.count) return false
  for (let i = 0; i < a.count; i++) {
    if (a.times[i] !== b.times[i] || a.from[i] !== b.from[i] || a.to[i] !== b.to[i]) return false
  }
  return true
}

/**
 * Growing columns of the samples of series. Values are decoded straight into them, every bit kept; times of a series that are
 * the same stretches of the same columns as those of the series before are not written again. A sample at or before the one
 * before it in its series is dropped: a flush leaves some in the head and in a block.
 */
export class SampleColumns {
  /** Values so far. */
  count = 0
  values: Float64Array = new Float64Array(4096)
  times: Float64Array = new Float64Array(4096)
  /** Those at the places of values; shorter than they are, and empty where there is none. */
  readonly histograms: (StoredHistogram | undefined)[] = []
  #timeCount = 0
  /** Where the series that is being written begins. */
  #from = 0
  #lastMs = -Infinity
  #pieces = newPieces()
  /** Those of the series before; none at the beginning. */
  #before = newPieces()
  #beforeAt = 0

  clear(): void {
    this.count = 0
    this.#timeCount = 0
    this.histograms.length = 0
    this.#before.count = 0
    this.#startSeries()
  }

  /** Makes room for so many values from `count` on. */
  reserve(more: number): void {
    if (this.count + more <= this.values.length) return
    const values = new Float64Array(Math.max(this.values.length * 2, this.count + more))
    values.set(this.values.subarray(0, this.count))
    this.values = values
  }

  /** Values (and histograms) were written from `count` on for each of `times`; rows from … to - 1 belong to the series. The column of times is not to change until `clear`. */
  add(times: Float64Array, from: number, to: number): void {
    const written = this.count
    while (from < to && times[from] <= this.#lastMs) from++
    if (from > 0 && from < to) this.values.copyWithin(written, written + from, written + to)
    this.count = written + Math.max(0, to - from)
    if (this.histograms.length > written) this.#keepHistograms(written, from, to)
    if (from >= to) return
    this.#lastMs = times[to - 1]
    const pieces = this.#pieces
    pieces.times[pieces.count] = times
    pieces.from[pieces.count] = from
    pieces.to[pieces.count++] = to
  }

  /** Ends a series; returns where its times begin, or -1 where it has no sample. */
  endSeries(): number {
    if (this.count === this.#from) return -1
    if (this.#before.count === 0 || !areSame(this.#pieces, this.#before)) {
      this.#beforeAt = this.#timeCount
      this.#writeTimes()
      const pieces = this.#before
      this.#before = this.#pieces
      this.#pieces = pieces
    }
    this.#startSeries()
    return this.#beforeAt
  }

  #keepHistograms(written: number, from: number, to: number): void {
    const { histograms } = this
    if (from > 0) for (let i = from; i < to; i++) histograms[written + i - from] = histograms[written + i]
    if (histograms.length > this.count) histograms.length = this.count
  }

  #startSeries(): void {
    this.#from = this.count
    this.#lastMs = -Infinity
    this.#pieces.count = 0
  }

  #writeTimes(): void {
    const end = this.#timeCount + this.count - this.#from
    if (end > this.times.length) {
      const times = new Float64Array(Math.max(this.times.length * 2, end))
      times.set(this.times.subarray(0, this.#timeCount))
      this.times = times
    }
    const { count, times, from, to } = this.#pieces
    for (let i = 0; i < count; i++) {
      const piece = times[i]
      for (let row = from[i], end = to[i]; row < end; row++) this.times[this.#timeCount++] = piece[row]
    }
  }
}
