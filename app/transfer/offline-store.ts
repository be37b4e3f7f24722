import { existsSync } from 'node:fs'
import { openReader, openStore, type StoreReader, type StoreReport } from '#lib/tsdb'

/** A store that no server has open, in this thread. */
export interface OfflineStore extends AsyncDisposable {
  readonly reader: StoreReader
  readonly report: StoreReport
}

/** Opens the store of a folder; throws a sentence for the user where there is none, or another program has it. */
export function openOffline(folder: string): OfflineStore {
  if (!existsSync(folder))
    throw new Error(`there is no folder ${folder}: name that of the store with --storage.tsdb.path`)
  const store = openStore({
    folder,
    retentionMs: 0,
    retentionBytes: 0,
    retentionPercentage: 0,
    blockRangeMs: 2 * 3_600_000,
    maxBlockRangeMs: 2 * 3_600_000,
    maxSeries: 0,
    maxBytes: 0,
    flush: never,
    compact: never,
    erase: never,
    snapshot: never,
  })
  const reader = openReader(store.handle().value)
  return {
    reader,
    report: store.report,
    [Symbol.asyncDispose]: async () => {
      reader.close()
      await store.flushAndClose()
    },
  }
}

function never(): Promise<never> {
  return Promise.reject(new Error('bug: nothing is changed here'))
}
