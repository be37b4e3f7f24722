import { join } from 'node:path'
import type { StoreFiles } from './store-files.ts'
import { segmentName } from './wal-format.ts'
import { syncWord } from './wal-sync.ts'

/** Puts the log's segments on the disk, in their order, and says in the shared array how far that is. */
export class LogSyncer {
  readonly #files: StoreFiles
  readonly #folder: string
  readonly #state: Int32Array
  #segment: number
  #fd: number

  constructor(files: StoreFiles, folder: string, state: Int32Array) {
    this.#files = files
    this.#folder = folder
    this.#state = state
    this.#segment = 0
    this.#fd = -1
  }

  /** Syncs what was written up to now, where that is not done yet. */
  step(): void {
    const target = Atomics.load(this.#state, syncWord.written)
    if (target === Atomics.load(this.#state, syncWord.synced)) return
    // Record number `target` lies in the segment read here, or in one before it.
    const last = Atomics.load(this.#state, syncWord.segment)
    if (this.#segment === 0) this.#segment = Atomics.load(this.#state, syncWord.first)
    this.#syncSegment()
    while (this.#segment < last) {
      this.close()
      this.#segment++
      this.#syncSegment()
    }
    Atomics.store(this.#state, syncWord.synced, target)
    Atomics.notify(this.#state, syncWord.synced)
  }

  close(): void {
    if (this.#fd >= 0) this.#files.close(this.#fd)
    this.#fd = -1
  }

  /** Who waits learns of a failure from the count of errors, which changes before `synced` does. */
  #syncSegment(): void {
    if (this.#segment === Atomics.load(this.#state, syncWord.failedSegment)) return
    try {
      if (this.#fd < 0) this.#fd = this.#files.openToSync(join(this.#folder, segmentName(this.#segment)))
      Atomics.add(this.#state, syncWord.syncs, 1)
      this.#files.sync(this.#fd)
    } catch (error) {
      // A segment that is no longer there was dropped: what it held lies in blocks.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      Atomics.store(this.#state, syncWord.failedSegment, this.#segment)
      Atomics.compareExchange(this.#state, syncWord.unsynced, 0, this.#segment)
      Atomics.add(this.#state, syncWord.errors, 1)
    }
  }
}
