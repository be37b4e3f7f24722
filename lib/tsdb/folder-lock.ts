import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ensureFolder, type StoreFiles } from './store-files.ts'

/** A data folder that another program has open. */
export class StoreLockedError extends Error {
  readonly code = 'store-locked'
}

/** SQLite's codes: another program holds the lock; the file is none of its own. */
const BUSY = 5
const NOT_A_DATABASE = 26

/**
 * Holds a folder until it is closed. The lock is the kernel's: it is freed by `kill -9`, and a pid means nothing. What the file
 * holds means nothing either; it stays empty.
 */
export class FolderLock implements Disposable {
  readonly #database: DatabaseSync

  constructor(folder: string, files: StoreFiles) {
    ensureFolder(files, folder)
    syncAbove(files, folder)
    const path = join(folder, 'lock')
    this.#database = take(folder, path) ?? takeEmptied(folder, path, files)
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

/** Whoever made the folder may not have synced its name. */
function syncAbove(files: StoreFiles, folder: string): void {
  try {
    files.syncFolder(dirname(folder))
  } catch (error) {
    // One that may not be read has been there for longer: a folder is made with more rights than that takes.
    if (!['EACCES', 'EPERM', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** Takes the lock; nothing where the file is damaged, which is only seen while nobody holds it. */
function take(folder: string, path: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path)
    // Its journal in memory: a start on a full disk takes the lock, too.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database?.close()
    const code = (error as { errcode?: number }).errcode
    if (code === NOT_A_DATABASE) return undefined
    if (code !== BUSY) throw new Error(`lock ${path}: ${(error as Error).message}`, { cause: error })
    const what = `the data folder ${folder} is in use by another program`
    throw new StoreLockedError(`${what}: stop it, or choose another folder with --storage.tsdb.path`, { cause: error })
  }
}

/** Emptied, never replaced: two programs that do so at once still lock the same file. */
function takeEmptied(folder: string, path: string, files: StoreFiles): DatabaseSync {
  files.truncate(path, 0)
  return take(folder, path) ?? lockFailed(path)
}

function lockFailed(path: string): never {
  throw new Error(`lock ${path}: the file does not stay empty`)
}
