import { zstdDecompressSync } from 'node:zlib'
import { CodecError, crc32c } from '#lib/codec'
import { FileWindow } from './file-window.ts'
import { unsnappy } from './snappy.ts'

/*
 * A file of a write-ahead log: pages of 32 KiB. A record is a fragment or several, none of which crosses a page; zeros fill a
 * page where no fragment fits.
 *
 *   fragment   type u8   length u16   crc32c u32 of the data   data
 *   type       low three bits: 0 rest of the page is empty, 1 whole, 2 first, 3 middle, 4 last;   8 snappy, 16 zstd
 */

const PAGE = 32 * 1024
const HEADER = 7
const fragment = { none: 0, whole: 1, first: 2, middle: 3, last: 4 } as const
const SNAPPY = 8
const ZSTD = 16
/** The most that a compressed record may hold. */
const MAX_RECORD = 256 * 1024 * 1024

const NO_END = 'the record does not end'

/** A record of a log. */
export interface LogRecord {
  readonly bytes: Uint8Array
  /** Where its first fragment is. */
  readonly offset: number
}

/** What is damaged in a log. */
export interface LogDamage {
  readonly offset: number
  readonly problem: string
  readonly cause?: unknown
}

type Step = LogRecord | LogDamage | undefined

/** The records of a file of a log. After damage reading goes on with the next page. */
export class LogFile implements Disposable {
  readonly #file: FileWindow
  #at = 0
  /** Fragments of a record that is not whole yet, and where it began. */
  #parts: Uint8Array[] = []
  #offset = 0
  /** After damage: the rest of a record whose beginning is lost is passed over. */
  #isResuming = false

  constructor(path: string) {
    this.#file = new FileWindow(path)
  }

  get size(): number {
    return this.#file.size
  }

  /** Records and damage in the order of the file. */
  *records(): Generator<LogRecord | LogDamage> {
    while (this.#at < this.size) {
      const step = this.#step()
      if (step === undefined) continue
      yield step
      if ('problem' in step) this.#resume(step)
    }
    if (this.#parts.length > 0) yield { offset: this.#offset, problem: NO_END }
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]()
  }

  /** Goes on with the next page; where only a record that was read is bad, with the one after it. */
  #resume(damage: LogDamage): void {
    if (damage.offset >= this.#at) this.#at = (Math.floor(this.#at / PAGE) + 1) * PAGE
    this.#parts = []
    this.#isResuming = true
  }

  /** Reads a fragment. */
  #step(): Step {
    const at = this.#at
    const inPage = Math.min(PAGE - (at % PAGE), this.size - at)
    const from = this.#file.load(at, inPage)
    const { bytes } = this.#file
    const type = bytes[from] & 7
    if (type === fragment.none) return this.#emptyRest(from, inPage)
    if (inPage < HEADER) return { offset: at, problem: 'the header of a fragment ends early' }
    const length = (bytes[from + 1] << 8) | bytes[from + 2]
    if (length > inPage - HEADER) return { offset: at, problem: `a fragment of ${length} bytes does not fit` }
    const data = bytes.subarray(from + HEADER, from + HEADER + length)
    const expected =
      ((bytes[from + 3] << 24) | (bytes[from + 4] << 16) | (bytes[from + 5] << 8) | bytes[from + 6]) >>> 0
    if (crc32c(data, 0, length) !== expected) return { offset: at, problem: 'the checksum does not match' }
    return this.#take(at, type, bytes[from], data)
  }

  #emptyRest(from: number, length: number): Step {
    const at = this.#at
    const rest = this.#file.bytes.subarray(from, from + length)
    if (rest.some((byte) => byte !== 0)) return { offset: at, problem: 'the rest of a page is not empty' }
    this.#at = at + length
    return undefined
  }

  #take(at: number, type: number, head: number, data: Uint8Array): Step {
    const begins = type === fragment.whole || type === fragment.first
    const isOpen = this.#parts.length > 0
    if (type > fragment.last) return { offset: at, problem: `fragment type ${type} is not known` }
    if (begins && isOpen) return { offset: this.#offset, problem: NO_END }
    if (!begins && !isOpen) {
      if (!this.#isResuming) return { offset: at, problem: 'a record has no beginning' }
      this.#at = at + HEADER + data.length
      return undefined
    }
    this.#isResuming = false
    if (begins) this.#offset = at
    this.#at = at + HEADER + data.length
    const ends = type === fragment.whole || type === fragment.last
    if (!ends) {
      // The window moves on: what is kept is copied.
      this.#parts.push(Uint8Array.from(data))
      return undefined
    }
    const whole = isOpen ? Buffer.concat([...this.#parts, data]) : data
    this.#parts = []
    return uncompressed(this.#offset, head, whole)
  }
}

function uncompressed(offset: number, head: number, bytes: Uint8Array): LogRecord | LogDamage {
  try {
    if (head & SNAPPY) return { offset, bytes: unsnappy(bytes) }
    if (head & ZSTD) return { offset, bytes: zstdDecompressSync(bytes, { maxOutputLength: MAX_RECORD }) }
    return { offset, bytes }
  } catch (error) {
    if (!(error instanceof CodecError) && !isZlibError(error)) throw error
    return { offset, problem: `decompress: ${(error as Error).message}`, cause: error }
  }
}

function isZlibError(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return code.startsWith('ZSTD_') || code.startsWith('Z_') || code === 'ERR_BUFFER_TOO_LARGE'
}
