import { join } from 'node:path'
import { compareUtf8 } from '#lib/bytes'
import { compareLabels, METRIC_NAME, type Labels } from '#lib/model'
import { writeBlock, type BlockSeries } from './block-writer.ts'
import { ensureFolder, realFiles, type StoreFiles } from './store-files.ts'
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
export async function compactHead(
  reader: StoreReader,
  { startMs, endMs }: FlushJob,
  files: StoreFiles = realFiles,
): Promise<FlushResult> {
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
  list.sort((a, b) => byName(a.labels, b.labels))
  const folder = join(reader.folder, 'blocks')
  ensureFolder(files, folder)
  const series = (function* (): Iterable<BlockSeries> {
    for (const { labels, read } of list) {
      const { count, times, values } = read(startMs, endMs - 1)
      yield { labels, count, times, values }
    }
  })()
  const meta = writeBlock(folder, { minTimeMs: startMs, maxTimeMs: endMs - 1, series }, files)
  return { block: meta.ulid, samples: meta.samples, nextMs }
}

function countBefore(times: Float64Array, count: number, endMs: number): number {
  let inside = count
  while (inside > 0 && times[inside - 1] >= endMs) inside--
  return inside
}

/** Metric name first, then labels: a selector reads neighbours. */
function byName(a: Labels, b: Labels): number {
  return compareUtf8(a.get(METRIC_NAME), b.get(METRIC_NAME)) || compareLabels(a, b)
}
