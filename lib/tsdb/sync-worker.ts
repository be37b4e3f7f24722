import { workerData } from 'node:worker_threads'
import { LogSyncer } from './log-syncer.ts'
import { realFiles } from './store-files.ts'
import { syncWord, type SyncWorkerData } from './wal-sync.ts'

/**
 * The sync thread: puts the log's file on the disk at least once a second when something was written, and at once
 * when asked. All calls are synchronous: libuv's pool, which other calls can fill, is never needed.
 */
const IDLE_MS = 900

const { folder, state } = workerData as SyncWorkerData
const syncer = new LogSyncer(realFiles, folder, state)

for (;;) {
  const seen = Atomics.load(state, syncWord.request)
  const stop = Atomics.load(state, syncWord.stop) === 1
  syncer.step()
  if (stop) break
  Atomics.wait(state, syncWord.request, seen, IDLE_MS)
}
syncer.close()
