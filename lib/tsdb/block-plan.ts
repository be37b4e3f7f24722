import { type BlockMeta, LATE } from './block-meta.ts'

/** A block as the store keeps it. */
export interface BlockState {
  readonly meta: BlockMeta
  /** Number of its tombstones; 0: there are none. */
  readonly tombstones: number
  /** Series of which something was deleted. */
  readonly deletedSeries: number
}

const FACTOR = 3
/** A block is written anew when of more of its series than this something was deleted. */
const DELETED_SHARE = 0.05

/** What blocks span at each level: the flush's range, three times that, and so on, up to a longest. */
export function blockRanges(shortestMs: number, longestMs: number): number[] {
  const ranges = [shortestMs]
  for (let range = shortestMs * FACTOR; range <= longestMs; range *= FACTOR) ranges.push(range)
  return ranges
}

/**
 * The blocks that are next to become one, oldest first; none where all is as it should be. Blocks that overlap come first.
 * The newest is left alone: what is copied from the folder meanwhile stays in pieces of one flush.
 */
export function planCompaction(blocks: readonly BlockState[], ranges: readonly number[]): BlockState[] {
  const sorted = blocks.toSorted(compareBlocks)
  const overlapping = firstOverlap(sorted)
  if (overlapping.length > 0) return overlapping
  const older = sorted.slice(0, -1)
  for (const range of ranges.slice(1)) {
    const group = fullGroup(older, range)
    if (group) return group
  }
  const longEnough = ranges[ranges.length >> 1]
  const deleted = older.findLast(
    ({ meta, deletedSeries }) =>
      deletedSeries > 0 &&
      (deletedSeries >= meta.series || (spanMs([meta]) >= longEnough && deletedSeries > DELETED_SHARE * meta.series)),
  )
  return deleted ? [deleted] : []
}

/** Whether a block holds samples that came late or were imported: of two samples at one time the other place's counts. */
export function isLate({ meta }: { meta: BlockMeta }): boolean {
  return meta.headEndMs === LATE
}

/** Oldest first. */
export function compareBlocks({ meta: a }: { meta: BlockMeta }, { meta: b }: { meta: BlockMeta }): number {
  return a.minTimeMs - b.minTimeMs || a.maxTimeMs - b.maxTimeMs || (a.ulid < b.ulid ? -1 : 1)
}

/** The oldest blocks of which each overlaps with one before it. */
function firstOverlap(sorted: readonly BlockState[]): BlockState[] {
  let group: BlockState[] = []
  let endMs = -Infinity
  for (const block of sorted) {
    if (block.meta.minTimeMs > endMs) {
      if (group.length > 1) return group
      group = []
    }
    group.push(block)
    endMs = Math.max(endMs, block.meta.maxTimeMs)
  }
  return group.length > 1 ? group : []
}

/** The blocks within one range, counted from 0, that no later block can join any more. */
function fullGroup(older: readonly BlockState[], range: number): BlockState[] | undefined {
  const newestMs = older.at(-1)?.meta.minTimeMs ?? -Infinity
  const groups = Map.groupBy(older, ({ meta }) => Math.floor(meta.minTimeMs / range))
  for (const [number, group] of groups) {
    const inside = group.filter(({ meta }) => meta.maxTimeMs < (number + 1) * range)
    if (inside.length < 2) continue
    const metas = inside.map(({ meta }) => meta)
    if (spanMs(metas) === range || (metas.at(-1)?.maxTimeMs ?? 0) < newestMs) return inside
  }
  return undefined
}

/** From the first block's beginning to the last one's end. */
function spanMs(metas: readonly BlockMeta[]): number {
  return (metas.at(-1)?.maxTimeMs ?? 0) + 1 - metas[0].minTimeMs
}
