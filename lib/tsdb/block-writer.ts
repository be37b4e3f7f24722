import { join } from 'node:path'
import { newUlid } from '#lib/codec'
import type { Labels, StoredHistogram } from '#lib/model'
import { ChunksWriter } from './block-chunks-writer.ts'
import { deleteBlock } from './block-folder.ts'
import { IndexWriter } from './block-index-writer.ts'
import { BLOCK_VERSION, type BlockMeta, metaText } from './block-meta.ts'
import { realFiles, removeTree, type StoreFiles, writeAll, writeNewFile } from './store-files.ts'
import type { SampleColumns } from './sample-columns.ts'

/** A series for a block: its first `count` samples, times ascending. The arrays are read before the next series is taken. */
export interface BlockSeries {
  labels: Labels
  count: number
  times: Float64Array
  values: Float64Array
  /** Those at the places of values, where there are any. */
  histograms?: readonly (StoredHistogram | undefined)[]
}

/** A series of a block, made of columns that hold it alone. */
export function blockSeries(labels: Labels, { count, times, values, histograms }: SampleColumns): BlockSeries {
  return { labels, count, times, values, histograms }
}

/** What a block is to hold; the series come in order of metric name, then labels. */
export interface BlockSource {
  minTimeMs: number
  maxTimeMs: number
  /** See BlockMeta. */
  headEndMs?: number
  series: Iterable<BlockSeries>
  /** The block's name; by default a new one. */
  ulid?: string
  /** What it is made of, where that is not the head. */
  origin?: Pick<BlockMeta, 'level' | 'sources' | 'parents' | 'imported'>
}

/** Bytes at the start of chunks.dat and index.dat: magic and version. */
export const FILE_HEADER = 8

/**
 * Writes a block as a new folder named by its ULID below `folder`, drawn in docs/formats/block.md. It appears whole, on the
 * disk, or not at all; `<ULID>.tmp` is what a killed writer leaves.
 */
export function writeBlock(folder: string, source: BlockSource, files: StoreFiles = realFiles): BlockMeta {
  const steps = writeBlockSteps(folder, source, files)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The same a series at a time, for a thread that has other work as well. Steps that are not taken to their end leave nothing once they are returned. */
export function* writeBlockSteps(
  folder: string,
  source: BlockSource,
  files: StoreFiles = realFiles,
): Generator<void, BlockMeta, void> {
  const ulid = source.ulid ?? newUlid(Date.now())
  const temp = join(folder, `${ulid}.tmp`)
  removeTree(files, temp)
  files.makeFolder(temp)
  let meta: BlockMeta | undefined
  try {
    const written = yield* writeFiles(files, temp, ulid, source)
    writeNewFile(files, join(temp, 'meta.json'), Buffer.from(metaText(written)))
    files.syncFolder(temp)
    files.rename(temp, join(folder, ulid))
    meta = written
  } finally {
    if (meta === undefined) removeTree(files, temp)
  }
  try {
    files.syncFolder(folder)
    return meta
  } catch (error) {
    // It is written once more, under another name: this one must not come back.
    deleteBlock(files, folder, ulid)
    throw error
  }
}

function* writeFiles(
  files: StoreFiles,
  temp: string,
  ulid: string,
  source: BlockSource,
): Generator<void, BlockMeta, void> {
  using chunksFile = new NewFile(files, join(temp, 'chunks.dat'), 'BNCK')
  using indexFile = new NewFile(files, join(temp, 'index.dat'), 'BNIX')
  const chunks = new ChunksWriter((page) => {
    chunksFile.write(page)
  })
  const index = new IndexWriter((bytes) => {
    indexFile.write(bytes)
  }, FILE_HEADER)
  const { minTimeMs, maxTimeMs, headEndMs } = source
  const meta: BlockMeta = {
    version: BLOCK_VERSION,
    ulid,
    minTimeMs,
    maxTimeMs,
    ...(headEndMs === undefined ? {} : { headEndMs }),
    series: 0,
    samples: 0,
    chunks: 0,
    bytes: 0,
    ...source.origin,
  }
  for (const { labels, count, times, values, histograms } of source.series) {
    if (count === 0) continue
    const places = chunks.add(times, values, count, histograms)
    index.add(labels, places)
    meta.samples += count
    meta.chunks += places.length
    yield
  }
  chunks.finish()
  index.finish(chunks.frameSizes)
  files.sync(chunksFile.fd)
  files.sync(indexFile.fd)
  meta.series = index.series
  meta.bytes = chunksFile.size + indexFile.size
  return meta
}

/** A file of the block while it is written. */
class NewFile implements Disposable {
  readonly fd: number
  size: number
  readonly #files: StoreFiles

  constructor(files: StoreFiles, path: string, magic: string) {
    this.#files = files
    this.fd = files.create(path)
    this.size = 0
    const header = Buffer.alloc(FILE_HEADER)
    header.write(magic, 0, 'latin1')
    header.writeUInt32LE(BLOCK_VERSION, 4)
    this.write(header)
  }

  write(bytes: Uint8Array): void {
    writeAll(this.#files, this.fd, bytes)
    this.size += bytes.length
  }

  [Symbol.dispose](): void {
    this.#files.close(this.fd)
  }
}
