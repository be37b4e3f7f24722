import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureFolder, realFiles, type StoreFiles } from './store-files.ts'
import { SegmentReader } from './segment-reader.ts'
import {
  type Before,
  frameRecord,
  newMark,
  RECORD_HEADER,
  segmentHeader,
  SEGMENT_HEADER,
  segmentName,
} from './wal-format.ts'
import { type OnProgress, type OnRecord, replay, segmentsIn, sizeOf, type WalReport } from './wal-replay.ts'
import { syncWord } from './wal-sync.ts'

const SEGMENT_BYTES = 64 * 1024 * 1024
const NONE: Before = { segment: 0, end: 0 }

/** How a log is opened. */
export interface WalOptions {
  onRecord: OnRecord
  onProgress?: OnProgress
  /** A segment that has reached this size is followed by a new one. */
  segmentBytes?: number
  /** The array shared with the sync thread (`newSyncState`). */
  sync?: Int32Array
  /** This machine's files unless given. */
  files?: StoreFiles
}

/**
 * The write-ahead log: records in numbered segments, one synchronous write(2) a record, drawn in docs/formats/wal.md.
 * A segment whose write or sync failed is never written again; the next append tries a new one.
 */
export class Wal {
  /** What the start replayed and repaired. */
  readonly report: WalReport
  /** Why the last append returned false; undefined after one that held. */
  failure: unknown
  /** Appends that returned false. */
  failures: number
  readonly #files: StoreFiles
  readonly #folder: string
  readonly #segmentBytes: number
  readonly #sync: Int32Array | undefined
  /** Bytes of the segments that are written no more, by number. */
  readonly #closed: Map<number, number>
  #frame: Uint8Array
  #mark: number
  #segment: number
  /** The last segment before this one that has records, and where they end. */
  #before: Before
  #size: number
  #fd: number
  /** Failed syncs whose records were written again. */
  #mended: number
  /** The first segment of those that are to be written again; Infinity: none. */
  #mendFrom: number

  private constructor(folder: string, options: WalOptions, segments: readonly number[], report: WalReport) {
    this.report = report
    this.failure = undefined
    this.failures = 0
    this.#files = options.files ?? realFiles
    this.#folder = folder
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
    this.#sync = options.sync
    this.#closed = new Map(segments.map((segment) => [segment, sizeOf(join(folder, segmentName(segment)))]))
    this.#frame = new Uint8Array(65_536)
    this.#mark = 0
    this.#segment = segments.at(-1) ?? 0
    this.#before = { segment: this.#segment, end: this.#closed.get(this.#segment) ?? 0 }
    this.#size = 0
    this.#fd = -1
    this.#mended = 0
    this.#mendFrom = Infinity
  }

  /** Replays what the folder holds (making it when there is none), then starts a new segment. Throws a WalError for a log that this program cannot read. */
  static open(folder: string, options: WalOptions): Wal {
    const { files = realFiles } = options
    ensureFolder(files, folder)
    const found = segmentsIn(folder)
    const report = replay(folder, found, { ...options, files })
    if (report.repairs.length > 0) files.syncFolder(folder)
    const wal = new Wal(folder, options, found, report)
    wal.#tryRotate()
    return wal
  }

  /** Number of the segment that is written to; the last one tried when there is none. */
  get segment(): number {
    return this.#segment
  }

  /** Bytes of all segments. */
  get bytes(): number {
    let sum = this.#size
    for (const size of this.#closed.values()) sum += size
    return sum
  }

  /** Writes bytes[0, length) as a record, length ≥ 1. False: the log did not take it (see `failure`). */
  append(bytes: Uint8Array, length: number): boolean {
    if (this.#ready()) return this.#put(bytes, length)
    this.failures++
    return false
  }

  /** Writes a record to the current segment. */
  #put(bytes: Uint8Array, length: number): boolean {
    if (this.#frame.length < length + RECORD_HEADER) this.#frame = new Uint8Array(2 * length + RECORD_HEADER)
    const end = frameRecord(bytes, length, this.#mark, this.#frame)
    const isFirst = this.#size === SEGMENT_HEADER
    try {
      const written = this.#files.write(this.#fd, this.#frame, 0, end)
      if (written < end) throw new Error(`write log ${this.#path()}: ${written} of ${end} bytes written`)
      this.#size += end
    } catch (error) {
      // Where there is no room, segments without a record would pile up.
      if (isFirst) this.#forget()
      else this.#leave()
      this.failure = error
      this.failures++
      return false
    }
    if (this.#sync) Atomics.add(this.#sync, syncWord.written, 1)
    this.failure = undefined
    return true
  }

  /** Starts a new segment; returns its number. Throws when it cannot be made; the old one then stays in use. */
  rotate(): number {
    return this.#rotateAfter(this.#fd >= 0 ? { segment: this.#segment, end: this.#size } : this.#before)
  }

  #rotateAfter(before: Before): number {
    const segment = this.#nextFree()
    const mark = newMark()
    const fd = this.#create(segment, mark, before)
    this.#leave()
    this.#segment = segment
    this.#before = before
    this.#mark = mark
    this.#size = SEGMENT_HEADER
    this.#fd = fd
    if (this.#sync) {
      Atomics.compareExchange(this.#sync, syncWord.first, 0, segment)
      Atomics.store(this.#sync, syncWord.segment, segment)
    }
    return segment
  }

  /**
   * Puts what a failed sync may have cost into a new segment: it is in the head, and would be answered for without being
   * written again. False: that could not be done, and what was written before is not known to be on the disk.
   */
  mend(): boolean {
    const sync = this.#sync
    if (!sync) return true
    const errors = Atomics.load(sync, syncWord.errors)
    if (errors === this.#mended) return true
    const failed = Atomics.exchange(sync, syncWord.unsynced, 0)
    if (failed > 0) this.#mendFrom = Math.min(this.#mendFrom, failed)
    try {
      if (this.#mendFrom <= this.#segment) this.#rewrite(this.#mendFrom, this.#segment)
    } catch (error) {
      this.failure = error
      return false
    }
    this.#mendFrom = Infinity
    this.#mended = errors
    return true
  }

  /** Whether all is on the disk that was written when `written` of the shared array was this. */
  isSynced(written: number): boolean {
    const sync = this.#sync
    if (!sync) return true
    if (Atomics.load(sync, syncWord.errors) !== this.#mended) return false
    return ((Atomics.load(sync, syncWord.synced) - written) | 0) >= 0
  }

  /** Failed syncs whose records were written again. */
  get mended(): number {
    return this.#mended
  }

  /** Records written so far, for `isSynced`. */
  get written(): number {
    return this.#sync ? Atomics.load(this.#sync, syncWord.written) : 0
  }

  /** Removes the segments before this one. Throws the first failure once all that could go are gone. */
  dropBefore(segment: number): void {
    let failure: { error: unknown } | undefined
    for (const number of [...this.#closed.keys()].sort((a, b) => a - b)) {
      if (number >= segment) continue
      try {
        if (existsSync(this.#path(number))) this.#files.remove(this.#path(number))
        this.#closed.delete(number)
        // One by one: what a power cut leaves is the end of the log, without a gap.
        this.#files.syncFolder(this.#folder)
      } catch (error) {
        failure ??= { error }
      }
    }
    if (failure) throw failure.error
  }

  /** Puts the current segment on the disk and ends. */
  close(): void {
    try {
      if (this.#fd >= 0) this.#files.sync(this.#fd)
    } finally {
      this.#leave()
    }
  }

  /** Makes sure that there is a segment that may be written. */
  #ready(): boolean {
    if (this.#sync && this.#fd >= 0 && Atomics.load(this.#sync, syncWord.failedSegment) === this.#segment) this.#leave()
    if (this.#fd >= 0 && this.#size < this.#segmentBytes) return true
    return this.#tryRotate() || this.#fd >= 0
  }

  #tryRotate(): boolean {
    try {
      this.rotate()
      return true
    } catch (error) {
      this.failure = error
      return false
    }
  }

  /** A name that is taken (by what a try before could neither finish nor remove) is passed over. */
  #nextFree(): number {
    let segment = this.#segment + 1
    while (existsSync(this.#path(segment))) segment++
    return segment
  }

  /** Segments first … last become one. The last goes first: a start that finds some of them reads their samples in order still. */
  #rewrite(first: number, last: number): void {
    const segment = this.#rotateAfter(this.#endBefore(first))
    try {
      for (let from = first; from <= last; from++) this.#copy(from)
      this.#files.sync(this.#fd)
    } catch (error) {
      if (this.#segment === segment && this.#fd >= 0) this.#forget()
      throw error
    }
    for (let from = last; from >= first; from--) {
      if (!existsSync(this.#path(from))) continue
      this.#files.remove(this.#path(from))
      this.#files.syncFolder(this.#folder)
      this.#closed.delete(from)
    }
  }

  /** What a segment in the place of this one and those after it follows. */
  #endBefore(first: number): Before {
    if (!existsSync(this.#path(first))) return this.#before.segment < first ? this.#before : NONE
    using reader = new SegmentReader(this.#path(first))
    return reader.header()?.before ?? NONE
  }

  /** Writes the records of a segment once more; one that was dropped lies in blocks. */
  #copy(segment: number): void {
    if (!existsSync(this.#path(segment))) return
    using reader = new SegmentReader(this.#path(segment))
    const head = reader.header()
    if (!head) return
    const { mark } = head
    for (let at = head.length; at < reader.size;) {
      const end = reader.recordEnd(at, mark)
      if (end > 0 && !this.#put(reader.bytes(at + RECORD_HEADER, end), end - at - RECORD_HEADER)) throw this.failure
      at = end > 0 ? end : reader.nextRecord(at, mark)
    }
  }

  /** A new file with its header, on the disk with its folder; removed again when that fails. */
  #create(segment: number, mark: number, before: Before): number {
    const path = this.#path(segment)
    const fd = this.#files.create(path)
    try {
      if (this.#files.write(fd, segmentHeader(segment, mark, before), 0, SEGMENT_HEADER) < SEGMENT_HEADER)
        throw new Error(`write log ${path}: no room for its header`)
      this.#files.sync(fd)
      this.#files.syncFolder(this.#folder)
      return fd
    } catch (error) {
      this.#discard(segment, fd)
      throw error
    }
  }

  /** A half-made segment that cannot even be removed goes later, with the old ones. */
  #discard(segment: number, fd: number): void {
    try {
      this.#files.close(fd)
      this.#files.remove(this.#path(segment))
    } catch {
      this.#closed.set(segment, 0)
    }
  }

  /** The current segment, which has no record, goes. */
  #forget(): void {
    const fd = this.#fd
    this.#fd = -1
    this.#size = 0
    this.#discard(this.#segment, fd)
  }

  /** The current segment is written no more. */
  #leave(): void {
    if (this.#fd < 0) return
    const fd = this.#fd
    this.#fd = -1
    this.#closed.set(this.#segment, this.#size)
    this.#before = { segment: this.#segment, end: this.#size }
    this.#size = 0
    try {
      this.#files.close(fd)
    } catch (error) {
      // The descriptor is gone all the same; what did not reach the disk is found by the sync thread's own fdatasync.
      this.failure = error
    }
  }

  #path(segment = this.#segment): string {
    return join(this.#folder, segmentName(segment))
  }
}
