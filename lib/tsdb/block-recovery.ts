import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readMeta } from './block-files.ts'
import type { BlockMeta } from './block-meta.ts'
import type { BlockState } from './block-plan.ts'
import { BlockReader } from './block-reader.ts'
import { newestTombstones, removeTombstonesBefore } from './block-tombstones.ts'
import { sourcesOf } from './compact.ts'
import { syncFolder } from './wal-files.ts'

/** What a start found in the folder of blocks. */
export interface RecoveredBlocks {
  readonly blocks: readonly BlockState[]
  /** Blocks that were set aside because they cannot be read, a sentence each. */
  readonly damaged: readonly string[]
}

interface Found {
  readonly ulid: string
  /** Undefined where meta.json cannot be read. */
  readonly meta: BlockMeta | undefined
}

/**
 * Finds the blocks of a folder, so that each sample is in one of them. What a killed writer left is removed, as are the blocks
 * that a whole one takes the place of. One whose parents lost more meanwhile than it has left out is removed in their stead.
 */
export function recoverBlocks(folder: string): RecoveredBlocks {
  const blocks: BlockState[] = []
  const damaged: string[] = []
  const found = findBlocks(folder)
  const replaced = new Set<string>()
  for (const { ulid, meta } of found) {
    if (replaced.has(ulid)) removeBlock(folder, ulid)
    else if (meta !== undefined && isOutdated(folder, meta)) removeBlock(folder, ulid)
    else {
      const block = openBlock(folder, ulid, damaged)
      if (block === undefined) continue
      for (const other of found) if (replaces(block.meta, other)) replaced.add(other.ulid)
      if (block.meta.samples === 0) removeBlock(folder, ulid)
      else blocks.push(block)
    }
  }
  return { blocks, damaged }
}

/** Moves a block out of the way; returns what is told of it. */
export function setBlockAside(folder: string, ulid: string, problem: string): string {
  const aside = join(dirname(folder), 'damaged')
  mkdirSync(aside, { recursive: true })
  renameSync(join(folder, ulid), join(aside, `${ulid}-${Date.now()}`))
  return `block ${ulid} cannot be read and was moved to ${aside}: ${problem}`
}

/** Removes a block: it is there whole, or not at all. */
export function removeBlock(folder: string, ulid: string): void {
  if (!existsSync(join(folder, ulid))) return
  const gone = join(folder, `${ulid}.tmp`)
  rmSync(gone, { recursive: true, force: true })
  renameSync(join(folder, ulid), gone)
  syncFolder(folder)
  rmSync(gone, { recursive: true })
}

/** Those that were made of others come before what they may be made of. */
function findBlocks(folder: string): Found[] {
  const found: Found[] = []
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (name.endsWith('.tmp')) rmSync(join(folder, name), { recursive: true })
    else found.push({ ulid: name, meta: metaOf(folder, name) })
  }
  return found.sort((a, b) => levelOf(b) - levelOf(a))
}

function levelOf({ meta }: Found): number {
  return meta === undefined ? 0 : (meta.level ?? 1)
}

function metaOf(folder: string, ulid: string): BlockMeta | undefined {
  try {
    return readMeta(join(folder, ulid), ulid)
  } catch {
    return undefined // told when it is opened
  }
}

/** Whether something was deleted of a parent that is still there since the block was made. */
function isOutdated(folder: string, { parents = [] }: BlockMeta): boolean {
  return parents.some(({ ulid, tombstones }) => {
    const path = join(folder, ulid)
    return existsSync(path) && newestTombstones(path) !== tombstones
  })
}

/** A parent that could not be removed may outlive the next generation: what it was made of tells. */
function replaces(meta: BlockMeta, other: Found): boolean {
  if (other.ulid === meta.ulid) return false
  if (meta.parents?.some(({ ulid }) => ulid === other.ulid) === true) return true
  if (other.meta === undefined || levelOf(other) >= (meta.level ?? 1)) return false
  const sources = new Set(sourcesOf(meta))
  return sourcesOf(other.meta).every((source) => sources.has(source))
}

function openBlock(folder: string, ulid: string, damaged: string[]): BlockState | undefined {
  try {
    using reader = BlockReader.open(join(folder, ulid))
    if (reader.meta.ulid !== ulid) throw new Error(`meta.json is of block ${reader.meta.ulid}`)
    removeTombstonesBefore(join(folder, ulid), reader.tombstonesNumber)
    return { meta: reader.meta, tombstones: reader.tombstonesNumber, deletedSeries: reader.tombstones.size }
  } catch (error) {
    damaged.push(setBlockAside(folder, ulid, (error as Error).message))
    return undefined
  }
}
