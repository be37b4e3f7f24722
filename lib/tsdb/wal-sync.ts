import type { Worker } from 'node:worker_threads'
import { openWorker } from '#lib/run'

/** Words of the array that the store thread and the sync thread share. Counters wrap at 2^32. */
export const syncWord = {
  /** Records written so far (store thread). */
  written: 0,
  /** Records known to be on the disk (sync thread). */
  synced: 1,
  /** The segment that is written to (store thread); set before its first record is counted. */
  segment: 2,
  /** Bumped to ask for a sync now; what the sync thread sleeps on. */
  request: 3,
  /** The last segment whose fdatasync failed; never written again. */
  failedSegment: 4,
  /** Failed syncs so far. */
  errors: 5,
  /** 1: sync a last time and end. */
  stop: 6,
  /** Calls of fdatasync so far (sync thread). */
  syncs: 7,
  /** The first segment that was made (store thread). */
  first: 8,
  /** The first segment whose fdatasync failed and that was not written again yet; 0: none. */
  unsynced: 9,
} as const

/** What the sync thread is started with. */
export interface SyncWorkerData {
  folder: string
  state: Int32Array
}

/** An array for `Wal.open` and `WalSync.start`. */
export function newSyncState(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(10 * Int32Array.BYTES_PER_ELEMENT))
}

/** Puts the log on the disk, as seen from the store thread. */
export interface LogSync {
  /** Waits until all that is written now is on the disk; false when a sync failed since there were so many errors, or it took too long. */
  durable(errors: number): Promise<boolean>
  close(): Promise<void>
}

/** The sync thread as seen from the store thread. */
export class WalSync implements LogSync {
  readonly state: Int32Array
  readonly #worker: Worker
  readonly #ended: Promise<void>

  private constructor(state: Int32Array, worker: Worker) {
    this.state = state
    this.#worker = worker
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        resolve()
      })
    })
  }

  /** Starts the thread; a crash of it goes to `onError`, after which nothing more becomes durable. */
  static start(folder: string, state: Int32Array, onError: (error: unknown) => void): WalSync {
    const workerData: SyncWorkerData = { folder, state }
    const worker = openWorker('sync-worker', { workerData })
    worker.on('error', onError)
    return new WalSync(state, worker)
  }

  /** Taken before an append whose fate `durable` is to tell. */
  mark(): number {
    return Atomics.load(this.state, syncWord.errors)
  }

  /** Waits until all that is written now is on the disk; false when a sync failed since the mark or it took longer than the timeout: answer 503. */
  async durable(errors: number, timeoutMs = 10_000): Promise<boolean> {
    const { state } = this
    const target = Atomics.load(state, syncWord.written)
    const deadline = performance.now() + timeoutMs
    this.request()
    for (;;) {
      const synced = Atomics.load(state, syncWord.synced)
      if (Atomics.load(state, syncWord.errors) !== errors) return false
      if (((synced - target) | 0) >= 0) return true
      const left = deadline - performance.now()
      if (left <= 0) return false
      const waiting = Atomics.waitAsync(state, syncWord.synced, synced, left)
      if (waiting.async) await waiting.value
    }
  }

  /** Asks for a sync now. */
  request(): void {
    Atomics.add(this.state, syncWord.request, 1)
    Atomics.notify(this.state, syncWord.request)
  }

  /** Syncs a last time and ends the thread; one that hangs in the kernel is left behind after `timeoutMs`. */
  async close(timeoutMs = 2000): Promise<void> {
    Atomics.store(this.state, syncWord.stop, 1)
    this.request()
    const timeout = AbortSignal.timeout(timeoutMs)
    await Promise.race([
      this.#ended,
      new Promise<void>((resolve) => {
        timeout.addEventListener('abort', () => {
          resolve()
        })
      }),
    ])
    this.#worker.unref()
  }
}
