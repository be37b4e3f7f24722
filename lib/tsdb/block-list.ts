import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BlockError } from './block-error.ts'
import { deleteBlock, isBlockName, isLeftover, setAside } from './block-folder.ts'
import { type BlockMeta, BlockVersionError, parseMeta } from './block-meta.ts'
import { BlockReader } from './block-reader.ts'
import { removeTree, type StoreFiles } from './store-files.ts'

/** The blocks of a folder, oldest first. */
export class BlockList {
  /** Blocks that cannot be read and what became of them, a sentence each. */
  readonly damaged: string[]
  /** What was found beside blocks and left alone, a sentence each. */
  readonly foreign: string[]
  readonly #folder: string
  readonly #files: StoreFiles
  #metas: BlockMeta[]

  private constructor(folder: string, files: StoreFiles) {
    this.#folder = folder
    this.#files = files
    this.#metas = []
    this.damaged = []
    this.foreign = []
  }

  /** Removes what a killed writer left, and sets aside what cannot be read. Throws for a block of a later program, before anything is changed. */
  static open(folder: string, files: StoreFiles): BlockList {
    const list = new BlockList(folder, files)
    const names = existsSync(folder) ? readdirSync(folder).sort() : []
    const unreadable = new Map<string, unknown>()
    for (const name of names) {
      if (isBlockName(name)) list.#read(name, unreadable)
      else if (!isLeftover(name)) list.foreign.push(`${join(folder, name)} is no block and was left alone`)
    }
    for (const [name, error] of unreadable) list.#leaveOut(name, error)
    for (const name of names.filter(isLeftover)) list.#clear(name)
    list.#metas.sort(byTime)
    return list
  }

  get names(): string[] {
    return this.#metas.map((meta) => meta.ulid)
  }

  get bytes(): number {
    return this.#metas.reduce((sum, meta) => sum + meta.bytes, 0)
  }

  /** Times before this are in blocks. */
  get endMs(): number {
    return this.#metas.reduce((end, meta) => Math.max(end, meta.headEndMs ?? meta.maxTimeMs + 1), -Infinity)
  }

  add(name: string): void {
    this.#metas.push(parseMeta(readFileSync(join(this.#folder, name, 'meta.json'), 'utf8')))
    this.#metas.sort(byTime)
  }

  /** Takes a block out of use that a reader found damaged; false where it is not in use. */
  setAside(name: string, why: string): boolean {
    if (!this.names.includes(name)) return false
    this.#metas = this.#metas.filter((meta) => meta.ulid !== name)
    this.#leaveOut(name, new Error(why))
    return true
  }

  /** Deletes blocks that are too old or too many; readers that have them open read on. Throws where one cannot be deleted. */
  retain(nowMs: number, { retentionMs, retentionBytes }: { retentionMs: number; retentionBytes: number }): void {
    // A clock that runs ahead of what is stored makes nothing older.
    const oldestMs = Math.min(nowMs, this.endMs) - retentionMs
    let bytes = this.bytes
    const gone = this.#metas.filter((meta) => {
      const isOld = retentionMs > 0 && meta.maxTimeMs < oldestMs
      const isTooMuch = retentionBytes > 0 && bytes > retentionBytes
      if (isOld || isTooMuch) bytes -= meta.bytes
      return isOld || isTooMuch
    })
    for (const meta of gone) {
      deleteBlock(this.#files, this.#folder, meta.ulid)
      this.#metas = this.#metas.filter((other) => other !== meta)
    }
  }

  #read(name: string, unreadable: Map<string, unknown>): void {
    try {
      using reader = BlockReader.open(join(this.#folder, name))
      if (reader.meta.ulid !== name) throw new Error(`meta.json is that of block ${reader.meta.ulid}`)
      this.#metas.push(reader.meta)
    } catch (error) {
      if (error instanceof BlockVersionError) throw error
      unreadable.set(name, error)
    }
  }

  /** Bytes that do not hold go where nothing reads them; what the machine cannot read now may be whole, and stays. */
  #leaveOut(name: string, error: unknown): void {
    const why = (error as Error).message
    if (error instanceof BlockError && !error.isDamage) {
      this.damaged.push(`block ${name} cannot be read now and is left out: ${why}`)
      return
    }
    try {
      const to = setAside(this.#files, this.#folder, name, join(dirname(this.#folder), 'damaged'))
      this.damaged.push(`block ${name} cannot be read and was moved to ${to}: ${why}`)
    } catch (problem) {
      const unmoved = (problem as Error).message
      this.damaged.push(`block ${name} cannot be read (${why}) and could not be moved away: ${unmoved}`)
    }
  }

  #clear(name: string): void {
    try {
      removeTree(this.#files, join(this.#folder, name))
    } catch (error) {
      this.foreign.push(`${join(this.#folder, name)} could not be removed: ${(error as Error).message}`)
    }
  }
}

function byTime(a: BlockMeta, b: BlockMeta): number {
  return a.minTimeMs - b.minTimeMs
}
