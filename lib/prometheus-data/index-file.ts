import { compareUtf8 } from '#lib/bytes'
import { CodecError, crc32c } from '#lib/codec'
import { Labels } from '#lib/model'
import { ByteCursor } from './byte-cursor.ts'
import { PrometheusDataError } from './data-error.ts'
import { FileWindow } from './file-window.ts'
import { IndexSymbols } from './index-symbols.ts'
import type { Problems } from './problems.ts'

/*
 * The index of a block. Postings are not needed to read everything, and are not read.
 *
 *   magic BAAAD700   version u8   symbols   series …   (label indices)   postings …   (label offsets)   posting offsets   contents
 *
 *   symbols    length u32   count u32   { length uvarint   text } …   crc32c u32 of what follows the length
 *   series     length uvarint   labels uvarint   { name uvarint   value uvarint } …   chunks uvarint   { chunk } …   crc32c u32
 *              from version 2 on each begins at a multiple of 16 bytes, and its reference is its place by 16
 *   chunk      first: from varint   to - from uvarint   reference uvarint       next: from - to before uvarint   to - from uvarint   reference - before varint
 *   contents   u64 place of: symbols, series, label indices, label offsets, postings, posting offsets   crc32c u32
 */

/** The first four bytes of an index. */
export const INDEX_MAGIC = 0xbaaad700
const CHECKSUM = 4
const CONTENTS = 6 * 8 + CHECKSUM
/** Each series begins at a multiple of so many bytes. */
export const SERIES_ALIGNMENT = 16
/** The length of a series is at most five bytes. */
const LENGTH = 5
const SEGMENT = 2 ** 32

/** Where a chunk lies, and its times, both ends included. */
export interface ChunkPlace {
  readonly fromMs: number
  readonly toMs: number
  /** From 0: the first file is named 000001. */
  readonly segment: number
  readonly offset: number
}

/** A series of an index. */
export interface IndexSeries {
  readonly ref: number
  readonly labels: Labels
  readonly chunks: readonly ChunkPlace[]
}

/** The series of a block's index, in order of their labels. */
export class IndexFile implements Disposable {
  readonly version: number
  readonly #file: FileWindow
  readonly #symbols: IndexSymbols
  readonly #seriesFrom: number
  readonly #seriesTo: number

  /** Throws a PrometheusDataError where header, contents or symbols are damaged. */
  constructor(path: string) {
    const file = new FileWindow(path)
    try {
      const header = new ByteCursor(file.copy(0, 5))
      if (header.word() !== INDEX_MAGIC) file.fail(0, 'this is no index')
      this.version = header.byte()
      if (this.version < 1 || this.version > 3) file.fail(4, `version ${this.version} is not known`)
      const places = readContents(file)
      this.#file = file
      this.#symbols = readSymbols(file, places[0], this.version)
      this.#seriesFrom = places[1]
      this.#seriesTo = Math.min(file.size - CONTENTS, ...places.slice(2).filter((place) => place >= places[1]))
    } catch (error) {
      file[Symbol.dispose]()
      throw error
    }
  }

  get size(): number {
    return this.#file.size
  }

  get readBytes(): number {
    return this.#file.readBytes
  }

  /** Series that cannot be read are told to `problems`. */
  *series(problems: Problems): Generator<IndexSeries> {
    let damaged = false
    for (let at = this.#seriesFrom; at < this.#seriesTo;) {
      if (this.version > 1) at = Math.ceil(at / SERIES_ALIGNMENT) * SERIES_ALIGNMENT
      if (at >= this.#seriesTo) return
      const read = this.#readAt(at)
      if (read instanceof PrometheusDataError) {
        // Only the first of a damaged stretch is told: what follows may be the inside of a series.
        if (!damaged) problems.addError(read)
        if (this.version === 1) return
        damaged = true
        at += SERIES_ALIGNMENT
      } else {
        damaged = false
        at = read.end
        if (read.series) yield read.series
      }
    }
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]()
  }

  #readAt(at: number): { readonly series: IndexSeries | undefined; readonly end: number } | PrometheusDataError {
    const file = this.#file
    try {
      const head = Math.min(LENGTH, this.#seriesTo - at)
      const start = file.load(at, head)
      const cursor = new ByteCursor(file.bytes, start, start + head)
      const length = cursor.uvarint()
      const size = cursor.at - start + length + CHECKSUM
      // Zeros fill the gap before an aligned place.
      if (length === 0) return { series: undefined, end: at + 1 }
      if (at + size > this.#seriesTo) throw new CodecError(`a series of ${length} bytes ends behind its section`)
      const from = file.load(at, size) + size - length - CHECKSUM
      const body = new ByteCursor(file.bytes, from, from + length)
      const expected = new ByteCursor(file.bytes, from + length).word()
      if (crc32c(file.bytes, from, from + length) !== expected) throw new CodecError('the checksum does not match')
      return { series: this.#parse(at, body), end: at + size }
    } catch (error) {
      if (error instanceof PrometheusDataError) return error
      if (!(error instanceof CodecError)) throw error
      return new PrometheusDataError(file.path, at, `series: ${error.message}`, error)
    }
  }

  #parse(at: number, cursor: ByteCursor): IndexSeries {
    const pairs: string[] = []
    for (let left = cursor.count(2); left > 0; left--) {
      pairs.push(this.#symbols.get(cursor.uvarint()), this.#symbols.get(cursor.uvarint()))
    }
    const ref = this.version === 1 ? at : at / SERIES_ALIGNMENT
    return { ref, labels: labelsOf(pairs), chunks: readChunks(cursor) }
  }
}

/** Labels of pairs that should be in order. */
export function labelsOf(pairs: string[]): Labels {
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i + 1] !== '' && (i === 0 || compareUtf8(pairs[i - 2], pairs[i]) < 0)) continue
    return Labels.from(Array.from({ length: pairs.length / 2 }, (_, k) => [pairs[2 * k], pairs[2 * k + 1]] as const))
  }
  return Labels.fromSorted(pairs)
}

function readChunks(cursor: ByteCursor): ChunkPlace[] {
  const chunks: ChunkPlace[] = []
  let ref = 0
  let end = 0
  for (let left = cursor.count(3); left > 0; left--) {
    const fromMs = chunks.length === 0 ? cursor.varint() : cursor.uvarintAfter(end)
    end = cursor.uvarintAfter(fromMs)
    ref = chunks.length === 0 ? cursor.uvarint() : ref + cursor.varint()
    if (ref < 0 || end < fromMs) throw new CodecError(`chunk ${chunks.length} contradicts the one before`)
    chunks.push({ fromMs, toMs: end, segment: Math.floor(ref / SEGMENT), offset: ref % SEGMENT })
  }
  return chunks
}

function readContents(file: FileWindow): number[] {
  const at = file.size - CONTENTS
  if (at < 5) file.fail(file.size, 'too short for a table of contents')
  const bytes = file.copy(at, CONTENTS)
  const cursor = new ByteCursor(bytes)
  if (crc32c(bytes, 0, CONTENTS - CHECKSUM) !== new ByteCursor(bytes, CONTENTS - CHECKSUM).word())
    file.fail(at, 'table of contents: the checksum does not match')
  try {
    return Array.from({ length: 6 }, () => cursor.uint64())
  } catch (error) {
    return file.fail(at, `table of contents: ${(error as Error).message}`, error)
  }
}

function readSymbols(file: FileWindow, at: number, version: number): IndexSymbols {
  const length = new ByteCursor(file.copy(at, 4)).word()
  const bytes = file.copy(at + 4, length + CHECKSUM)
  const content = bytes.subarray(0, length)
  if (crc32c(bytes, 0, length) !== new ByteCursor(bytes, length).word())
    file.fail(at, 'symbols: the checksum does not match')
  try {
    return new IndexSymbols(content, at + 4, version)
  } catch (error) {
    return file.fail(at, `symbols: ${(error as Error).message}`, error)
  }
}
