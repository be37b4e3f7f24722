import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { syncFolder } from './wal-files.ts'
import { frameRecord, newMark, RECORD_HEADER, segmentHeader, SEGMENT_HEADER, segmentName } from './wal-format.ts'
import { type OnRecord, replay, segmentsIn, type WalReport } from './wal-replay.ts'
import { syncWord } from './wal-sync.ts'

const SEGMENT_BYTES = 64 * 1024 * 1024

/** How a log is opened. */
export interface WalOptions {
  onRecord: OnRecord
  /** A segment that has reached this size is followed by a new one. */
  segmentBytes?: number
  /** The array shared with the sync thread (`newSyncState`). */
  sync?: Int32Array
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
  readonly #folder: string
  readonly #segmentBytes: number
  readonly #sync: Int32Array | undefined
  /** Bytes of the segments that are written no more, by number. */
  readonly #closed: Map<number, number>
  #frame: Uint8Array
  #mark: number
  #segment: number
  #size: number
  #fd: number

  private constructor(folder: string, options: WalOptions, segments: readonly number[], report: WalReport) {
    this.report = report
    this.failure = undefined
    this.failures = 0
    this.#folder = folder
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
    this.#sync = options.sync
    this.#closed = new Map(segments.map((segment) => [segment, sizeOf(join(folder, segmentName(segment)))]))
    this.#frame = new Uint8Array(65_536)
    this.#mark = 0
    this.#segment = segments.at(-1) ?? 0
    this.#size = 0
    this.#fd = -1
  }

  /** Replays what the folder holds (making it when there is none), then starts a new segment. Throws a WalError for a log that this program cannot read. */
  static open(folder: string, options: WalOptions): Wal {
    mkdirSync(folder, { recursive: true })
    syncFolder(dirname(folder))
    const found = segmentsIn(folder)
    const report = replay(folder, found, options.onRecord)
    if (report.repairs.length > 0) syncFolder(folder)
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
    if (!this.#ready()) {
      this.failures++
      return false
    }
    if (this.#frame.length < length + RECORD_HEADER) this.#frame = new Uint8Array(2 * length + RECORD_HEADER)
    const end = frameRecord(bytes, length, this.#mark, this.#frame)
    try {
      const written = writeSync(this.#fd, this.#frame, 0, end)
      this.#size += written
      if (written < end) throw new Error(`write log ${this.#path()}: ${written} of ${end} bytes written`)
    } catch (error) {
      this.#leave()
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
    const segment = this.#nextFree()
    const mark = newMark()
    const fd = this.#create(segment, mark)
    this.#leave()
    this.#segment = segment
    this.#mark = mark
    this.#size = SEGMENT_HEADER
    this.#fd = fd
    if (this.#sync) Atomics.store(this.#sync, syncWord.segment, segment)
    return segment
  }

  /** Removes the segments before this one. Throws the first failure once all that could go are gone. */
  dropBefore(segment: number): void {
    let failure: { error: unknown } | undefined
    for (const number of this.#closed.keys()) {
      if (number >= segment) continue
      try {
        rmSync(this.#path(number), { force: true })
        this.#closed.delete(number)
      } catch (error) {
        failure ??= { error }
      }
    }
    syncFolder(this.#folder)
    if (failure) throw failure.error
  }

  /** Puts the current segment on the disk and ends. */
  close(): void {
    try {
      if (this.#fd >= 0) fsyncSync(this.#fd)
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

  /** A new file with its header, on the disk with its folder; removed again when that fails. */
  #create(segment: number, mark: number): number {
    const path = this.#path(segment)
    const fd = openSync(path, 'ax')
    try {
      if (writeSync(fd, segmentHeader(segment, mark)) < SEGMENT_HEADER)
        throw new Error(`write log ${path}: no room for its header`)
      fsyncSync(fd)
      syncFolder(this.#folder)
      return fd
    } catch (error) {
      this.#discard(segment, fd)
      throw error
    }
  }

  /** A half-made segment that cannot even be removed goes later, with the old ones. */
  #discard(segment: number, fd: number): void {
    try {
      closeSync(fd)
      rmSync(this.#path(segment), { force: true })
    } catch {
      this.#closed.set(segment, 0)
    }
  }

  /** The current segment is written no more. */
  #leave(): void {
    if (this.#fd < 0) return
    const fd = this.#fd
    this.#fd = -1
    this.#closed.set(this.#segment, this.#size)
    this.#size = 0
    try {
      closeSync(fd)
    } catch (error) {
      // The descriptor is gone all the same; what did not reach the disk is found by the sync thread's own fdatasync.
      this.failure = error
    }
  }

  #path(segment = this.#segment): string {
    return join(this.#folder, segmentName(segment))
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
