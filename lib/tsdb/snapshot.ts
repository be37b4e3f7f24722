import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { BlockReader } from './block-reader.ts'
import { fileName } from './block-tombstones.ts'
import { writeHeadBlock } from './flush.ts'
import type { StoreQuerier } from './store-querier.ts'
import type { StoreReader } from './store-reader.ts'
import { syncFolder } from './wal-files.ts'

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
export function snapshotStore(reader: StoreReader, { name, skipHead }: SnapshotJob): void {
  using querier = reader.storeQuerier()
  const snapshots = join(reader.folder, 'snapshots')
  const temp = join(snapshots, `${name}.tmp`)
  mkdirSync(join(temp, 'blocks'), { recursive: true })
  try {
    for (const block of querier.blocks) shareBlock(join(reader.folder, 'blocks'), join(temp, 'blocks'), block)
    if (!skipHead) writeHead(querier, join(temp, 'blocks'))
    syncFolder(join(temp, 'blocks'))
    syncFolder(temp)
    renameSync(temp, join(snapshots, name))
    syncFolder(snapshots)
    syncFolder(reader.folder)
  } catch (error) {
    rmSync(temp, { recursive: true, force: true })
    throw error
  }
}

/** A name as Prometheus gives it: the time, and a number that nobody guesses. */
export function snapshotName(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return `${time}-${randomBytes(8).toString('hex')}`
}

/** Removes what a killed writer left. */
export function removeUnfinished(folder: string): void {
  const snapshots = join(folder, 'snapshots')
  for (const name of existsSync(snapshots) ? readdirSync(snapshots) : [])
    if (name.endsWith('.tmp')) rmSync(join(snapshots, name), { recursive: true })
}

function shareBlock(from: string, to: string, { meta: { ulid }, tombstonesNumber }: BlockReader): void {
  const files = ['meta.json', 'chunks.dat', 'index.dat', ...(tombstonesNumber > 0 ? [fileName(tombstonesNumber)] : [])]
  mkdirSync(join(to, ulid))
  for (const file of files) shareFile(join(from, ulid, file), join(to, ulid, file))
  syncFolder(join(to, ulid))
}

/** A file system without hard links gets a copy. */
function shareFile(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(String((error as { code?: string }).code)))
      throw error
    copyFileSync(from, to)
  }
}

/** What a flush has put into a block may be in the head as well: the block of the head begins where the others end. */
function writeHead(querier: StoreQuerier, folder: string): void {
  const startMs = querier.blocks.reduce((end, { meta }) => Math.max(end, meta.maxTimeMs + 1), -Infinity)
  let firstMs = Infinity
  let lastMs = -Infinity
  const list = querier.headSeries().filter(({ read }) => {
    const { times, count } = read(startMs, Infinity)
    if (count === 0) return false
    firstMs = Math.min(firstMs, times[0])
    lastMs = Math.max(lastMs, times[count - 1])
    return true
  })
  if (list.length > 0) writeHeadBlock(folder, list, { startMs: firstMs, endMs: lastMs + 1 })
}
