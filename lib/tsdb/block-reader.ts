import { closeSync, fstatSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ByteReader, decodeSamples, decodeTimes } from '#lib/codec'
import type { Labels, Matcher } from '#lib/model'
import { bug } from '#lib/run'
import { PageCache } from './block-cache.ts'
import { type Directory, type NameEntry, parseDirectory } from './block-directory.ts'
import { BlockError } from './block-error.ts'
import { BLOCK_VERSION, type BlockMeta, BlockVersionError, parseMeta } from './block-meta.ts'
import { type BlockFile, readAt, readPage } from './block-page.ts'
import { PostingsPage, type PostingsSource, selectIds } from './block-postings.ts'
import { ChunkList, SeriesPage } from './block-series-page.ts'
import { FILE_HEADER } from './block-writer.ts'
import type { SampleColumns } from './sample-columns.ts'
import { openToRead } from './store-files.ts'

const FOOTER = 16
const CACHE_BYTES = 32 * 1024 * 1024
/** A page's key in the cache: the reader's number, the file, the page's offset in it. */
const KEYS_OF_FILE = 2 ** 36
/** Parsed pages hold strings beside their bytes. */
const PARSED_FACTOR = 3
/** The label sets that were asked for stay with the page of a series. */
const SERIES_FACTOR = 24

const MAX_READERS = 2 ** 15

/** Numbers of the readers that are open in this thread: two never share one, or one would read the other's pages. */
const openNumbers = new Set<number>()
let lastNumber = -1

function takeNumber(): number {
  if (openNumbers.size >= MAX_READERS) bug(`${MAX_READERS} blocks are open in one thread`)
  do lastNumber = (lastNumber + 1) % MAX_READERS
  while (openNumbers.has(lastNumber))
  openNumbers.add(lastNumber)
  return lastNumber
}

/**
 * Reads a block. Pages come through the cache; any that does not hold gives a BlockError that names block, file and offset.
 * Not safe to use after `close`.
 */
export class BlockReader implements Disposable {
  readonly meta: BlockMeta
  readonly #index: BlockFile
  readonly #chunks: BlockFile
  readonly #directory: Directory
  readonly #cache: PageCache
  readonly #list = new ChunkList()
  readonly #number: number
  readonly #firstKey: number
  readonly #postings: PostingsSource
  /** Neighbours lie in one page: the last of either kind is asked for again and again. */
  #lastSeries: { readonly number: number; readonly page: SeriesPage } | undefined
  #lastFrame: { readonly number: number; readonly page: ByteReader } | undefined
  /** The last columns of times that were decoded, by frame and place: neighbours share them. */
  readonly #columns: Map<number, Float64Array>

  private constructor(meta: BlockMeta, index: BlockFile, chunks: BlockFile, directory: Directory, cache: PageCache) {
    this.meta = meta
    this.#index = index
    this.#chunks = chunks
    this.#directory = directory
    this.#cache = cache
    this.#number = takeNumber()
    this.#firstKey = 2 * KEYS_OF_FILE * this.#number
    this.#columns = new Map()
    this.#postings = {
      series: directory.series,
      name: (name) => directory.names.get(name),
      page: (entry, number) => this.#postingsPage(entry, number),
    }
  }

  /** Opens the block in a folder; throws a BlockError when it is not whole. Readers of one thread share a cache. */
  static open(folder: string, cache: PageCache = new PageCache(CACHE_BYTES)): BlockReader {
    const block = basename(folder)
    const meta = readMeta(folder, block)
    const index = openFile(folder, block, 'index.dat', 'BNIX')
    try {
      const directory = readDirectory(index)
      const chunks = openFile(folder, block, 'chunks.dat', 'BNCK')
      try {
        checkSizes(meta, index, chunks)
        return new BlockReader(meta, index, chunks, directory, cache)
      } catch (error) {
        closeSync(chunks.fd)
        throw error
      }
    } catch (error) {
      closeSync(index.fd)
      throw error
    }
  }

  /** Names of all labels, in UTF-8 order. */
  labelNames(): string[] {
    return [...this.#directory.names.keys()]
  }

  /** All values of a label, in UTF-8 order. */
  labelValues(name: string): string[] {
    const entry = this.#directory.names.get(name)
    if (!entry) return []
    return entry.firsts.flatMap((_, number) => this.#postingsPage(entry, number).values)
  }

  /** Ids of the series that all matchers select, ascending. */
  postings(matchers: readonly Matcher[]): Uint32Array {
    return this.#guard(0, () => selectIds(this.#postings, matchers))
  }

  /** The labels of a series. */
  labels(id: number): Labels {
    const number = this.#pageOf(id)
    const page = this.#seriesPage(number)
    const place = id - this.#directory.firstIds[number]
    return this.#guard(this.#directory.seriesOffsets[number], () => page.labels(place))
  }

  /** Adds the samples with startMs <= t <= endMs to the series that `into` is at. */
  read(id: number, startMs: number, endMs: number, into: SampleColumns): void {
    const chunks = this.#chunkList(id)
    for (let i = 0; i < chunks.length; i++) {
      if (chunks.firstMs[i] > endMs || chunks.lastMs[i] < startMs) continue
      this.#readChunk(chunks, i, startMs, endMs, into)
    }
  }

  close(): void {
    this.#cache.deleteRange(this.#firstKey, this.#firstKey + 2 * KEYS_OF_FILE)
    openNumbers.delete(this.#number)
    closeSync(this.#index.fd)
    closeSync(this.#chunks.fd)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #readChunk(chunks: ChunkList, i: number, startMs: number, endMs: number, into: SampleColumns): void {
    const count = chunks.counts[i]
    const number = chunks.frames[i]
    const frame = this.#frame(number)
    let times: Float64Array
    try {
      times = this.#timesColumn(frame, number, chunks.timesAt[i], count)
      into.reserve(count)
      frame.at = chunks.valuesAt[i]
      decodeSamples(frame, count, into.values, into.count, into)
    } catch (error) {
      throw this.#broken(this.#chunks, this.#directory.frameOffsets[number], error)
    }
    let from = 0
    let to = count
    while (from < to && times[from] < startMs) from++
    while (to > from && times[to - 1] > endMs) to--
    into.add(times, from, to)
  }

  #timesColumn(frame: ByteReader, number: number, timesAt: number, count: number): Float64Array {
    const key = number * 2 ** 28 + timesAt
    const known = this.#columns.get(key)
    if (known?.length === count) return known
    const times = new Float64Array(count)
    frame.at = timesAt
    decodeTimes(frame, count, times, 0)
    if (this.#columns.size >= 16) this.#columns.clear()
    this.#columns.set(key, times)
    return times
  }

  #frame(number: number): ByteReader {
    if (number === this.#lastFrame?.number) return this.#lastFrame.page
    const { frameOffsets, frameSizes } = this.#directory
    if (number >= frameSizes.length) throw this.#broken(this.#chunks, 0, new Error(`no frame ${number}`))
    const page = this.#page(
      this.#chunks,
      1,
      frameOffsets[number],
      frameSizes[number],
      1,
      (bytes) => new ByteReader(bytes, 0),
    )
    this.#lastFrame = { number, page }
    return page
  }

  /** Good until the next is asked for. */
  #chunkList(id: number): ChunkList {
    const number = this.#pageOf(id)
    const page = this.#seriesPage(number)
    const place = id - this.#directory.firstIds[number]
    try {
      page.chunks(place, this.#list)
    } catch (error) {
      throw this.#broken(this.#index, this.#directory.seriesOffsets[number], error)
    }
    return this.#list
  }

  /** The page that holds a series: the last whose first id is not above it. */
  #pageOf(id: number): number {
    const { firstIds, series } = this.#directory
    if (!(id >= 0 && id < series)) throw new RangeError(`block ${this.meta.ulid} has no series ${id}`)
    let low = 0
    let high = firstIds.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (firstIds[middle + 1] <= id) low = middle + 1
      else high = middle
    }
    return low
  }

  #seriesPage(number: number): SeriesPage {
    if (number === this.#lastSeries?.number) return this.#lastSeries.page
    const { seriesOffsets, seriesSizes, firstIds } = this.#directory
    const page = this.#page(this.#index, 0, seriesOffsets[number], seriesSizes[number], SERIES_FACTOR, (bytes) => {
      const page = new SeriesPage(bytes)
      if (page.series !== firstIds[number + 1] - firstIds[number]) throw new Error(`${page.series} series in the page`)
      return page
    })
    this.#lastSeries = { number, page }
    return page
  }

  #postingsPage(entry: NameEntry, number: number): PostingsPage {
    return this.#page(this.#index, 0, entry.offsets[number], entry.sizes[number], PARSED_FACTOR, parsePostings)
  }

  #page<T>(
    file: BlockFile,
    fileNumber: 0 | 1,
    offset: number,
    size: number,
    factor: number,
    parse: (bytes: Uint8Array) => T,
  ): T {
    const key = this.#firstKey + fileNumber * KEYS_OF_FILE + offset
    const known = this.#cache.get(key)
    if (known !== undefined) return known as T
    const bytes = readPage(file, offset, size)
    try {
      const page = parse(bytes)
      this.#cache.set(key, page, bytes.length * factor)
      return page
    } catch (error) {
      throw this.#broken(file, offset, error)
    }
  }

  #guard<T>(offset: number, read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw this.#broken(this.#index, offset, error)
    }
  }

  #broken(file: BlockFile, offset: number, error: unknown): BlockError {
    return error instanceof BlockError
      ? error
      : new BlockError(file.block, file.name, offset, (error as Error).message, error)
  }
}

function parsePostings(bytes: Uint8Array): PostingsPage {
  return new PostingsPage(bytes)
}

function readMeta(folder: string, block: string): BlockMeta {
  try {
    return parseMeta(readFileSync(join(folder, 'meta.json'), 'utf8'))
  } catch (error) {
    if (error instanceof BlockVersionError) throw new BlockVersionError(`open block ${folder}: ${error.message}`)
    throw new BlockError(block, 'meta.json', 0, (error as Error).message, error)
  }
}

/** What was cut off, or put on, is noticed before a query needs it. */
function checkSizes(meta: BlockMeta, index: BlockFile, chunks: BlockFile): void {
  const chunksBytes = fstatSync(chunks.fd).size
  const wanted = meta.bytes - fstatSync(index.fd).size
  if (chunksBytes !== wanted)
    throw new BlockError(meta.ulid, chunks.name, chunksBytes, `the file has ${chunksBytes} bytes, not ${wanted}`)
}

function openFile(folder: string, block: string, name: string, magic: string): BlockFile {
  let file: BlockFile
  try {
    file = { block, name, fd: openToRead(join(folder, name)) }
  } catch (error) {
    throw new BlockError(block, name, 0, (error as Error).message, error)
  }
  try {
    const header = readAt(file, 0, FILE_HEADER)
    if (header.toString('latin1', 0, 4) !== magic) throw new BlockError(block, name, 0, 'not a file of a block')
    const version = header.readUInt32LE(4)
    if (version !== BLOCK_VERSION) throw new BlockError(block, name, 4, `format version ${version} is not known`)
    return file
  } catch (error) {
    closeSync(file.fd)
    throw error
  }
}

function readDirectory(index: BlockFile): Directory {
  const size = fstatSync(index.fd).size
  const at = size - FOOTER
  if (at < FILE_HEADER) throw new BlockError(index.block, index.name, size, 'unexpected end of file')
  const footer = readAt(index, at, FOOTER)
  const offset = footer.readUInt32LE(0) + footer.readUInt32LE(4) * 2 ** 32
  const length = footer.readUInt32LE(8)
  if (footer.toString('latin1', 12) !== 'BNIX' || offset + length !== at)
    throw new BlockError(index.block, index.name, at, 'no footer')
  const bytes = readPage(index, offset, length)
  try {
    return parseDirectory(bytes, FILE_HEADER)
  } catch (error) {
    throw new BlockError(index.block, index.name, offset, (error as Error).message, error)
  }
}
