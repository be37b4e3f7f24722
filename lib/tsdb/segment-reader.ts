import { closeSync, fstatSync, readSync } from 'node:fs'
import { openToRead } from './store-files.ts'
import { frameLength, holdsRecord, readHeader, RECORD_HEADER, SEGMENT_HEADER, type SegmentHead } from './wal-format.ts'

/** What is held of a file at once, unless a record is larger. */
const WINDOW_BYTES = 1024 * 1024

/** Reads a segment through a window, so that a start needs little memory however long the log is. */
export class SegmentReader implements Disposable {
  readonly size: number
  readonly #fd: number
  /** Bytes[#from, #from + #held) of the file. */
  #window: Buffer
  #from: number
  #held: number

  constructor(path: string) {
    this.#fd = openToRead(path)
    this.size = fstatSync(this.#fd).size
    this.#window = Buffer.allocUnsafeSlow(Math.min(WINDOW_BYTES, this.size))
    this.#from = 0
    this.#held = 0
  }

  /** What the header says; undefined where it does not hold. */
  header(): SegmentHead | undefined {
    return readHeader(this.bytes(0, Math.min(SEGMENT_HEADER, this.size)))
  }

  /** The file's bytes[at, to), valid until the next call. */
  bytes(at: number, to: number): Buffer {
    if (at < this.#from || to > this.#from + this.#held) this.#load(at, to - at)
    return this.#window.subarray(at - this.#from, to - this.#from)
  }

  /** The end of the record at a place; 0 where none holds. */
  recordEnd(at: number, mark: number): number {
    const end = this.frameEnd(at)
    if (end <= at + RECORD_HEADER || end > this.size) return 0
    if (this.bytes(at, at + RECORD_HEADER).readUInt32LE(0) !== mark) return 0
    return holdsRecord(this.bytes(at, end)) ? end : 0
  }

  /** Where the frame at a place says that it ends, which may be past the end of the file. */
  frameEnd(at: number): number {
    if (at + RECORD_HEADER >= this.size) return Infinity
    return at + RECORD_HEADER + frameLength(this.bytes(at, at + RECORD_HEADER))
  }

  /** The next place after `at` where a record holds; the end of the file when there is none. */
  nextRecord(at: number, mark: number): number {
    const word = Buffer.alloc(4)
    word.writeUInt32LE(mark)
    for (let from = at + 1; from + RECORD_HEADER < this.size;) {
      const to = Math.min(from + WINDOW_BYTES, this.size)
      const found = this.bytes(from, to).indexOf(word)
      if (found < 0) {
        // The mark may lie across the border of two windows.
        from = Math.max(from + 1, to - 3)
        continue
      }
      if (this.recordEnd(from + found, mark) > 0) return from + found
      from += found + 1
    }
    return this.size
  }

  /** Whether all bytes from a place on are zero: blocks that were never written. */
  isZeroFrom(at: number): boolean {
    for (let from = at; from < this.size;) {
      const to = Math.min(from + WINDOW_BYTES, this.size)
      if (this.bytes(from, to).some((byte) => byte !== 0)) return false
      from = to
    }
    return true
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd)
  }

  #load(at: number, length: number): void {
    if (length > this.#window.length) this.#window = Buffer.allocUnsafeSlow(Math.max(length, WINDOW_BYTES))
    const wanted = Math.min(this.#window.length, this.size - at)
    this.#from = at
    this.#held = 0
    while (this.#held < wanted) {
      const n = readSync(this.#fd, this.#window, this.#held, wanted - this.#held, at + this.#held)
      if (n === 0) throw new Error(`unexpected end at ${at + this.#held}`)
      this.#held += n
    }
  }
}
