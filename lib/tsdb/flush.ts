import { join } from 'node:path'
import { deleteBlock } from './block-folder.ts'
import { type BlockMeta, LATE } from './block-meta.ts'
import { type BlockSeries, blockSeries, writeBlock } from './block-writer.ts'
import { compareSeries } from './series-order.ts'
import { ensureFolder, realFiles, type StoreFiles } from './store-files.ts'
import type { HeadSeries, StoreQuerier } from './store-querier.ts'
import type { StoreReader } from './store-reader.ts'

/** A range of the head that shall become a block: startMs <= t < endMs. */
export interface FlushJob {
  readonly startMs: number
  readonly endMs: number
}

/** The blocks that were written; none where the range held no sample. */
export interface FlushResult {
  readonly block: string | undefined
  /** Those of samples that came late, each of one range of times; they overlap others. */
  readonly late: readonly string[]
  /** The commit up to which they hold them. */
  readonly lateCommit: number
  readonly samples: number
  /** The first time in the head that is not before the range's end; none where there is no such sample. */
  readonly nextMs: number | undefined
}

/** Writes a block of the head's samples of a range. Runs in a query thread; the store thread goes on meanwhile. */
export async function compactHead(
  reader: StoreReader,
  { startMs, endMs }: FlushJob,
  files: StoreFiles = realFiles,
): Promise<FlushResult> {
  using querier = reader.storeQuerier()
  const folder = join(reader.folder, 'blocks')
  ensureFolder(files, folder)
  const late = writeLate(files, folder, querier.lateSeries(), endMs - startMs)
  try {
    return writeHead(files, folder, querier, { startMs, endMs }, late)
  } catch (error) {
    // All is tried again: where the disk is full, blocks that nobody knows would fill it.
    for (const block of late) deleteBlock(files, folder, block)
    throw error
  }
}

/** A block of what the head holds of a range. */
function writeHead(
  files: StoreFiles,
  folder: string,
  querier: StoreQuerier,
  { startMs, endMs }: FlushJob,
  late: readonly string[],
): FlushResult {
  const lateCommit = querier.point.commit
  let first = Infinity
  const list = querier.headSeries().filter((series) => {
    const { times, count } = series.read(startMs, Infinity)
    const inside = countBefore(times, count, endMs)
    if (inside < count) first = Math.min(first, times[inside])
    return inside > 0
  })
  const nextMs = first === Infinity ? undefined : first
  if (list.length === 0) return { block: undefined, late, lateCommit, samples: 0, nextMs }
  const meta = writeHeadBlock(folder, list, { startMs, endMs }, files)
  return { block: meta.ulid, late, lateCommit, samples: meta.samples, nextMs }
}

/** Writes the samples of a range of these series as a block below a folder. */
export function writeHeadBlock(
  folder: string,
  list: HeadSeries[],
  { startMs, endMs }: FlushJob,
  files: StoreFiles = realFiles,
): BlockMeta {
  list.sort((a, b) => compareSeries(a.labels, b.labels))
  const series = (function* (): Iterable<BlockSeries> {
    for (const { labels, read } of list) yield blockSeries(labels, read(startMs, endMs - 1))
  })()
  return writeBlock(folder, { minTimeMs: startMs, maxTimeMs: endMs - 1, series }, files)
}

/** A block of each range of times in which late samples lie. */
export function writeLate(files: StoreFiles, folder: string, list: readonly BlockSeries[], rangeMs: number): string[] {
  const byRange = new Map<number, BlockSeries[]>()
  for (const series of list.toSorted((a, b) => compareSeries(a.labels, b.labels))) {
    for (let from = 0; from < series.count;) {
      const startMs = Math.floor(series.times[from] / rangeMs) * rangeMs
      let to = from
      while (to < series.count && series.times[to] < startMs + rangeMs) to++
      const part = byRange.get(startMs) ?? []
      byRange.set(startMs, part)
      part.push(slice(series, from, to))
      from = to
    }
  }
  const written: string[] = []
  try {
    for (const [startMs, series] of byRange) {
      const source = { minTimeMs: startMs, maxTimeMs: startMs + rangeMs - 1, headEndMs: LATE, series }
      written.push(writeBlock(folder, source, files).ulid)
    }
    return written
  } catch (error) {
    for (const block of written) deleteBlock(files, folder, block)
    throw error
  }
}

function slice({ labels, times, values, histograms }: BlockSeries, from: number, to: number): BlockSeries {
  return {
    labels,
    count: to - from,
    times: times.subarray(from, to),
    values: values.subarray(from, to),
    ...(histograms ? { histograms: histograms.slice(from, to) } : {}),
  }
}

function countBefore(times: Float64Array, count: number, endMs: number): number {
  let inside = count
  while (inside > 0 && times[inside - 1] >= endMs) inside--
  return inside
}
