import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endOfHead, parseMeta } from './block-meta.ts'
import { type BlockState, compareBlocks } from './block-plan.ts'
import { leaveOut, recoverBlocks } from './block-recovery.ts'
import { parseVersion, versionName } from './block-tombstones.ts'
import type { StoreFiles } from './store-files.ts'

/** The blocks of a folder, oldest first. */
export class BlockList {
  /** Blocks that cannot be read and what became of them, a sentence each. */
  readonly damaged: string[]
  /** What was found beside blocks and left alone, a sentence each. */
  readonly foreign: readonly string[]
  readonly folder: string
  readonly #files: StoreFiles
  #blocks: readonly BlockState[]

  private constructor(folder: string, files: StoreFiles) {
    const { blocks, damaged, foreign } = recoverBlocks(folder, files)
    this.folder = folder
    this.damaged = [...damaged]
    this.foreign = foreign
    this.#files = files
    this.#blocks = blocks.toSorted(compareBlocks)
  }

  /** Removes what a killed writer left, and sets aside what cannot be read. Throws for a block of a later program, before anything is changed. */
  static open(folder: string, files: StoreFiles): BlockList {
    return new BlockList(folder, files)
  }

  get blocks(): readonly BlockState[] {
    return this.#blocks
  }

  /** As readers are told of them. */
  get names(): string[] {
    return this.#blocks.map(nameOf)
  }

  get bytes(): number {
    return this.#blocks.reduce((sum, { meta }) => sum + meta.bytes, 0)
  }

  /** Times before this are in blocks. */
  get endMs(): number {
    return this.#blocks.reduce((end, { meta }) => Math.max(end, endOfHead(meta)), -Infinity)
  }

  /** Adds a block that was written. */
  add(ulid: string): void {
    const meta = parseMeta(readFileSync(join(this.folder, ulid, 'meta.json'), 'utf8'))
    this.#blocks = [...this.#blocks, { meta, tombstones: 0, deletedSeries: 0 }].sort(compareBlocks)
  }

  /** Whether all of these are there with the same tombstones. */
  has(names: readonly string[]): boolean {
    const known = new Set(this.names)
    return names.every((name) => known.has(name))
  }

  /** Takes blocks out of the list; the folders stay. */
  drop(ulids: ReadonlySet<string>): void {
    this.#blocks = this.#blocks.filter(({ meta }) => !ulids.has(meta.ulid))
  }

  /** A block has new tombstones; it may have gone meanwhile. */
  setTombstones({ ulid, tombstones, deletedSeries }: ErasedBlock): void {
    this.#blocks = this.#blocks.map((block) =>
      block.meta.ulid === ulid ? { ...block, tombstones, deletedSeries } : block,
    )
  }

  /** Takes a block out of use that cannot be read; false where it is not in use. */
  setAside(ulid: string, error: Error): boolean {
    if (!this.#blocks.some(({ meta }) => meta.ulid === ulid)) return false
    this.drop(new Set([ulid]))
    this.damaged.push(leaveOut(this.#files, this.folder, ulid, error))
    return true
  }
}

/** What a deletion made of a block. */
export interface ErasedBlock {
  readonly ulid: string
  readonly tombstones: number
  readonly deletedSeries: number
}

/** The name of a block with its tombstones. */
export function nameOf({ meta, tombstones }: BlockState): string {
  return versionName({ ulid: meta.ulid, tombstones })
}

/** The names of the blocks alone. */
export function ulidsOf(names: readonly string[]): Set<string> {
  return new Set(names.map((name) => parseVersion(name).ulid))
}
