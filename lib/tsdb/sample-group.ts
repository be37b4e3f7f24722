import { ByteWriter, crc32c, encodeHistograms, HISTOGRAM_HIGH } from '#lib/codec'
import { histogramMistake, STALE_HIGH, STALE_LOW, type Labels, type StoredHistogram } from '#lib/model'
import type { Refusal, SampleGroup } from '#lib/storage'
import type { ColumnCursor } from './head-chunks.ts'
import { MOST_BUCKETS, MOST_HISTOGRAM_BYTES } from './head-histograms.ts'
import { areValidLabels } from './head-index.ts'
import { RecordWriter } from './head-record.ts'
import type { Head } from './head.ts'
import { MAX_ID, seriesWord } from './slabs.ts'
import type { Wal } from './wal.ts'

const MIN_TIME_MS = -(2 ** 53)
/** How far a time may be ahead of the clock: the log is kept until its newest time is in a block. */
const MAX_AHEAD_MS = 600_000
const NAN_HIGH = 0x7ff80000
const NAN_LOW = 1

const scratch = new Float64Array(1)
const scratchWords = new Uint32Array(scratch.buffer)
/** Shared by all groups of the thread: a commit is synchronous. */
const record = new RecordWriter()
const encoded = new ByteWriter()

/**
 * Samples of one writer. They are kept aside until the log has their record: rolling back touches no slab. Watched by
 * head.bench.ts.
 */
export class HeadGroup implements SampleGroup {
  refusal: Refusal
  readonly #head: Head
  readonly #log: () => Wal
  readonly #cursor: ColumnCursor
  readonly #metadata: [string, string, string, string][]
  #timeMs: number
  #latestMs: number
  #count: number
  #own: number
  #ids: Float64Array
  #records: Uint32Array
  #times: Float64Array
  #words: Uint32Array
  /** The bytes of samples that are histograms; in the place of the value stands their checksum, so that the same one again is known. */
  readonly #histograms: (Uint8Array | undefined)[]
  /** Last time and value of the series before each sample, to roll back; a time of NaN where the sample is late. */
  #before: Float64Array
  #beforeWords: Uint32Array

  constructor(head: Head, log: () => Wal) {
    this.refusal = 'none'
    this.#head = head
    this.#log = log
    this.#cursor = { number: head.nextGroup++, column: 0, row: 0 }
    this.#metadata = []
    this.#timeMs = 0
    this.#latestMs = 0
    this.#count = 0
    this.#own = 0
    this.#ids = new Float64Array(16)
    this.#records = new Uint32Array(16)
    this.#times = new Float64Array(16)
    this.#words = new Uint32Array(32)
    this.#histograms = []
    this.#before = new Float64Array(32)
    this.#beforeWords = new Uint32Array(this.#before.buffer)
  }

  series(labels: Labels): number {
    const head = this.#head
    if (!areValidLabels(labels)) return this.#refuse('invalid-labels') ? 1 : 0
    const known = head.index.find(labels)
    this.refusal = 'none'
    if (known !== 0) return head.space.get(known + seriesWord.id)
    if (head.isFull() || head.nextId >= MAX_ID) return this.#refuse('series-limit') ? 1 : 0
    const id = head.nextId++
    head.index.insert(id, labels)
    head.made.push({ id, labels })
    return id
  }

  begin(timeMs: number): void {
    if (this.#count > 0) this.rollback()
    this.#timeMs = timeMs
    this.#latestMs = this.#head.now() + MAX_AHEAD_MS
    this.refusal = 'none'
  }

  add(ref: number, value: number): boolean {
    if (value !== value) return this.#put(ref, this.#timeMs, NAN_LOW, NAN_HIGH, false)
    scratch[0] = value
    return this.#put(ref, this.#timeMs, scratchWords[0], scratchWords[1], false)
  }

  addStale(ref: number): boolean {
    return this.#put(ref, this.#timeMs, STALE_LOW, STALE_HIGH, false)
  }

  addAt(ref: number, timeMs: number, value: number): boolean {
    if (value !== value) return this.#put(ref, timeMs, NAN_LOW, NAN_HIGH, true)
    scratch[0] = value
    return this.#put(ref, timeMs, scratchWords[0], scratchWords[1], true)
  }

  addHistogram(ref: number, histogram: StoredHistogram): boolean {
    return this.#putHistogram(ref, this.#timeMs, histogram, false)
  }

  addHistogramAt(ref: number, timeMs: number, histogram: StoredHistogram): boolean {
    return this.#putHistogram(ref, timeMs, histogram, true)
  }

  metadata(family: string, type: string, help: string, unit: string): void {
    if (family === '' || family.length > 1024) return
    const known = this.#head.metadata.get(family)?.values ?? ['', '', '']
    const [newType, newHelp, newUnit] = [type || known[0], help.slice(0, 4096) || known[1], unit || known[2]]
    if (newType === known[0] && newHelp === known[1] && newUnit === known[2]) return
    this.#metadata.push([family, newType, newHelp, newUnit])
  }

  commit(): boolean {
    const head = this.#head
    this.#refuseTooOld()
    if (!this.#write()) {
      for (let i = 0; i < this.#count; i++) head.count('log-failed')
      this.rollback()
      this.refusal = 'log-failed'
      return false
    }
    head.made.length = 0
    for (const [family, type, help, unit] of this.#metadata) head.setMetadata(family, [type, help, unit])
    this.#metadata.length = 0
    if (this.#count > 0) this.#apply(head.commit + 1)
    this.#forget()
    this.refusal = 'none'
    return true
  }

  rollback(): void {
    const { space } = this.#head
    for (let i = this.#count - 1; i >= 0; i--) {
      if (this.#isLate(i)) continue
      const series = this.#records[i]
      space.setFloat(series + seriesWord.lastTime, this.#before[2 * i])
      space.set(series + seriesWord.lastValue, this.#beforeWords[4 * i + 2])
      space.set(series + seriesWord.lastValue + 1, this.#beforeWords[4 * i + 3])
    }
    this.#forget()
    this.#metadata.length = 0
  }

  #forget(): void {
    this.#count = 0
    this.#own = 0
    this.#histograms.length = 0
  }

  close(): void {
    this.rollback()
    this.#head.chunks.leave(this.#cursor)
  }

  #putHistogram(id: number, timeMs: number, histogram: StoredHistogram, isOwn: boolean): boolean {
    const buckets = histogram.positiveBuckets.length + histogram.negativeBuckets.length
    if (buckets > MOST_BUCKETS || histogram.customValues.length > MOST_BUCKETS) return this.#refuse('too-many-buckets')
    if (histogramMistake(histogram) !== undefined) return this.#refuse('invalid-histogram')
    encoded.at = 0
    encodeHistograms([histogram], encoded)
    if (encoded.at > MOST_HISTOGRAM_BYTES) return this.#refuse('too-many-buckets')
    const bytes = encoded.written().slice()
    const place = this.#count
    if (!this.#put(id, timeMs, crc32c(bytes, 0, bytes.length), HISTOGRAM_HIGH, isOwn)) return false
    if (this.#count > place) this.#histograms[place] = bytes
    return true
  }

  #put(id: number, timeMs: number, low: number, high: number, isOwn: boolean): boolean {
    const head = this.#head
    const { space } = head
    const series = head.index.record(id)
    if (series === 0) return this.#refuse('unknown-series')
    const lastTime = space.getFloat(series + seriesWord.lastTime)
    const at = series & 0x3ffff
    const words = space.words[series >>> 18]
    if (!(timeMs > lastTime)) {
      if (timeMs !== lastTime) return this.#putLate(id, series, timeMs, low, high)
      const isSame = words[at + seriesWord.lastValue] === low && words[at + seriesWord.lastValue + 1] === high
      if (!isSame) return this.#refuse('duplicate')
      this.refusal = 'none'
      return true
    }
    if (timeMs < head.minValidMs || timeMs < MIN_TIME_MS) return this.#putLate(id, series, timeMs, low, high)
    if (timeMs > this.#latestMs) return this.#refuse('too-far-ahead')
    if (this.#count === this.#records.length) this.#grow()
    const i = this.#count++
    this.#ids[i] = id
    this.#records[i] = series
    // A negative index of its own would cost a column; NaN marks a sample at the commit's time.
    this.#times[i] = isOwn ? timeMs : NaN
    if (isOwn) this.#own++
    this.#words[2 * i] = low
    this.#words[2 * i + 1] = high
    this.#before[2 * i] = lastTime
    this.#beforeWords[4 * i + 2] = words[at + seriesWord.lastValue]
    this.#beforeWords[4 * i + 3] = words[at + seriesWord.lastValue + 1]
    space.setFloat(series + seriesWord.lastTime, timeMs)
    words[at + seriesWord.lastValue] = low
    words[at + seriesWord.lastValue + 1] = high
    this.refusal = 'none'
    return true
  }

  /** Older than what the series has, or than what may still go into the next block. */
  #putLate(id: number, series: number, timeMs: number, low: number, high: number): boolean {
    const head = this.#head
    if (head.outOfOrderMs === 0) return this.#refuse(timeMs < head.minValidMs ? 'too-old' : 'out-of-order')
    if (!(timeMs >= head.maxTimeMs - head.outOfOrderMs) || timeMs < MIN_TIME_MS) return this.#refuse('too-old')
    this.refusal = 'none'
    if (head.late.has(series, timeMs)) return true
    if (this.#count === this.#records.length) this.#grow()
    const i = this.#count++
    this.#ids[i] = id
    this.#records[i] = series
    this.#times[i] = timeMs
    this.#own++
    this.#words[2 * i] = low
    this.#words[2 * i + 1] = high
    this.#before[2 * i] = NaN
    return true
  }

  /** A flush began since the samples were taken: what it covers may no longer be added. */
  #refuseTooOld(): void {
    const { minValidMs } = this.#head
    const isOld = (i: number) =>
      !this.#isLate(i) && (this.#times[i] === this.#times[i] ? this.#times[i] : this.#timeMs) < minValidMs
    let kept = 0
    for (let i = 0; i < this.#count; i++) {
      if (isOld(i) && this.#head.outOfOrderMs > 0) {
        this.#makeLate(i)
      } else if (isOld(i)) {
        this.#head.count('too-old')
        if (this.#times[i] === this.#times[i]) this.#own--
        continue
      }
      if (kept !== i) {
        this.#ids[kept] = this.#ids[i]
        this.#records[kept] = this.#records[i]
        this.#times[kept] = this.#times[i]
        this.#words.copyWithin(2 * kept, 2 * i, 2 * i + 2)
        this.#beforeWords.copyWithin(4 * kept, 4 * i, 4 * i + 4)
        if (this.#histograms.length > 0) this.#histograms[kept] = this.#histograms[i]
      }
      kept++
    }
    this.#count = kept
  }

  #makeLate(i: number): void {
    if (this.#times[i] !== this.#times[i]) {
      this.#times[i] = this.#timeMs
      this.#own++
    }
    this.#before[2 * i] = NaN
  }

  #write(): boolean {
    record.length = 0
    for (const { id, labels } of this.#head.made) record.series(id, labels)
    for (const [family, type, help, unit] of this.#metadata) record.metadata(family, type, help, unit)
    this.#writeSamples()
    return record.length === 0 || this.#log().append(record.bytes, record.length)
  }

  /** In the order of adding: a part for each run of floats or histograms with, or without, times of their own. */
  #writeSamples(): void {
    for (let from = 0; from < this.#count;) {
      const isOwn = this.#isOwn(from)
      const isHistogram = this.#isHistogram(from)
      let to = from + 1
      const isLate = this.#isLate(from)
      while (
        to < this.#count &&
        this.#isOwn(to) === isOwn &&
        this.#isHistogram(to) === isHistogram &&
        this.#isLate(to) === isLate
      )
        to++
      if (isHistogram) this.#writeHistograms(from, to, isOwn, isLate)
      else this.#writeFloats(from, to, isOwn, isLate)
      from = to
    }
  }

  #writeFloats(from: number, to: number, isOwn: boolean, isLate: boolean): void {
    if (isOwn) record.startOwn(to - from, isLate)
    else record.startSamples(this.#cursor.number, this.#timeMs, to - from)
    let previous = 0
    for (let i = from; i < to; i++) {
      record.id(this.#ids[i], previous)
      if (isOwn) record.time(this.#times[i])
      record.value(this.#words[2 * i], this.#words[2 * i + 1])
      previous = this.#ids[i]
    }
  }

  #writeHistograms(from: number, to: number, isOwn: boolean, isLate: boolean): void {
    if (isOwn) record.startOwnHistograms(to - from, isLate)
    else record.startHistograms(this.#cursor.number, this.#timeMs, to - from)
    let previous = 0
    for (let i = from; i < to; i++) {
      record.id(this.#ids[i], previous)
      if (isOwn) record.time(this.#times[i])
      record.histogram(this.#histograms[i]!, to - i)
      previous = this.#ids[i]
    }
  }

  #isLate(i: number): boolean {
    return this.#before[2 * i] !== this.#before[2 * i]
  }

  #isHistogram(i: number): boolean {
    return this.#words[2 * i + 1] === HISTOGRAM_HIGH
  }

  #isOwn(i: number): boolean {
    return this.#times[i] === this.#times[i]
  }

  /** The log has the record: into the slabs, in the order of adding. */
  #apply(commit: number): void {
    const { chunks, late } = this.#head
    if (this.#count > this.#own) {
      chunks.startRow(this.#cursor, this.#timeMs, commit)
      this.#head.sawTime(this.#timeMs)
    }
    for (let i = 0; i < this.#count; i++) {
      const high = this.#words[2 * i + 1]
      const low = high === HISTOGRAM_HIGH ? chunks.histograms.keep(this.#histograms[i]!) : this.#words[2 * i]
      if (this.#isLate(i)) late.put(this.#records[i], this.#times[i], low, high, commit)
      else if (this.#times[i] === this.#times[i]) {
        chunks.putOwn(this.#records[i], this.#times[i], low, high, commit)
        this.#head.sawTime(this.#times[i])
      } else chunks.put(this.#records[i], this.#cursor, low, high, this.#timeMs, commit)
    }
    this.#head.publish(commit)
  }

  #refuse(refusal: Refusal): false {
    this.refusal = refusal
    this.#head.count(refusal)
    return false
  }

  #grow(): void {
    const size = this.#records.length * 2
    this.#ids = grown(this.#ids, new Float64Array(size))
    this.#records = grown(this.#records, new Uint32Array(size))
    this.#times = grown(this.#times, new Float64Array(size))
    this.#words = grown(this.#words, new Uint32Array(2 * size))
    const before = new Float64Array(2 * size)
    grown(this.#beforeWords, new Uint32Array(before.buffer))
    this.#before = before
    this.#beforeWords = new Uint32Array(before.buffer)
  }
}

function grown<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
