import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { CodecError, crc32c } from '#lib/codec'
import { ByteCursor } from './byte-cursor.ts'
import { decodeChunk } from './decode-chunk.ts'
import { FileWindow } from './file-window.ts'
import type { SampleColumns } from './sample-columns.ts'

/*
 * The chunks of a block, in files chunks/000001, 000002, …
 *
 *   magic 85BD40DD   version u8 = 1   0 0 0   { length uvarint   encoding u8   data   crc32c u32 of encoding and data } …
 */

/** The first four bytes of a file of chunks. */
export const SEGMENT_MAGIC = 0x85bd40dd
/** Bytes before the first chunk. */
export const SEGMENT_HEADER = 8
const CHECKSUM = 4
/** The longest length, and the encoding. */
const HEAD = 6
/** The most that a chunk may take: what is longer was not written by Prometheus, which aims at a kilobyte. */
export const MAX_CHUNK: number = 4 * 1024 * 1024

/** The name of a file of chunks, of which the first is number 0. */
export function segmentName(segment: number): string {
  return String(segment + 1).padStart(6, '0')
}

/** The files of chunks of a block; each is opened when it is first read. */
export class ChunkSegments implements Disposable {
  readonly #folder: string
  readonly #files = new Map<number, FileWindow>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Bytes of all files. */
  get size(): number {
    let size = 0
    for (let segment = 0; existsSync(this.#path(segment)); segment++) size += statSync(this.#path(segment)).size
    return size
  }

  get readBytes(): number {
    return [...this.#files.values()].reduce((sum, file) => sum + file.readBytes, 0)
  }

  /** Adds the samples of a chunk; throws a PrometheusDataError, with none added, where it is damaged. */
  read(segment: number, offset: number, out: SampleColumns): void {
    const file = this.#file(segment)
    let at = file.load(offset, Math.max(2, file.left(offset, HEAD)))
    try {
      const head = new ByteCursor(file.bytes, at, at + file.left(offset, HEAD))
      const length = head.uvarint()
      const before = head.at - at
      if (length > MAX_CHUNK) throw new CodecError(`a chunk of ${length} bytes is too long`)
      at = file.load(offset, before + 1 + length + CHECKSUM) + before
      const end = at + 1 + length
      if (crc32c(file.bytes, at, end) !== new ByteCursor(file.bytes, end).word())
        throw new CodecError('the checksum does not match')
      decodeChunk(file.bytes[at], file.bytes, at + 1, end, out)
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      file.fail(offset, `chunk: ${error.message}`, error)
    }
  }

  [Symbol.dispose](): void {
    for (const file of this.#files.values()) file[Symbol.dispose]()
    this.#files.clear()
  }

  #path(segment: number): string {
    return join(this.#folder, segmentName(segment))
  }

  #file(segment: number): FileWindow {
    let file = this.#files.get(segment)
    if (!file) {
      file = new FileWindow(this.#path(segment))
      this.#files.set(segment, file)
      const header = new ByteCursor(file.copy(0, SEGMENT_HEADER))
      if (header.word() !== SEGMENT_MAGIC) file.fail(0, 'this is no file of chunks')
      const version = header.byte()
      if (version !== 1) file.fail(4, `version ${version} is not known`)
    }
    return file
  }
}
