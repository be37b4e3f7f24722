import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CodecError, crc32c } from '#lib/codec'
import { ByteCursor } from './byte-cursor.ts'
import { MAX_CHUNK } from './chunk-segments.ts'
import { PrometheusDataError } from './data-error.ts'
import { decodeChunk } from './decode-chunk.ts'
import { FileWindow } from './file-window.ts'
import type { Problems } from './problems.ts'
import type { SampleColumns } from './sample-columns.ts'

/*
 * Chunks that the head has written already, in files chunks_head/000001, …; zeros may follow the last.
 *
 *   magic 0130BC91   version u8 = 1   0 0 0   { chunk } …
 *   chunk   series u64   first time u64   last time u64   encoding u8   length uvarint   data   crc32c u32 of all before
 *
 * The high bit of the encoding says that the chunk was made of samples out of order.
 */

const MAGIC = 0x0130bc91
const HEADER = 8
/** Series, times, encoding, and a length of five bytes at most. */
const CHUNK_HEADER = 30
const CHECKSUM = 4
const OUT_OF_ORDER = 0x80

/** Where a chunk of the head lies, and its times, both ends included. */
export interface HeadChunk {
  readonly ref: number
  readonly fromMs: number
  readonly toMs: number
  readonly isOutOfOrder: boolean
  readonly encoding: number
  readonly file: FileWindow
  /** Of its data. */
  readonly offset: number
  readonly length: number
}

/** The files of chunks of a head. */
export class HeadChunks implements Disposable {
  readonly #files: FileWindow[] = []

  constructor(folder: string) {
    for (const name of filesOf(folder)) this.#files.push(new FileWindow(join(folder, name)))
  }

  get size(): number {
    return this.#files.reduce((sum, file) => sum + file.size, 0)
  }

  get readBytes(): number {
    return this.#files.reduce((sum, file) => sum + file.readBytes, 0)
  }

  /** All chunks in the order in which they were written. A damaged chunk costs what stands behind it as well, unless the next is whole. */
  *list(problems: Problems): Generator<HeadChunk> {
    for (const [i, file] of this.#files.entries()) {
      try {
        yield* chunksOf(file, problems)
      } catch (error) {
        if (!(error instanceof PrometheusDataError)) throw error
        const isTornTail = i === this.#files.length - 1 && error.cause === TORN
        problems.add({ file: error.file, offset: error.offset, problem: error.problem, isTornTail })
      }
    }
  }

  /** Adds the samples of a chunk; throws a PrometheusDataError, with none added. */
  read(chunk: HeadChunk, out: SampleColumns): void {
    const { file, offset, length, encoding } = chunk
    // Chunks of a series lie far from each other: no window would hold the next.
    const bytes = file.copy(offset, length)
    try {
      decodeChunk(encoding, bytes, 0, length, out)
    } catch (error) {
      if (!(error instanceof CodecError)) throw error
      file.fail(offset, `chunk: ${error.message}`, error)
    }
  }

  [Symbol.dispose](): void {
    for (const file of this.#files) file[Symbol.dispose]()
  }
}

/** The cause of an end within a chunk. */
const TORN = new CodecError('the file ends within a chunk')

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d{6,}$/.test(name))
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return []
  }
}

function* chunksOf(file: FileWindow, problems: Problems): Generator<HeadChunk> {
  if (file.size === 0) return
  const header = new ByteCursor(file.copy(0, HEADER))
  const magic = header.word()
  if (magic !== MAGIC) file.fail(0, 'this is no file of chunks of a head')
  const version = header.byte()
  if (version !== 1) file.fail(4, `version ${version} is not known`)
  let damaged: PrometheusDataError | undefined
  for (let at = HEADER; at < file.size;) {
    const found = chunkAt(file, at)
    if (!found) break
    at = found.chunk.offset + found.chunk.length + CHECKSUM
    if (!found.isWhole) {
      // Two in a row: the length of the first was wrong, and nothing more can be found.
      if (damaged) throw damaged
      damaged = new PrometheusDataError(file.path, found.at, 'chunk: the checksum does not match')
      continue
    }
    if (damaged) problems.addError(damaged)
    damaged = undefined
    yield found.chunk
  }
  if (damaged) throw damaged
}

function chunkAt(
  file: FileWindow,
  at: number,
): { readonly at: number; readonly chunk: HeadChunk; readonly isWhole: boolean } | undefined {
  const size = file.left(at, CHUNK_HEADER)
  const start = file.load(at, size)
  if (isEmpty(file.bytes, start, size)) return undefined
  if (size < CHUNK_HEADER) file.fail(at, TORN.message, TORN)
  const cursor = new ByteCursor(file.bytes, start, start + size)
  try {
    const [ref, fromMs, toMs, encoding] = [cursor.uint64(), cursor.int64(), cursor.int64(), cursor.byte()]
    const length = cursor.uvarint()
    const before = cursor.at - start
    if (length > MAX_CHUNK) throw new CodecError(`a chunk of ${length} bytes is too long`)
    const whole = before + length + CHECKSUM
    if (at + whole > file.size) file.fail(at, TORN.message, TORN)
    const from = file.load(at, whole)
    const end = from + before + length
    const isWhole = crc32c(file.bytes, from, end) === new ByteCursor(file.bytes, end).word()
    const isOutOfOrder = (encoding & OUT_OF_ORDER) !== 0
    const plain = encoding & ~OUT_OF_ORDER
    return {
      at,
      chunk: { ref, fromMs, toMs, isOutOfOrder, encoding: plain, file, offset: at + before, length },
      isWhole,
    }
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    return file.fail(at, `chunk: ${error.message}`, error)
  }
}

/** No series has the number 0: zeros are the rest of a file that was made longer beforehand. */
function isEmpty(bytes: Uint8Array, from: number, length: number): boolean {
  for (let i = from; i < from + Math.min(length, 24); i++) if (bytes[i] !== 0) return false
  return true
}
