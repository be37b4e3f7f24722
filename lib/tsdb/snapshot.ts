import { existsSync, readdirSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { endOfHead } from './block-meta.ts'
import type { BlockReader } from './block-reader.ts'
import { fileName } from './block-tombstones.ts'
import { writeHeadBlock, writeLate } from './flush.ts'
import type { StoreQuerier } from './store-querier.ts'
import { copyFile, ensureFolder, realFiles, removeTree, type StoreFiles } from './store-files.ts'
import type { StoreReader } from './store-reader.ts'

/** What a block of late samples spans at most. */
const LATE_RANGE_MS = 7_200_000

export interface SnapshotJob {
  /** Of the folder below `snapshots` that is made. */
  readonly name: string
  /** Whether what is in no block yet is left out. */
  readonly skipHead: boolean
}

/**
 * Makes a folder with all blocks, whose files it shares, and one of what is in the head, from which a store can be started.
 * It appears whole or not at all. Runs in a query thread, while the store changes no block.
 */
export function snapshotStore(
  reader: StoreReader,
  { name, skipHead }: SnapshotJob,
  files: StoreFiles = realFiles,
): void {
  using querier = reader.storeQuerier()
  const snapshots = join(reader.folder, 'snapshots')
  const temp = join(snapshots, `${name}.tmp`)
  ensureFolder(files, join(temp, 'blocks'))
  try {
    for (const block of querier.blocks) shareBlock(files, join(reader.folder, 'blocks'), join(temp, 'blocks'), block)
    if (!skipHead) writeHead(files, querier, join(temp, 'blocks'))
    files.syncFolder(join(temp, 'blocks'))
    files.syncFolder(temp)
    files.rename(temp, join(snapshots, name))
    files.syncFolder(snapshots)
  } catch (error) {
    removeTree(files, temp)
    throw error
  }
}

/** A name as Prometheus gives it: the time, and a number that nobody guesses. */
export function snapshotName(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return `${time}-${randomBytes(8).toString('hex')}`
}

/** Removes what a killed writer left. */
export function removeUnfinished(folder: string, files: StoreFiles): void {
  const snapshots = join(folder, 'snapshots')
  for (const name of existsSync(snapshots) ? readdirSync(snapshots) : [])
    if (name.endsWith('.tmp')) removeTree(files, join(snapshots, name))
}

function shareBlock(
  files: StoreFiles,
  from: string,
  to: string,
  { meta: { ulid }, tombstonesNumber }: BlockReader,
): void {
  const names = ['meta.json', 'chunks.dat', 'index.dat', ...(tombstonesNumber > 0 ? [fileName(tombstonesNumber)] : [])]
  files.makeFolder(join(to, ulid))
  for (const name of names) shareFile(files, join(from, ulid, name), join(to, ulid, name))
  files.syncFolder(join(to, ulid))
}

/** A file system without hard links gets a copy. */
function shareFile(files: StoreFiles, from: string, to: string): void {
  try {
    files.link(from, to)
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(String((error as { code?: string }).code)))
      throw error
    copyFile(files, from, to)
  }
}

/** What a flush has put into a block may be in the head as well: the block of the head begins where the others end. */
function writeHead(files: StoreFiles, querier: StoreQuerier, folder: string): void {
  const startMs = querier.blocks.reduce((end, { meta }) => Math.max(end, endOfHead(meta)), -Infinity)
  writeLate(files, folder, querier.lateSeries(), LATE_RANGE_MS)
  let firstMs = Infinity
  let lastMs = -Infinity
  const list = querier.headSeries().filter(({ read }) => {
    const { times, count } = read(startMs, Infinity)
    if (count === 0) return false
    firstMs = Math.min(firstMs, times[0])
    lastMs = Math.max(lastMs, times[count - 1])
    return true
  })
  if (list.length > 0) writeHeadBlock(folder, list, { startMs: firstMs, endMs: lastMs + 1 }, files)
}
