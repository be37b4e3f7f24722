import { openStore, type Store } from '#lib/tsdb'

/** A store to be filled by hand: all stays in its log, nothing is flushed or forgotten. */
export function openStoreToFill(folder: string): Store {
  return openStore({
    folder,
    retentionMs: 0,
    retentionBytes: 0,
    retentionPercentage: 0,
    blockRangeMs: 7_200_000,
    maxBlockRangeMs: 7_200_000,
    maxSeries: 0,
    maxBytes: 0,
    flush: refuse,
    compact: refuse,
    erase: refuse,
    snapshot: refuse,
  })
}

const refuse = () => Promise.reject(new Error('nothing is done with blocks while it is filled'))

/** Ends this process as a crash would, once the log's own thread has written all out. */
export async function leaveAsIs(): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, 3000))
  process.exit(0)
}
