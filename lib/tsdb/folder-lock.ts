import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A data folder that another program has open. */
export class StoreLockedError extends Error {
  readonly code = 'store-locked'
}

/** Holds a folder until it is closed. The lock is the kernel's: it is freed by `kill -9`, and a pid means nothing. */
export class FolderLock implements Disposable {
  readonly #database: DatabaseSync

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true })
    this.#database = new DatabaseSync(join(folder, 'lock'))
    try {
      this.#database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
    } catch (error) {
      this.#database.close()
      const what = `the data folder ${folder} is in use by another program`
      throw new StoreLockedError(`${what}: stop it, or choose another folder with --storage.tsdb.path`, {
        cause: error,
      })
    }
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}
