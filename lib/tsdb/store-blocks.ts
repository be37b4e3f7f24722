import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { newUlid } from '#lib/codec'
import { BlockList, type ErasedBlock, nameOf, ulidsOf } from './block-list.ts'
import { overlap } from './block-merge.ts'
import { isNeedless } from './block-recovery.ts'
import { blockRanges, type BlockState, planCompaction } from './block-plan.ts'
import { deleteBlock } from './block-folder.ts'
import { removeTombstonesBefore } from './block-tombstones.ts'
import type { CompactJob, CompactResult } from './compact.ts'
import { beyondRetention, diskBytes, type RetentionLimits, type RetentionReason } from './retention.ts'
import { realFiles, type StoreFiles } from './store-files.ts'
import type { Turns } from './turns.ts'

export interface StoreBlocksOptions extends RetentionLimits {
  readonly folder: string
  /** What a block of the head spans. */
  readonly blockRangeMs: number
  /** What a block that others were merged into spans at most. */
  readonly maxBlockRangeMs: number
  /** This machine's files unless given. */
  readonly files?: StoreFiles
  /** Merges blocks in a thread that reads. */
  compact(job: CompactJob): Promise<CompactResult>
}

/** What the blocks need of the store. */
export interface BlocksOwner {
  /** Swaps wait for what reads the blocks to change them. */
  readonly turns: Turns
  now(): number
  /** The readers are to be told which blocks there are. */
  changed(): void
  /** Runs when no reader is left that may not know the change. */
  later(action: () => void): void
  /** What could not be done, to be tried again. */
  failed(work: 'compaction' | 'removal', error: unknown): void
  /** It goes well again. */
  done(work: 'compaction' | 'removal'): void
}

/** What was done with blocks since the start. */
export interface BlockCounts {
  compactions: number
  /** Of blocks that covered the same times. */
  overlapping: number
  compactionFailures: number
  compactionSeconds: number
  /** Blocks that a limit took, by limit. */
  readonly deleted: Record<RetentionReason, number>
}

/** A compaction that failed is tried again after this. */
const RETRY_MS = 300_000
const DISK_KNOWN_MS = 60_000

/** The blocks as the writing thread owns them: what is merged, what is too old, what is deleted. */
export class StoreBlocks {
  readonly list: BlockList
  readonly counts: BlockCounts
  readonly #options: StoreBlocksOptions
  readonly #files: StoreFiles
  readonly #owner: BlocksOwner
  readonly #ranges: readonly number[]
  #running: Promise<void> | undefined
  #hasEnded = false
  /** Blocks that are being merged. */
  #busy: ReadonlySet<string> = new Set()
  #retryAtMs = -Infinity
  #disk = { bytes: 0, readMs: -Infinity }

  constructor(options: StoreBlocksOptions, owner: BlocksOwner) {
    this.#files = options.files ?? realFiles
    this.list = BlockList.open(join(options.folder, 'blocks'), this.#files)
    this.counts = {
      compactions: 0,
      overlapping: 0,
      compactionFailures: 0,
      compactionSeconds: 0,
      deleted: { time: 0, size: 0, percentage: 0 },
    }
    this.#options = options
    this.#owner = owner
    this.#ranges = blockRanges(options.blockRangeMs, options.maxBlockRangeMs)
  }

  /** Adds a block that was flushed. */
  add(ulid: string): void {
    this.list.add(ulid)
    this.#owner.changed()
  }

  /** Deletes blocks that are beyond a limit. Readers that may have them open read on. */
  retain(otherBytes: number): void {
    const { list } = this
    // As in Prometheus the newest block counts: one scrape with a clock that runs ahead makes nothing older.
    const newest = Math.min(this.#owner.now(), list.endMs - 1)
    const state = { blocks: list.blocks, newestMs: newest, otherBytes, diskBytes: this.#diskBytes() }
    const beyond = [...beyondRetention(this.#options, state)].filter(([ulid]) => !this.#busy.has(ulid))
    if (beyond.length === 0) return
    for (const [, reason] of beyond) this.counts.deleted[reason]++
    this.#drop(beyond.map(([ulid]) => ulid))
    this.#owner.changed()
  }

  /** Merges what is next, unless something is being merged. */
  maintain(): void {
    if (this.#running || this.#hasEnded || this.#owner.now() < this.#retryAtMs) return
    const group = planCompaction(this.list.blocks, this.#ranges)
    if (group.length > 0) void this.#start(group).catch((error: unknown) => this.#owner.failed('compaction', error))
  }

  /** Writes the blocks anew of which something was deleted. */
  async cleanTombstones(): Promise<void> {
    for (;;) {
      while (this.#running) await this.#running.catch(() => undefined) // it is told elsewhere
      const block = this.list.blocks.find(({ tombstones }) => tombstones > 0)
      if (block === undefined) return
      await this.#start([block])
    }
  }

  /** A deletion has written these tombstones. */
  erased(blocks: readonly ErasedBlock[]): void {
    for (const block of blocks) {
      this.list.setTombstones(block)
      const folder = join(this.list.folder, block.ulid)
      this.#later(() => {
        if (existsSync(folder)) removeTombstonesBefore(this.#files, folder, block.tombstones)
      })
    }
  }

  /** Waits for what is being merged; nothing is merged afterwards. */
  async close(): Promise<void> {
    this.#hasEnded = true
    await this.#running?.catch(() => undefined) // it is told elsewhere
  }

  #start(group: readonly BlockState[]): Promise<void> {
    const job = { ulid: newUlid(this.#owner.now()), blocks: group.map(nameOf) }
    this.#busy = ulidsOf(job.blocks)
    const running = this.#compact(job, overlap(group)).finally(() => {
      this.#busy = new Set()
      this.#running = undefined
    })
    this.#running = running
    return running
  }

  async #compact(job: CompactJob, isOverlap: boolean): Promise<void> {
    const began = performance.now()
    try {
      const result = await this.#options.compact(job)
      await this.#owner.turns.run(() => this.#accept(job, result, isOverlap))
    } catch (error) {
      this.counts.compactionFailures++
      this.#retryAtMs = this.#owner.now() + RETRY_MS
      // Whoever wrote it may have ended before it could tell.
      deleteBlock(this.#files, this.list.folder, job.ulid)
      throw error
    } finally {
      this.counts.compactionSeconds += (performance.now() - began) / 1000
    }
  }

  /** Puts the new block in the place of its parents; drops it where something was deleted of them meanwhile. */
  #accept(job: CompactJob, { damaged }: CompactResult, isOverlap: boolean): void {
    const { list } = this
    if (damaged !== undefined) {
      this.counts.compactionFailures++
      list.setAside(damaged.ulid, new Error(damaged.problem))
      this.#owner.failed('compaction', new Error(list.damaged.at(-1)))
      this.#owner.changed()
      return
    }
    if (!list.has(job.blocks)) {
      deleteBlock(this.#files, list.folder, job.ulid)
      return
    }
    list.add(job.ulid)
    this.#drop([...ulidsOf(job.blocks)])
    this.#dropEmpty()
    this.#owner.changed()
    this.counts.compactions++
    this.#owner.done('compaction')
    if (isOverlap) this.counts.overlapping++
  }

  /** Nothing is left of the parents. Goes after them: without it they would come back. */
  #dropEmpty(): void {
    const { blocks } = this.list
    const needless = blocks.filter((block) => isNeedless(block, blocks))
    if (needless.length > 0) this.#drop(needless.map(({ meta }) => meta.ulid))
  }

  /** The folders go when no reader is left that may yet open them. */
  #drop(ulids: readonly string[]): void {
    this.list.drop(new Set(ulids))
    const { folder } = this.list
    this.#later(() => ulids.forEach((ulid) => deleteBlock(this.#files, folder, ulid)))
  }

  /** What fails is left to the next start. */
  #later(remove: () => void): void {
    this.#owner.later(() => {
      try {
        remove()
        this.#owner.done('removal')
      } catch (error) {
        this.#owner.failed('removal', error)
      }
    })
  }

  #diskBytes(): number {
    if (!(this.#options.retentionPercentage > 0)) return 0
    const nowMs = performance.now()
    if (nowMs - this.#disk.readMs >= DISK_KNOWN_MS) this.#disk = { bytes: diskBytes(this.list.folder), readMs: nowMs }
    return this.#disk.bytes
  }
}
