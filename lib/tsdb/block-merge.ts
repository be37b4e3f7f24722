import type { Labels } from '#lib/model'
import { isLate } from './block-plan.ts'
import type { BlockReader } from './block-reader.ts'
import { type BlockSeries, blockSeries } from './block-writer.ts'
import { ColumnMerger } from './merge-columns.ts'
import { SampleColumns } from './sample-columns.ts'
import { compareSeries } from './series-order.ts'

/** Where a block stands: at a series that is not taken yet, or at its end. */
interface Cursor {
  readonly reader: BlockReader
  id: number
  labels: Labels | undefined
}

/**
 * The series of blocks, each once, in the order of a block: as many are in memory as there are blocks. The blocks come oldest
 * first. A series is valid until the next is taken; what was deleted is left out.
 */
export function* mergeBlocks(readers: readonly BlockReader[]): Generator<BlockSeries, void, void> {
  const cursors = readers.map((reader): Cursor => ({ reader, id: -1, labels: undefined }))
  cursors.forEach(advance)
  const read = overlap(readers) ? newMergingRead() : newJoiningRead()
  for (;;) {
    const labels = least(cursors)
    if (labels === undefined) return
    const same = cursors.filter((cursor) => cursor.labels !== undefined && compareSeries(cursor.labels, labels) === 0)
    const series = read(labels, same)
    if (series.count > 0) yield series
    same.forEach(advance)
  }
}

/** Whether some of the blocks, oldest first, cover the same times. */
export function overlap(blocks: readonly { readonly meta: { minTimeMs: number; maxTimeMs: number } }[]): boolean {
  let endMs = -Infinity
  return blocks.some(({ meta }) => {
    const isInside = meta.minTimeMs <= endMs
    endMs = Math.max(endMs, meta.maxTimeMs)
    return isInside
  })
}

type ReadSeries = (labels: Labels, cursors: readonly Cursor[]) => BlockSeries

/** Each block goes on where the one before ended. */
function newJoiningRead(): ReadSeries {
  const columns = new SampleColumns()
  return (labels, cursors) => {
    columns.clear()
    for (const { reader, id } of cursors) reader.read(id, -Infinity, Infinity, columns)
    columns.endSeries()
    return blockSeries(labels, columns)
  }
}

/** Samples of one block may lie between those of another; of two at one time one that did not come late is kept, as a query does. */
function newMergingRead(): ReadSeries {
  const merger = new ColumnMerger()
  const columns = new SampleColumns()
  return (labels, cursors) => {
    columns.clear()
    const places = [
      ...cursors.filter(({ reader }) => !isLate(reader)),
      ...cursors.filter(({ reader }) => isLate(reader)),
    ]
    const reads = places.map(
      ({ reader, id }) =>
        (into: SampleColumns) =>
          reader.read(id, -Infinity, Infinity, into),
    )
    merger.merge(reads, columns)
    columns.endSeries()
    return blockSeries(labels, columns)
  }
}

function advance(cursor: Cursor): void {
  cursor.id++
  cursor.labels = cursor.id < cursor.reader.series ? cursor.reader.labels(cursor.id) : undefined
}

function least(cursors: readonly Cursor[]): Labels | undefined {
  let found: Labels | undefined
  for (const { labels } of cursors)
    if (labels !== undefined && (found === undefined || compareSeries(labels, found) < 0)) found = labels
  return found
}
