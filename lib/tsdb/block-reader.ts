import { closeSync } from 'node:fs'
import { ByteReader, decodeSamples, decodeTimes } from '#lib/codec'
import type { Labels, Matcher } from '#lib/model'
import { bug } from '#lib/run'
import { PageCache } from './block-cache.ts'
import type { Directory, NameEntry } from './block-directory.ts'
import { BlockError } from './block-error.ts'
import { type BlockFiles, openBlockFiles } from './block-files.ts'
import type { BlockMeta } from './block-meta.ts'
import { type BlockFile, readPage } from './block-page.ts'
import { PostingsPage, type PostingsSource, selectIds } from './block-postings.ts'
import { ChunkList, SeriesPage } from './block-series-page.ts'
import { type Tombstones, versionName } from './block-tombstones.ts'
import { readVisible } from './intervals.ts'
import type { SampleColumns } from './sample-columns.ts'

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
  /** What was deleted of it. */
  readonly tombstones: Tombstones
  /** Number of the tombstones; 0: nothing was deleted. */
  readonly tombstonesNumber: number
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

  private constructor(parts: BlockFiles, cache: PageCache) {
    const { meta, directory } = parts
    this.meta = meta
    this.tombstones = parts.tombstones
    this.tombstonesNumber = parts.tombstonesNumber
    this.#index = parts.index
    this.#chunks = parts.chunks
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

  /**
   * Opens the block in a folder; throws a BlockError when it is not whole. Readers of one thread share a cache. Without a
   * number the newest tombstones count.
   */
  static open(folder: string, cache: PageCache = new PageCache(CACHE_BYTES), number?: number): BlockReader {
    return new BlockReader(openBlockFiles(folder, number), cache)
  }

  /** The name of the block with its tombstones: what is read under it is always the same. */
  get name(): string {
    return versionName({ ulid: this.meta.ulid, tombstones: this.tombstonesNumber })
  }

  /** How many series there are: their ids are 0 … series - 1. */
  get series(): number {
    return this.#directory.series
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

  /** Adds the samples with startMs <= t <= endMs, without those that were deleted, to the series that `into` is at. */
  read(id: number, startMs: number, endMs: number, into: SampleColumns): void {
    const deleted = this.tombstones.get(id)
    if (deleted === undefined) this.#readPart(id, startMs, endMs, into)
    else readVisible(deleted, startMs, endMs, into, (from, to) => this.#readPart(id, from, to, into))
  }

  /** Times of the first and the last sample of a series, deleted or not. */
  bounds(id: number): { firstMs: number; lastMs: number } {
    const { firstMs, lastMs, length } = this.#chunkList(id)
    return length === 0 ? { firstMs: Infinity, lastMs: -Infinity } : { firstMs: firstMs[0], lastMs: lastMs[length - 1] }
  }

  #readPart(id: number, startMs: number, endMs: number, into: SampleColumns): void {
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
