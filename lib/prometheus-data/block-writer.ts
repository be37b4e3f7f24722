import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newUlid } from '#lib/codec'
import type { Labels } from '#lib/model'
import { ChunksWriter } from './chunks-writer.ts'
import { cutChunks } from './cut-chunks.ts'
import { IndexWriter, type WrittenChunk } from './index-writer.ts'
import type { SampleColumns } from './sample-columns.ts'
import { noTombstones } from './tombstones.ts'

/** A series for a block, its samples in order of time, no two of one time. Read before the next is asked for. */
export interface SeriesToWrite {
  readonly labels: Labels
  readonly samples: SampleColumns
}

/** How a block is written. */
export interface WriteOptions {
  /** Its name; by default a new one. */
  readonly ulid?: string
  /** Where a file of chunks ends; 512 MiB by default. */
  readonly segmentBytes?: number
  readonly signal?: AbortSignal
}

/** What was written. */
export interface WrittenBlock {
  readonly folder: string
  readonly ulid: string
  readonly series: number
  readonly samples: number
  readonly chunks: number
  /** Of the samples, both ends included. */
  readonly fromMs: number
  readonly toMs: number
}

interface Stats {
  numSamples: number
  numFloatSamples: number
  numHistogramSamples: number
  numSeries: number
  numChunks: number
}

/**
 * Writes a block that Prometheus can take into its data folder, from series in order of their labels. It appears whole, on the
 * disk, or not at all; undefined where there is no sample. Start timestamps and exemplars have no place in it.
 */
export async function writePrometheusBlock(
  folder: string,
  series: Iterable<SeriesToWrite> | AsyncIterable<SeriesToWrite>,
  options: WriteOptions = {},
): Promise<WrittenBlock | undefined> {
  const ulid = options.ulid ?? newUlid(Date.now())
  // Prometheus removes what has this name when it starts.
  const temp = join(folder, `${ulid}.tmp-for-creation`)
  rmSync(temp, { recursive: true, force: true })
  mkdirSync(temp, { recursive: true })
  try {
    const written = await writeFiles(temp, ulid, series, options)
    if (!written) {
      rmSync(temp, { recursive: true, force: true })
      return undefined
    }
    syncFolder(join(temp, 'chunks'))
    syncFolder(temp)
    renameSync(temp, join(folder, ulid))
    syncFolder(folder)
    return { ...written, folder: join(folder, ulid) }
  } catch (error) {
    rmSync(temp, { recursive: true, force: true })
    throw error
  }
}

async function writeFiles(
  temp: string,
  ulid: string,
  series: Iterable<SeriesToWrite> | AsyncIterable<SeriesToWrite>,
  options: WriteOptions,
): Promise<Omit<WrittenBlock, 'folder'> | undefined> {
  using chunks = new ChunksWriter(join(temp, 'chunks'), options.segmentBytes)
  const index = new IndexWriter()
  const stats: Stats = { numSamples: 0, numFloatSamples: 0, numHistogramSamples: 0, numSeries: 0, numChunks: 0 }
  let fromMs = Infinity
  let toMs = -Infinity
  for await (const { labels, samples } of series) {
    options.signal?.throwIfAborted()
    if (samples.count === 0) continue
    const written = writeSeries(chunks, samples, stats)
    index.add(labels, written)
    fromMs = Math.min(fromMs, written[0].fromMs)
    toMs = Math.max(toMs, written[written.length - 1].toMs)
  }
  if (stats.numSamples === 0) return undefined
  chunks.finish()
  index.write(join(temp, 'index'))
  writeFileSync(join(temp, 'tombstones'), noTombstones(), { flush: true })
  writeFileSync(join(temp, 'meta.json'), metaOf(ulid, fromMs, toMs, stats), { flush: true })
  const { numSeries, numSamples, numChunks } = stats
  return { ulid, series: numSeries, samples: numSamples, chunks: numChunks, fromMs, toMs }
}

function writeSeries(chunks: ChunksWriter, samples: SampleColumns, stats: Stats): WrittenChunk[] {
  const written: WrittenChunk[] = []
  for (const { encoding, data, from, to } of cutChunks(samples)) {
    const ref = chunks.add(encoding, data)
    written.push({ fromMs: samples.times[from], toMs: samples.times[to - 1], ref })
    if (samples.histograms?.[from]) stats.numHistogramSamples += to - from
    else stats.numFloatSamples += to - from
  }
  stats.numSeries++
  stats.numSamples += samples.count
  stats.numChunks += written.length
  return written
}

function metaOf(ulid: string, fromMs: number, toMs: number, stats: Stats): string {
  const counted = Object.fromEntries(Object.entries(stats).filter(([, count]) => count > 0))
  const compaction = { level: 1, sources: [ulid] }
  return JSON.stringify(
    { ulid, minTime: fromMs, maxTime: toMs + 1, stats: counted, compaction, version: 1 },
    null,
    '\t',
  )
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
