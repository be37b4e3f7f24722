import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BlockError } from './block-error.ts'
import { readMeta } from './block-files.ts'
import { deleteBlock, isBlockName, isLeftover, setAside } from './block-folder.ts'
import { type BlockMeta, BlockVersionError, endOfHead } from './block-meta.ts'
import type { BlockState } from './block-plan.ts'
import { BlockReader } from './block-reader.ts'
import { newestTombstones, removeTombstonesBefore } from './block-tombstones.ts'
import { sourcesOf } from './compact.ts'
import { removeTree, type StoreFiles } from './store-files.ts'

/** What a start found in the folder of blocks. */
export interface RecoveredBlocks {
  readonly blocks: readonly BlockState[]
  /** Blocks that cannot be read and what became of them, a sentence each. */
  readonly damaged: readonly string[]
  /** What was found beside blocks and left alone, a sentence each. */
  readonly foreign: readonly string[]
}

interface Found {
  readonly ulid: string
  /** Undefined where meta.json cannot be read. */
  readonly meta: BlockMeta | undefined
}

/**
 * Finds the blocks of a folder, so that each sample is in one of them. What a killed writer left is removed, as are the blocks
 * that a whole one takes the place of. One whose parents lost more meanwhile than it has left out is removed in their stead.
 * Throws for a block of a later program, before anything is changed.
 */
export function recoverBlocks(folder: string, files: StoreFiles): RecoveredBlocks {
  const blocks: BlockState[] = []
  const damaged: string[] = []
  const foreign: string[] = []
  const names = existsSync(folder) ? readdirSync(folder).sort() : []
  const found = findBlocks(folder, names)
  const replaced = new Set<string>()
  for (const { ulid, meta } of found) {
    if (replaced.has(ulid)) deleteBlock(files, folder, ulid)
    else if (meta !== undefined && isOutdated(folder, meta)) deleteBlock(files, folder, ulid)
    else {
      const block = openBlock(files, folder, ulid, damaged)
      if (block === undefined) continue
      for (const other of found) if (replaces(block.meta, other)) replaced.add(other.ulid)
      blocks.push(block)
    }
  }
  const needless = blocks.filter((block) => isNeedless(block, blocks))
  for (const { meta } of needless) deleteBlock(files, folder, meta.ulid)
  for (const name of names) {
    if (isLeftover(name)) clear(files, join(folder, name), foreign)
    else if (!isBlockName(name)) foreign.push(`${join(folder, name)} is no block and was left alone`)
  }
  return { blocks: blocks.filter((block) => !needless.includes(block)), damaged, foreign }
}

/** Whether a block holds nothing and bounds nothing: what the log still has of the times before its end must not come back. */
export function isNeedless({ meta }: BlockState, blocks: readonly BlockState[]): boolean {
  if (meta.samples > 0) return false
  const end = endOfHead(meta)
  return blocks.some(
    ({ meta: other }) => endOfHead(other) > end || (endOfHead(other) === end && other.ulid > meta.ulid),
  )
}

/** Takes a block out of use: bytes that do not hold go where nothing reads them; what the machine cannot read now may be whole, and stays. Returns what is told of it. */
export function leaveOut(files: StoreFiles, folder: string, ulid: string, error: unknown): string {
  const why = (error as Error).message
  if (error instanceof BlockError && !error.isDamage) return `block ${ulid} cannot be read now and is left out: ${why}`
  try {
    const to = setAside(files, folder, ulid, join(dirname(folder), 'damaged'))
    return `block ${ulid} cannot be read and was moved to ${to}: ${why}`
  } catch (problem) {
    return `block ${ulid} cannot be read (${why}) and could not be moved away: ${(problem as Error).message}`
  }
}

/** Those that were made of others come before what they may be made of. */
function findBlocks(folder: string, names: readonly string[]): Found[] {
  const found = names.filter(isBlockName).map((name): Found => ({ ulid: name, meta: metaOf(folder, name) }))
  return found.sort((a, b) => levelOf(b) - levelOf(a) || (a.ulid < b.ulid ? 1 : -1))
}

function levelOf({ meta }: Found): number {
  return meta === undefined ? 0 : (meta.level ?? 1)
}

function metaOf(folder: string, ulid: string): BlockMeta | undefined {
  try {
    return readMeta(join(folder, ulid), ulid)
  } catch (error) {
    if (error instanceof BlockVersionError) throw error
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
  if (other.meta === undefined || meta.level === undefined || levelOf(other) > meta.level) return false
  const sources = new Set(sourcesOf(meta))
  return sourcesOf(other.meta).every((source) => sources.has(source))
}

function openBlock(files: StoreFiles, folder: string, ulid: string, damaged: string[]): BlockState | undefined {
  try {
    using reader = BlockReader.open(join(folder, ulid))
    if (reader.meta.ulid !== ulid) throw new Error(`meta.json is that of block ${reader.meta.ulid}`)
    removeTombstonesBefore(files, join(folder, ulid), reader.tombstonesNumber)
    return { meta: reader.meta, tombstones: reader.tombstonesNumber, deletedSeries: reader.tombstones.size }
  } catch (error) {
    if (error instanceof BlockVersionError) throw error
    damaged.push(leaveOut(files, folder, ulid, error))
    return undefined
  }
}

function clear(files: StoreFiles, path: string, foreign: string[]): void {
  try {
    removeTree(files, path)
  } catch (error) {
    foreign.push(`${path} could not be removed: ${(error as Error).message}`)
  }
}
