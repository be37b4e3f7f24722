import { LogSyncer } from '../log-syncer.ts'
import type { StoreFiles } from '../store-files.ts'
import { type LogSync, syncWord } from '../wal-sync.ts'

/** Syncs the log when it is told to, in the calling thread: a test knows what is on the disk. */
export class InlineSync implements LogSync {
  readonly #syncer: LogSyncer
  readonly #state: Int32Array

  constructor(files: StoreFiles, folder: string, state: Int32Array) {
    this.#syncer = new LogSyncer(files, folder, state)
    this.#state = state
  }

  async durable(errors: number): Promise<boolean> {
    this.#syncer.step()
    return Atomics.load(this.#state, syncWord.errors) === errors
  }

  async close(): Promise<void> {
    this.#syncer.step()
    this.#syncer.close()
  }
}
