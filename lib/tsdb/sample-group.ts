import { ByteWriter, crc32c, encodeHistograms, HISTOGRAM_HIGH } from '#lib/codec'
import { histogramMistake, STALE_HIGH, STALE_LOW, type Labels, type StoredHistogram } from '#lib/model'
import type { Refusal, SampleGroup } from '#lib/storage'
import type { ColumnCursor } from './head-chunks.ts'
import { MOST_BUCKETS, MOST_HISTOGRAM_BYTES } from './head-histograms.ts'
import { areValidLabels } from './head-index.ts'
import { RecordWriter } from './head-record.ts'
import type { Head } from './head.ts'
import { PendingSamples } from './pending-samples.ts'
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
  readonly #pending: PendingSamples

  constructor(head: Head, log: () => Wal) {
    this.refusal = 'none'
    this.#head = head
    this.#log = log
    this.#cursor = { number: head.nextGroup++, column: 0, row: 0 }
    this.#metadata = []
    this.#timeMs = 0
    this.#latestMs = 0
    this.#pending = new PendingSamples()
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
    if (this.#pending.count > 0) this.rollback()
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
    this.#leaveToFlush()
    if (!this.#write()) {
      for (let i = 0; i < this.#pending.count; i++) head.count('log-failed')
      this.rollback()
      this.refusal = 'log-failed'
      return false
    }
    head.made.length = 0
    for (const [family, type, help, unit] of this.#metadata) head.setMetadata(family, [type, help, unit])
    this.#metadata.length = 0
    if (this.#pending.count > 0) this.#apply(head.commit + 1)
    this.#pending.clear()
    this.refusal = 'none'
    return true
  }

  rollback(): void {
    const { space } = this.#head
    const pending = this.#pending
    for (let i = pending.count - 1; i >= 0; i--) {
      if (pending.isLate(i)) continue
      const series = pending.records[i]
      space.setFloat(series + seriesWord.lastTime, pending.before[2 * i])
      space.set(series + seriesWord.lastValue, pending.beforeWords[4 * i + 2])
      space.set(series + seriesWord.lastValue + 1, pending.beforeWords[4 * i + 3])
    }
    pending.clear()
    this.#metadata.length = 0
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
    const { count } = this.#pending
    if (!this.#put(id, timeMs, crc32c(bytes, 0, bytes.length), HISTOGRAM_HIGH, isOwn)) return false
    if (this.#pending.count > count) this.#pending.histograms[count] = bytes
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
    const pending = this.#pending
    const i = pending.add(id, series, isOwn ? timeMs : NaN, low, high)
    if (isOwn) pending.own++
    pending.before[2 * i] = lastTime
    pending.beforeWords[4 * i + 2] = words[at + seriesWord.lastValue]
    pending.beforeWords[4 * i + 3] = words[at + seriesWord.lastValue + 1]
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
    const pending = this.#pending
    const i = pending.add(id, series, timeMs, low, high)
    pending.own++
    pending.before[2 * i] = NaN
    return true
  }

  /** A flush began since the samples were taken: what it covers may no longer be added, but as late. */
  #leaveToFlush(): void {
    const head = this.#head
    const pending = this.#pending
    let kept = 0
    for (let i = 0; i < pending.count; i++) {
      const timeMs = pending.isOwn(i) ? pending.times[i] : this.#timeMs
      if (!pending.isLate(i) && timeMs < head.minValidMs) {
        if (head.outOfOrderMs === 0) {
          head.count('too-old')
          if (pending.isOwn(i)) pending.own--
          continue
        }
        pending.makeLate(i, this.#timeMs)
      }
      if (kept !== i) pending.move(i, kept)
      kept++
    }
    pending.count = kept
  }

  #write(): boolean {
    record.length = 0
    for (const { id, labels } of this.#head.made) record.series(id, labels)
    for (const [family, type, help, unit] of this.#metadata) record.metadata(family, type, help, unit)
    this.#pending.write(record, this.#cursor.number, this.#timeMs)
    return record.length === 0 || this.#log().append(record.bytes, record.length)
  }

  /** The log has the record: into the slabs, in the order of adding. */
  #apply(commit: number): void {
    const head = this.#head
    const { chunks, late } = head
    const pending = this.#pending
    if (pending.count > pending.own) {
      chunks.startRow(this.#cursor, this.#timeMs, commit)
      head.sawTime(this.#timeMs)
    }
    for (let i = 0; i < pending.count; i++) {
      const series = pending.records[i]
      const high = pending.words[2 * i + 1]
      const low = high === HISTOGRAM_HIGH ? chunks.histograms.keep(pending.histograms[i]!) : pending.words[2 * i]
      if (pending.isLate(i)) late.put(series, pending.times[i], low, high, commit)
      else if (pending.isOwn(i)) {
        chunks.putOwn(series, pending.times[i], low, high, commit)
        head.sawTime(pending.times[i])
      } else chunks.put(series, this.#cursor, low, high, this.#timeMs, commit)
    }
    head.publish(commit)
  }

  #refuse(refusal: Refusal): false {
    this.refusal = refusal
    this.#head.count(refusal)
    return false
  }
}
