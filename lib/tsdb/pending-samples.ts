import { HISTOGRAM_HIGH } from '#lib/codec'
import type { RecordWriter } from './head-record.ts'

/** The samples of a commit before the log has them, as columns in the order of adding. */
export class PendingSamples {
  count = 0
  /** Those with times of their own. */
  own = 0
  ids = new Float64Array(16)
  /** The series' records in the head. */
  records = new Uint32Array(16)
  /** NaN marks a sample at the commit's time. */
  times = new Float64Array(16)
  /** Low and high word of each value. */
  words = new Uint32Array(32)
  /** The bytes of samples that are histograms; in the place of the value stands their checksum, so that the same one again is known. */
  readonly histograms: (Uint8Array | undefined)[] = []
  /** Last time and value of the series before each sample, to roll back; a time of NaN where the sample is late. */
  before = new Float64Array(32)
  beforeWords = new Uint32Array(this.before.buffer)

  /** Adds a sample; what the series had before it is the caller's to write. */
  add(id: number, series: number, timeMs: number, low: number, high: number): number {
    if (this.count === this.records.length) this.#grow()
    const i = this.count++
    this.ids[i] = id
    this.records[i] = series
    this.times[i] = timeMs
    this.words[2 * i] = low
    this.words[2 * i + 1] = high
    return i
  }

  isLate(i: number): boolean {
    return this.before[2 * i] !== this.before[2 * i]
  }

  isHistogram(i: number): boolean {
    return this.words[2 * i + 1] === HISTOGRAM_HIGH
  }

  isOwn(i: number): boolean {
    return this.times[i] === this.times[i]
  }

  /** From now on it is late, with a time of its own. */
  makeLate(i: number, commitMs: number): void {
    if (!this.isOwn(i)) {
      this.times[i] = commitMs
      this.own++
    }
    this.before[2 * i] = NaN
  }

  move(from: number, to: number): void {
    this.ids[to] = this.ids[from]
    this.records[to] = this.records[from]
    this.times[to] = this.times[from]
    this.words.copyWithin(2 * to, 2 * from, 2 * from + 2)
    this.beforeWords.copyWithin(4 * to, 4 * from, 4 * from + 4)
    if (this.histograms.length > 0) this.histograms[to] = this.histograms[from]
  }

  clear(): void {
    this.count = 0
    this.own = 0
    this.histograms.length = 0
  }

  /** A part of the record for each run of floats or histograms, late or not, with or without times of their own. */
  write(record: RecordWriter, group: number, timeMs: number): void {
    for (let from = 0; from < this.count;) {
      let to = from + 1
      while (to < this.count && this.#isAlike(from, to)) to++
      if (this.isHistogram(from)) this.#writeHistograms(record, group, timeMs, from, to)
      else this.#writeFloats(record, group, timeMs, from, to)
      from = to
    }
  }

  #isAlike(a: number, b: number): boolean {
    return (
      this.isOwn(a) === this.isOwn(b) &&
      this.isHistogram(a) === this.isHistogram(b) &&
      this.isLate(a) === this.isLate(b)
    )
  }

  #writeFloats(record: RecordWriter, group: number, timeMs: number, from: number, to: number): void {
    const isOwn = this.isOwn(from)
    if (isOwn) record.startOwn(to - from, this.isLate(from))
    else record.startSamples(group, timeMs, to - from)
    let previous = 0
    for (let i = from; i < to; i++) {
      record.id(this.ids[i], previous)
      if (isOwn) record.time(this.times[i])
      record.value(this.words[2 * i], this.words[2 * i + 1])
      previous = this.ids[i]
    }
  }

  #writeHistograms(record: RecordWriter, group: number, timeMs: number, from: number, to: number): void {
    const isOwn = this.isOwn(from)
    if (isOwn) record.startOwnHistograms(to - from, this.isLate(from))
    else record.startHistograms(group, timeMs, to - from)
    let previous = 0
    for (let i = from; i < to; i++) {
      record.id(this.ids[i], previous)
      if (isOwn) record.time(this.times[i])
      record.histogram(this.histograms[i]!, to - i)
      previous = this.ids[i]
    }
  }

  #grow(): void {
    const size = this.records.length * 2
    this.ids = grown(this.ids, new Float64Array(size))
    this.records = grown(this.records, new Uint32Array(size))
    this.times = grown(this.times, new Float64Array(size))
    this.words = grown(this.words, new Uint32Array(2 * size))
    const before = new Float64Array(2 * size)
    const beforeWords = grown(this.beforeWords, new Uint32Array(before.buffer))
    this.before = before
    this.beforeWords = beforeWords
  }
}

function grown<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
