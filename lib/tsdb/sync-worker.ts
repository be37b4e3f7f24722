import { closeSync, fdatasyncSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { workerData } from 'node:worker_threads'
import { segmentName } from './wal-format.ts'
import { syncWord, type SyncWorkerData } from './wal-sync.ts'

/**
 * The sync thread: puts the log's file on the disk at least once a second when something was written, and at once
 * when asked. All calls are synchronous: libuv's pool, which other calls can fill, is never needed.
 */
const IDLE_MS = 900

const { folder, state } = workerData as SyncWorkerData
let segment = 0
let fd = -1

run()

function run(): void {
  for (;;) {
    const seen = Atomics.load(state, syncWord.request)
    const stop = Atomics.load(state, syncWord.stop) === 1
    const target = Atomics.load(state, syncWord.written)
    if (target !== Atomics.load(state, syncWord.synced)) syncTo(target)
    if (stop) break
    Atomics.wait(state, syncWord.request, seen, IDLE_MS)
  }
  closeFile()
}

/** Record number `target` lies in the segment read here, or in one before it. */
function syncTo(target: number): void {
  const last = Atomics.load(state, syncWord.segment)
  if (segment === 0) segment = last
  syncSegment()
  while (segment < last) {
    closeFile()
    segment++
    syncSegment()
  }
  Atomics.store(state, syncWord.synced, target)
  Atomics.notify(state, syncWord.synced)
}

/** Who waits learns of a failure from the count of errors, which changes before `synced` does. */
function syncSegment(): void {
  if (segment === Atomics.load(state, syncWord.failedSegment)) return
  try {
    if (fd < 0) fd = openSync(join(folder, segmentName(segment)), 'r')
    Atomics.add(state, syncWord.syncs, 1)
    fdatasyncSync(fd)
  } catch (error) {
    // A segment that is no longer there was dropped: what it held lies in blocks.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    Atomics.store(state, syncWord.failedSegment, segment)
    Atomics.add(state, syncWord.errors, 1)
  }
}

function closeFile(): void {
  if (fd >= 0) closeSync(fd)
  fd = -1
}
