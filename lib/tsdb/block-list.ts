import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseMeta } from './block-meta.ts'
import { type BlockState, compareBlocks } from './block-plan.ts'
import { recoverBlocks, setBlockAside } from './block-recovery.ts'
import { parseVersion, versionName } from './block-tombstones.ts'

/** The blocks of a folder, oldest first. */
export class BlockList {
  /** Blocks that were set aside because they cannot be read, a sentence each. */
  readonly damaged: string[]
  readonly folder: string
  #blocks: readonly BlockState[]

  private constructor(folder: string, blocks: readonly BlockState[], damaged: readonly string[]) {
    this.folder = folder
    this.damaged = [...damaged]
    this.#blocks = blocks.toSorted(compareBlocks)
  }

  /** Removes what a killed writer left, and sets aside what cannot be read. */
  static open(folder: string): BlockList {
    const { blocks, damaged } = recoverBlocks(folder)
    return new BlockList(folder, blocks, damaged)
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
    return this.#blocks.reduce((end, { meta }) => Math.max(end, meta.maxTimeMs + 1), -Infinity)
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

  /** Moves a block that cannot be read out of the way. */
  setAside(ulid: string, problem: string): void {
    this.drop(new Set([ulid]))
    this.damaged.push(setBlockAside(this.folder, ulid, problem))
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
