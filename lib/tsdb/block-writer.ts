import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Labels } from '#lib/model'
import { ChunksWriter } from './block-chunks-writer.ts'
import { IndexWriter } from './block-index-writer.ts'
import { BLOCK_VERSION, type BlockMeta, newUlid } from './block-meta.ts'
import type { SampleColumns } from './sample-columns.ts'
import { syncFolder } from './wal-files.ts'

/** A series for a block: its first `count` samples, times ascending. The arrays are read before the next series is taken. */
export interface BlockSeries {
  labels: Labels
  count: number
  times: Float64Array
  values: Float64Array
}

/** A series of a block, made of columns that hold it alone. */
export function blockSeries(labels: Labels, { count, times, values }: SampleColumns): BlockSeries {
  return { labels, count, times, values }
}

/** What a block is to hold; the series come in order of metric name, then labels. */
export interface BlockSource {
  minTimeMs: number
  maxTimeMs: number
  series: Iterable<BlockSeries>
  /** The block's name; by default a new one. */
  ulid?: string
  /** What it is made of, where that is other blocks. */
  origin?: Pick<BlockMeta, 'level' | 'sources' | 'parents'>
}

/** Bytes at the start of chunks.dat and index.dat: magic and version. */
export const FILE_HEADER = 8

/**
 * Writes a block as a new folder named by its ULID below `folder`, drawn in docs/formats/block.md. It appears whole, on the
 * disk, or not at all; `<ULID>.tmp` is what a killed writer leaves.
 */
export function writeBlock(folder: string, source: BlockSource): BlockMeta {
  const steps = writeBlockSteps(folder, source)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The same a series at a time, for a thread that has other work as well. Steps that are not taken to their end leave nothing once they are returned. */
export function* writeBlockSteps(folder: string, source: BlockSource): Generator<void, BlockMeta, void> {
  const ulid = source.ulid ?? newUlid(Date.now())
  const temp = join(folder, `${ulid}.tmp`)
  rmSync(temp, { recursive: true, force: true })
  mkdirSync(temp, { recursive: true })
  let isWhole = false
  try {
    const meta = yield* writeFiles(temp, ulid, source)
    writeFileSync(join(temp, 'meta.json'), `${JSON.stringify(meta, null, 2)}\n`, { flush: true })
    syncFolder(temp)
    renameSync(temp, join(folder, ulid))
    isWhole = true
    syncFolder(folder)
    return meta
  } finally {
    if (!isWhole) rmSync(temp, { recursive: true, force: true })
  }
}

function* writeFiles(temp: string, ulid: string, source: BlockSource): Generator<void, BlockMeta, void> {
  using chunksFile = new NewFile(join(temp, 'chunks.dat'), 'BNCK')
  using indexFile = new NewFile(join(temp, 'index.dat'), 'BNIX')
  const chunks = new ChunksWriter((page) => {
    chunksFile.write(page)
  })
  const index = new IndexWriter((bytes) => {
    indexFile.write(bytes)
  }, FILE_HEADER)
  const { minTimeMs, maxTimeMs } = source
  const meta: BlockMeta = {
    version: BLOCK_VERSION,
    ulid,
    minTimeMs,
    maxTimeMs,
    series: 0,
    samples: 0,
    chunks: 0,
    bytes: 0,
    ...source.origin,
  }
  for (const { labels, count, times, values } of source.series) {
    if (count === 0) continue
    const places = chunks.add(times, values, count)
    index.add(labels, places)
    meta.samples += count
    meta.chunks += places.length
    yield
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
