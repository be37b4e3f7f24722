import { crc32c, HISTOGRAM_HIGH } from '#lib/codec'
import type { Labels } from '#lib/model'
import type { Refusal } from '#lib/storage'
import { Space } from './arena.ts'
import { HeadChunks } from './head-chunks.ts'
import { HeadDeletions } from './head-deletions.ts'
import { HeadIndex } from './head-index.ts'
import { HeadLate } from './head-late.ts'
import type { RecordVisitor, RecordWriter } from './head-record.ts'
import { familyWord, header, seriesWord } from './slabs.ts'
import type { ColumnCursor } from './head-chunks.ts'

export interface HeadLimits {
  /** The most series, 0: any number. */
  maxSeries: number
  /** The most bytes of slabs with which a new series is made, 0: any. */
  maxBytes: number
  /** How much older than the newest a sample may be that comes out of order. */
  outOfOrderMs?: number
}

/** The head as its one writer sees it: index, chunks, limits and counters. */
export class Head {
  readonly space: Space
  readonly index: HeadIndex
  readonly chunks: HeadChunks
  readonly late: HeadLate
  readonly deletions: HeadDeletions
  readonly limits: HeadLimits
  readonly refused: Record<string, number>
  minTimeMs: number
  maxTimeMs: number
  /** How much older than the newest a sample may be that comes out of order; 0: none may. */
  outOfOrderMs: number
  /** Times before this are refused, or taken as late. */
  minValidMs: number
  commit: number
  nextId: number
  nextGroup: number
  readonly now: () => number
  /** Series that the log does not know yet: the next commit of any writer brings them. */
  readonly made: { id: number; labels: Labels }[]
  readonly metadata: Map<string, { ref: number; values: [string, string, string] }>
  readonly #commitWord: BigUint64Array

  constructor(limits: HeadLimits, now: () => number) {
    this.space = new Space()
    this.index = new HeadIndex(this.space)
    this.chunks = new HeadChunks(this.space)
    this.late = new HeadLate(this.space, this.chunks.histograms)
    this.outOfOrderMs = limits.outOfOrderMs ?? 0
    this.deletions = new HeadDeletions()
    this.limits = limits
    this.now = now
    this.refused = {}
    this.minTimeMs = Infinity
    this.maxTimeMs = -Infinity
    this.minValidMs = -Infinity
    this.commit = 0
    this.nextId = 1
    this.nextGroup = 1
    this.made = []
    this.metadata = new Map()
    this.#commitWord = new BigUint64Array(this.space.words[0].buffer, 0, 1)
  }

  /** Whether another series would pass the limits. */
  isFull(): boolean {
    const { maxSeries, maxBytes } = this.limits
    return (maxSeries > 0 && this.index.series >= maxSeries) || (maxBytes > 0 && this.space.totalBytes >= maxBytes)
  }

  count(refusal: Refusal): void {
    this.refused[refusal] = (this.refused[refusal] ?? 0) + 1
  }

  sawTime(timeMs: number): void {
    if (timeMs < this.minTimeMs) this.minTimeMs = timeMs
    if (timeMs > this.maxTimeMs) this.maxTimeMs = timeMs
  }

  /** Deletes what there is: rows of id, from and to. Late samples go at once, others are marked: what comes late after this is there. */
  erase(rows: Float64Array): void {
    for (let i = 0; i < rows.length; i += 3) {
      const record = this.index.record(rows[i])
      if (record !== 0) this.late.erase(record, rows[i + 1], rows[i + 2])
    }
    this.deletions.add(rows)
  }

  /** Makes all rows of this commit visible. */
  publish(commit: number): void {
    this.commit = commit
    Atomics.store(this.#commitWord, 0, BigInt(commit))
  }

  setMetadata(family: string, values: [string, string, string]): void {
    const { space, index } = this
    const known = this.metadata.get(family)
    const ref = known?.ref ?? space.take('index', familyWord.size)
    space.store(ref + familyWord.type, index.symbol(values[0]))
    space.store(ref + familyWord.help, index.symbol(values[1]))
    space.store(ref + familyWord.unit, index.symbol(values[2]))
    if (!known) {
      space.set(ref + familyWord.symbol, index.symbol(family))
      space.set(ref + familyWord.next, space.get(header.metadata))
      space.store(header.metadata, ref)
    }
    this.metadata.set(family, { ref, values })
  }

  /** Writes the definitions of all series, a record at a time: one without samples may come back under its id. */
  define(writer: RecordWriter, flush: () => void): void {
    for (let id = 1; id < this.nextId; id++) {
      const record = this.index.record(id)
      if (record === 0) continue
      writer.definition(this.space, record)
      if (writer.length > 500_000) flush()
    }
    for (const [family, { values }] of this.metadata) writer.metadata(family, ...values)
    if (writer.length > 0) flush()
  }
}

/** Puts the log's records back into the head. */
export class HeadReplay implements RecordVisitor {
  samplesSeen: number
  /** Samples whose series the log no longer defines: it was in a damaged part. */
  samplesLost: number
  readonly #head: Head
  readonly #alias: Map<number, number>
  readonly #cursors: Map<number, ColumnCursor>
  #cursor: ColumnCursor
  #timeMs: number

  constructor(head: Head) {
    this.samplesSeen = 0
    this.samplesLost = 0
    this.#head = head
    this.#alias = new Map()
    this.#cursors = new Map()
    this.#cursor = { number: 0, column: 0, row: 0 }
    this.#timeMs = 0
  }

  series(id: number, labels: Labels): void {
    const head = this.#head
    if (id >= head.nextId) head.nextId = id + 1
    if (head.index.record(id) !== 0) return
    this.#alias.delete(id)
    const known = head.index.find(labels)
    if (known !== 0) {
      this.#alias.set(id, head.space.get(known + seriesWord.id))
      return
    }
    head.index.insert(id, labels)
  }

  metadata(family: string, type: string, help: string, unit: string): void {
    this.#head.setMetadata(family, [type, help, unit])
  }

  samples(group: number, timeMs: number): void {
    // The next part of the same commit.
    if (timeMs === this.#timeMs && this.#cursors.get(group) === this.#cursor) return
    let cursor = this.#cursors.get(group)
    if (!cursor) this.#cursors.set(group, (cursor = { number: this.#head.nextGroup++, column: 0, row: 0 }))
    this.#cursor = cursor
    this.#timeMs = timeMs
    this.#head.chunks.startRow(cursor, timeMs, 0)
  }

  sample(id: number, low: number, high: number): void {
    const record = this.#accepted(id, this.#timeMs, low, high)
    if (record !== 0) this.#head.chunks.put(record, this.#cursor, low, high, this.#timeMs, 0)
  }

  own(id: number, timeMs: number, low: number, high: number, isLate: boolean): void {
    if (isLate) return this.#late(id, timeMs, low, high)
    const record = this.#accepted(id, timeMs, low, high)
    if (record !== 0) this.#head.chunks.putOwn(record, timeMs, low, high, 0)
  }

  histogram(id: number, bytes: Uint8Array): void {
    const record = this.#accepted(id, this.#timeMs, crc32c(bytes, 0, bytes.length), HISTOGRAM_HIGH)
    if (record === 0) return
    const { chunks } = this.#head
    chunks.put(record, this.#cursor, chunks.histograms.keep(bytes), HISTOGRAM_HIGH, this.#timeMs, 0)
  }

  ownHistogram(id: number, timeMs: number, bytes: Uint8Array, isLate: boolean): void {
    if (isLate) return this.#late(id, timeMs, this.#head.chunks.histograms.keep(bytes), HISTOGRAM_HIGH)
    const record = this.#accepted(id, timeMs, crc32c(bytes, 0, bytes.length), HISTOGRAM_HIGH)
    if (record === 0) return
    const { chunks } = this.#head
    chunks.putOwn(record, timeMs, chunks.histograms.keep(bytes), HISTOGRAM_HIGH, 0)
  }

  /** Lies behind what it deletes, and is dropped with it. */
  deleted(id: number, fromMs: number, toMs: number): void {
    const known = this.#alias.get(id) ?? id
    if (this.#head.index.record(known) !== 0) this.#head.erase(Float64Array.of(known, fromMs, toMs))
  }

  /**
   * Ends the replay: its writers are gone. Ids that so many bytes of the log may have given are not given again, as a later
   * start may read them.
   */
  finish(unreadBytes = 0): void {
    this.#head.nextId += unreadBytes
    for (const cursor of this.#cursors.values()) this.#head.chunks.leave(cursor)
  }

  /** It may be in a block already; readers then drop the second. */
  #late(id: number, timeMs: number, low: number, high: number): void {
    const head = this.#head
    const record = head.index.record(this.#alias.get(id) ?? id)
    if (record === 0) this.samplesLost++
    else {
      head.late.put(record, timeMs, low, high, 0)
      this.samplesSeen++
    }
  }

  #accepted(id: number, timeMs: number, low: number, high: number): number {
    const head = this.#head
    // It is in a block, whatever became of its series' definition.
    if (timeMs < head.minValidMs) return 0
    const record = head.index.record(this.#alias.get(id) ?? id)
    if (record === 0) {
      this.samplesLost++
      return 0
    }
    if (timeMs <= head.space.getFloat(record + seriesWord.lastTime)) return 0
    head.space.setFloat(record + seriesWord.lastTime, timeMs)
    head.space.set(record + seriesWord.lastValue, low)
    head.space.set(record + seriesWord.lastValue + 1, high)
    head.sawTime(timeMs)
    this.samplesSeen++
    return record
  }
}
