import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setAside } from './block-folder.ts'
import { Head, HeadReplay } from './head.ts'
import { readRecord } from './head-record.ts'
import { ensureFolder, realFiles, type StoreFiles } from './store-files.ts'
import type { StoreOptions } from './store-options.ts'
import { removeUnfinished } from './snapshot.ts'
import { type BlocksOwner, StoreBlocks } from './store-blocks.ts'
import { lostSentence, repairSentence, type StoreReport } from './store-report.ts'
import { Wal } from './wal.ts'
import { segmentOf } from './wal-format.ts'
import { newSyncState } from './wal-sync.ts'

/** What a start put together from a folder. */
export interface Recovered {
  readonly blocks: StoreBlocks
  readonly head: Head
  readonly wal: Wal
  /** Shared with what puts the log on the disk. */
  readonly state: Int32Array
  readonly report: StoreReport
  /** Damaged places that were found, those of blocks aside. */
  readonly damagedPlaces: number
}

/** Reads a store's folder, which is locked; repairs what is damaged. Throws only for what a later program wrote. */
export function recover(options: StoreOptions, owner: BlocksOwner): Recovered {
  const { folder, files = realFiles } = options
  const strange = ['blocks', 'wal'].flatMap((name) => makeRoom(files, folder, name))
  removeUnfinished(folder, files)
  const blocks = new StoreBlocks(options, owner)
  const { list } = blocks
  const head = new Head(options, options.now ?? Date.now)
  head.minValidMs = list.endMs
  const replay = new HeadReplay(head)
  const state = newSyncState()
  const unread: string[] = []
  const wal = Wal.open(join(folder, 'wal'), {
    files,
    sync: state,
    onProgress: options.onReplay,
    onRecord: (bytes, from, to) => {
      try {
        readRecord(bytes, from, to, replay)
      } catch (error) {
        unread.push(`a log record of ${to - from} bytes was left out: ${(error as Error).message}`)
      }
    },
  })
  replay.finish(wal.report.unreadBytes)
  const damage = [...strange, ...wal.report.repairs.map((repair) => repairSentence(repair)), ...unread]
  const report: StoreReport = {
    series: head.index.series,
    samples: replay.samplesSeen,
    blocks: list.names.length,
    repaired: [...list.damaged, ...damage, ...lostSentence(replay.samplesLost)],
    foreign: [...list.foreign, ...foreignInLog(join(folder, 'wal'))],
  }
  return { blocks, head, wal, state, report, damagedPlaces: damage.length }
}

/** A file where the store has a folder is moved away. */
function makeRoom(files: StoreFiles, folder: string, name: string): string[] {
  const path = join(folder, name)
  const isStrange = statSync(path, { throwIfNoEntry: false })?.isDirectory() === false
  const to = isStrange ? setAside(files, folder, name, join(folder, 'damaged')) : ''
  ensureFolder(files, path)
  return isStrange ? [`${path} is no folder and was moved to ${to}`] : []
}

function foreignInLog(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => segmentOf(name) === 0 && !name.endsWith('.damaged'))
    .map((name) => `${join(folder, name)} is no segment of the log and was left alone`)
}
