import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type BlockMeta, parseMeta } from './block-meta.ts'
import { BlockReader } from './block-reader.ts'

/** The blocks of a folder, oldest first. */
export class BlockList {
  /** Blocks that were set aside because they cannot be read, a sentence each. */
  readonly damaged: readonly string[]
  readonly #folder: string
  #metas: BlockMeta[]

  private constructor(folder: string, metas: BlockMeta[], damaged: readonly string[]) {
    this.#folder = folder
    this.#metas = metas
    this.damaged = damaged
  }

  /** Removes what a killed writer left, and sets aside what cannot be read. */
  static open(folder: string): BlockList {
    const metas: BlockMeta[] = []
    const damaged: string[] = []
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      if (name.endsWith('.tmp')) rmSync(join(folder, name), { recursive: true })
      else readBlock(folder, name, metas, damaged)
    }
    return new BlockList(folder, metas.sort(byTime), damaged)
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

  /** Deletes blocks that are too old or too many; true when some went. Readers that have them open read on. */
  retain(oldestMs: number, { retentionMs, retentionBytes }: { retentionMs: number; retentionBytes: number }): boolean {
    let bytes = this.bytes
    const gone = this.#metas.filter((meta) => {
      const isOld = retentionMs > 0 && meta.maxTimeMs < oldestMs
      const isTooMuch = retentionBytes > 0 && bytes > retentionBytes
      if (isOld || isTooMuch) bytes -= meta.bytes
      return isOld || isTooMuch
    })
    if (gone.length === 0) return false
    this.#metas = this.#metas.filter((meta) => !gone.includes(meta))
    for (const meta of gone) rmSync(join(this.#folder, meta.ulid), { recursive: true })
    return true
  }
}

function readBlock(folder: string, name: string, metas: BlockMeta[], damaged: string[]): void {
  try {
    using reader = BlockReader.open(join(folder, name))
    metas.push(reader.meta)
  } catch (error) {
    const aside = join(dirname(folder), 'damaged')
    mkdirSync(aside, { recursive: true })
    renameSync(join(folder, name), join(aside, `${name}-${Date.now()}`))
    damaged.push(`block ${name} cannot be read and was moved to ${aside}: ${(error as Error).message}`)
  }
}

function byTime(a: BlockMeta, b: BlockMeta): number {
  return a.minTimeMs - b.minTimeMs
}
