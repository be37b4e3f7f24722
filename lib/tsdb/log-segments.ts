import { RecordWriter } from './head-record.ts'
import type { Head } from './head.ts'
import type { Wal } from './wal.ts'

/** A segment that begins with the definitions of all series that live; what came before it ends at `maxBeforeMs`. */
interface Mark {
  readonly segment: number
  readonly maxBeforeMs: number
  /** Records of the log with those of the definitions. */
  readonly written: number
}

/** Keeps the log short: new segments that define what they need, so that those before them can be dropped. */
export class LogSegments {
  readonly #head: Head
  readonly #wal: Wal
  readonly #marks: Mark[] = []
  #rotatedAtMs: number
  /** Samples before this are in blocks. */
  #inBlocksMs: number
  /** Segments before this are gone. */
  #droppedTo: number

  constructor(head: Head, wal: Wal) {
    this.#head = head
    this.#wal = wal
    this.#rotatedAtMs = head.maxTimeMs
    this.#inBlocksMs = -Infinity
    this.#droppedTo = 0
    this.#define()
  }

  /** Starts a new segment each time the samples have moved on by this much, and drops those that are due. */
  maintain(everyMs: number): void {
    this.#drop()
    if (!Number.isFinite(this.#rotatedAtMs)) this.#rotatedAtMs = this.#head.maxTimeMs
    if (!(this.#head.maxTimeMs - this.#rotatedAtMs > everyMs)) return
    this.#wal.rotate()
    this.#rotatedAtMs = this.#head.maxTimeMs
    this.#define()
  }

  /** Samples before a time are in blocks: segments that hold only such are dropped. */
  dropBefore(timeMs: number): void {
    this.#inBlocksMs = Math.max(this.#inBlocksMs, timeMs)
    this.#drop()
  }

  /** What the definitions in a segment replace goes once they are on the disk. */
  #drop(): void {
    const canBegin = ({ maxBeforeMs, written }: Mark) => maxBeforeMs < this.#inBlocksMs && this.#wal.isSynced(written)
    const last = this.#marks.findLastIndex(canBegin)
    if (last < 0 || this.#marks[last].segment === this.#droppedTo) return
    this.#wal.dropBefore(this.#marks[last].segment)
    this.#droppedTo = this.#marks[last].segment
    this.#marks.splice(0, last)
  }

  #define(): void {
    const writer = new RecordWriter()
    let complete = true
    const flush = () => {
      complete = this.#wal.append(writer.bytes, writer.length) && complete
      writer.length = 0
    }
    const { segment } = this.#wal
    this.#head.define(writer, flush)
    // Where not everything is defined is no place to begin a replay.
    if (complete) this.#marks.push({ segment, maxBeforeMs: this.#head.maxTimeMs, written: this.#wal.written })
  }
}
