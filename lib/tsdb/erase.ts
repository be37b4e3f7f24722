import { join } from 'node:path'
import { type Matcher, type MatchOp, newMatcher } from '#lib/model'
import { type Scope, seesAnything } from '#lib/storage'
import type { ErasedBlock } from './block-list.ts'
import type { BlockReader } from './block-reader.ts'
import { type Tombstones, writeTombstones } from './block-tombstones.ts'
import { type Intervals, withInterval } from './intervals.ts'
import { scopeMatchers, type StoreQuerier } from './store-querier.ts'
import { realFiles, type StoreFiles } from './store-files.ts'
import type { StoreReader } from './store-reader.ts'

/** Which samples are to be deleted: those with startMs <= t <= endMs of the series that any of the lists selects. */
export interface EraseJob {
  readonly scope: Scope
  readonly matcherSets: readonly (readonly PlainMatcher[])[]
  readonly startMs: number
  readonly endMs: number
}

/** A matcher as it can be sent to another thread. */
export interface PlainMatcher {
  readonly name: string
  readonly op: MatchOp
  readonly value: string
}

export interface EraseResult {
  /** The blocks that have new tombstones, written beside the old. */
  readonly blocks: readonly ErasedBlock[]
  /** What is to be deleted of the head: rows of series id, from, to. */
  readonly head: Float64Array
}

/** Writes the tombstones of blocks and finds those of the head. Runs in a query thread; the store thread makes them count. */
export function eraseSeries(reader: StoreReader, job: EraseJob, files: StoreFiles = realFiles): EraseResult {
  if (!seesAnything(job.scope)) return { blocks: [], head: new Float64Array(0) }
  using querier = reader.storeQuerier()
  const sets = job.matcherSets.map((list) => [
    ...scopeMatchers(job.scope),
    ...list.map(({ name, op, value }) => newMatcher(name, op, value)),
  ])
  const folder = join(reader.folder, 'blocks')
  return {
    head: headRows(querier, sets, job),
    blocks: querier.blocks.flatMap((block) => eraseOfBlock(files, folder, block, sets, job)),
  }
}

function eraseOfBlock(
  files: StoreFiles,
  folder: string,
  block: BlockReader,
  sets: readonly (readonly Matcher[])[],
  { startMs, endMs }: EraseJob,
): ErasedBlock[] {
  const { ulid, minTimeMs, maxTimeMs } = block.meta
  if (minTimeMs > endMs || maxTimeMs < startMs) return []
  const tombstones = new Map(block.tombstones)
  let hasChanged = false
  for (const id of sets.flatMap((matchers) => [...block.postings(matchers)])) {
    const { firstMs, lastMs } = block.bounds(id)
    const from = Math.max(startMs, firstMs)
    const to = Math.min(endMs, lastMs)
    const known = tombstones.get(id)
    if (from > to || (known !== undefined && covers(known, from, to))) continue
    tombstones.set(id, withInterval(known, from, to))
    hasChanged = true
  }
  if (!hasChanged) return []
  const number = block.tombstonesNumber + 1
  writeTombstones(files, join(folder, ulid), number, tombstones satisfies Tombstones)
  return [{ ulid, tombstones: number, deletedSeries: tombstones.size }]
}

function covers(intervals: Intervals, from: number, to: number): boolean {
  for (let i = 0; i < intervals.length; i += 2) if (intervals[i] <= from && intervals[i + 1] >= to) return true
  return false
}

/**
 * Each series up to its newest sample: what is added later is not meant. Those without a sample in the head are named up to
 * the end of the blocks, as the log may still hold samples that a block has, and would bring them back without it.
 */
function headRows(
  querier: StoreQuerier,
  sets: readonly (readonly Matcher[])[],
  { startMs, endMs }: EraseJob,
): Float64Array {
  const inBlocksMs = querier.blocks.reduce((end, { meta }) => Math.max(end, meta.maxTimeMs), -Infinity)
  const rows: number[] = []
  for (const { id, newestMs } of sets.flatMap((matchers) => querier.headSeries(matchers))) {
    const to = Math.max(newestMs(startMs, endMs), Math.min(endMs, inBlocksMs))
    if (to >= startMs) rows.push(id, startMs, to)
  }
  return Float64Array.from(rows)
}
