import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Labels, StoredHistogram } from '#lib/model'
import { ChunksWriter } from './block-chunks-writer.ts'
import { IndexWriter } from './block-index-writer.ts'
import { BLOCK_VERSION, type BlockMeta, newUlid } from './block-meta.ts'
import { syncFolder } from './wal-files.ts'

/** A series for a block: its first `count` samples, times ascending. The arrays are read before the next series is taken. */
export interface BlockSeries {
  labels: Labels
  count: number
  times: Float64Array
  values: Float64Array
  /** Those at the places of values, where there are any. */
  histograms?: readonly (StoredHistogram | undefined)[]
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
}

/** Bytes at the start of chunks.dat and index.dat: magic and version. */
export const FILE_HEADER = 8

/**
 * Writes a block as a new folder named by its ULID below `folder`, drawn in docs/formats/block.md. It appears whole, on the
 * disk, or not at all; `<ULID>.tmp` is what a killed writer leaves.
 */
export function writeBlock(folder: string, source: BlockSource): BlockMeta {
  const ulid = source.ulid ?? newUlid(Date.now())
  const temp = join(folder, `${ulid}.tmp`)
  rmSync(temp, { recursive: true, force: true })
  mkdirSync(temp, { recursive: true })
  try {
    const meta = writeFiles(temp, ulid, source)
    writeFileSync(join(temp, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`, { flush: true })
    syncFolder(temp)
    renameSync(temp, join(folder, ulid))
    syncFolder(folder)
    return meta
  } catch (error) {
    rmSync(temp, { recursive: true, force: true })
    throw error
  }
}

function writeFiles(temp: string, ulid: string, source: BlockSource): BlockMeta {
  using chunksFile = new NewFile(join(temp, 'chunks.dat'), 'BNCK')
  using indexFile = new NewFile(join(temp, 'index.dat'), 'BNIX')
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
  }
  for (const { labels, count, times, values, histograms } of source.series) {
    if (count === 0) continue
    const places = chunks.add(times, values, count, histograms)
    index.add(labels, places)
    meta.samples += count
    meta.chunks += places.length
  }
  chunks.finish()
  index.finish(chunks.frameSizes)
  fsyncSync(chunksFile.fd)
  fsyncSync(indexFile.fd)
  meta.series = index.series
  meta.bytes = chunksFile.size + indexFile.size
  return meta
}

/** A file of the block while it is written. */
class NewFile implements Disposable {
  readonly fd: number
  size: number

  constructor(path: string, magic: string) {
    this.fd = openSync(path, 'wx')
    this.size = 0
    const header = Buffer.alloc(FILE_HEADER)
    header.write(magic, 0, 'latin1')
    header.writeUInt32LE(BLOCK_VERSION, 4)
    this.write(header)
  }

  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.fd, bytes, done)
    this.size += bytes.length
  }

  [Symbol.dispose](): void {
    closeSync(this.fd)
  }
}
