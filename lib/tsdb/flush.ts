import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BlockMeta } from './block-meta.ts'
import { type BlockSeries, blockSeries, writeBlock } from './block-writer.ts'
import { compareSeries } from './series-order.ts'
import type { HeadSeries } from './store-querier.ts'
import type { StoreReader } from './store-reader.ts'

/** A range of the head that shall become a block: startMs <= t < endMs. */
export interface FlushJob {
  readonly startMs: number
  readonly endMs: number
}

/** The block that was written; none where the range held no sample. */
export interface FlushResult {
  readonly block: string | undefined
  readonly samples: number
  /** The first time in the head that is not before the range's end; none where there is no such sample. */
  readonly nextMs: number | undefined
}

/** Writes a block of the head's samples of a range. Runs in a query thread; the store thread goes on meanwhile. */
export async function compactHead(reader: StoreReader, { startMs, endMs }: FlushJob): Promise<FlushResult> {
  using querier = reader.storeQuerier()
  let first = Infinity
  const list = querier.headSeries().filter((series) => {
    const { times, count } = series.read(startMs, Infinity)
    const inside = countBefore(times, count, endMs)
    if (inside < count) first = Math.min(first, times[inside])
    return inside > 0
  })
  const nextMs = first === Infinity ? undefined : first
  if (list.length === 0) return { block: undefined, samples: 0, nextMs }
  const meta = writeHeadBlock(join(reader.folder, 'blocks'), list, { startMs, endMs })
  return { block: meta.ulid, samples: meta.samples, nextMs }
}

/** Writes the samples of a range of these series as a block below a folder. */
export function writeHeadBlock(folder: string, list: HeadSeries[], { startMs, endMs }: FlushJob): BlockMeta {
  list.sort((a, b) => compareSeries(a.labels, b.labels))
  mkdirSync(folder, { recursive: true })
  const series = (function* (): Iterable<BlockSeries> {
    for (const { labels, read } of list) yield blockSeries(labels, read(startMs, endMs - 1))
  })()
  return writeBlock(folder, { minTimeMs: startMs, maxTimeMs: endMs - 1, series })
}

function countBefore(times: Float64Array, count: number, endMs: number): number {
  let inside = count
  while (inside > 0 && times[inside - 1] >= endMs) inside--
  return inside
}
