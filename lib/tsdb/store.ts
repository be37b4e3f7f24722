import { join } from 'node:path'
import { MessageChannel, type MessagePort, type Transferable } from 'node:worker_threads'
import type { Appender, SampleGroup } from '#lib/storage'
import type { EraseJob } from './erase.ts'
import type { FlushJob } from './flush.ts'
import { FolderLock } from './folder-lock.ts'
import type { Head } from './head.ts'
import { logDeletions, neededDeletions } from './log-deletions.ts'
import { LogSegments } from './log-segments.ts'
import { recover } from './recover.ts'
import { HeadGroup } from './sample-group.ts'
import { header, MAX_READERS, seriesWord } from './slabs.ts'
import { snapshotName } from './snapshot.ts'
import type { StoreBlocks } from './store-blocks.ts'
import { StoreFailures } from './store-failures.ts'
import { realFiles } from './store-files.ts'
import type { BlockStatus, StoreOptions, StoreStats } from './store-options.ts'
import type { FromReader, ReaderHandle } from './store-reader.ts'
import type { StoreReport } from './store-report.ts'
import { Turns } from './turns.ts'
import { type LogSync, WalSync } from './wal-sync.ts'
import type { Wal } from './wal.ts'

/** A flush that failed is tried again after this. */
const RETRY_MS = 30_000

/** Opens a folder, puts back what its log holds, and is ready to append. Throws a sentence for the user. */
export function openStore(options: StoreOptions): Store {
  return new Store(options)
}

/** The store as its one writing thread owns it. */
export class Store {
  readonly appender: Appender
  readonly report: StoreReport
  readonly #options: StoreOptions
  readonly #lock: FolderLock
  readonly #head: Head
  readonly #wal: Wal
  readonly #state: Int32Array
  readonly #sync: LogSync
  readonly #segments: LogSegments
  readonly #blocks: StoreBlocks
  /** Of what changes or copies blocks and head at a time. */
  readonly #turns = new Turns()
  readonly #now: () => number
  #slots = 0
  /** Of readers whose threads have ended. */
  readonly #freeSlots: number[] = []
  #version = 0
  #flushing = false
  #flushes = 0
  /** Where the head began before the flush, then where it begins after it; Infinity without one. */
  #flushFromMs = Infinity
  readonly #failures = new StoreFailures()
  #retryAtMs = 0
  /** Places of the log that were damaged. */
  readonly #repairs: number

  constructor(options: StoreOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    const { folder, files = realFiles } = options
    this.#lock = new FolderLock(folder, files)
    try {
      const { blocks, head, wal, state, report, damagedPlaces } = recover(options, {
        turns: this.#turns,
        now: this.#now,
        changed: () => this.#post(),
        later: (action) => this.#head.space.later(action),
        failed: (work, error) => this.#failures.failed(work, error),
        done: (work) => this.#failures.is(work, undefined),
      })
      this.#blocks = blocks
      this.#head = head
      this.#wal = wal
      this.#state = state
      this.report = report
      this.#repairs = damagedPlaces
    } catch (error) {
      this.#lock[Symbol.dispose]()
      throw error
    }
    const openSync = options.openSync ?? ((...args) => WalSync.start(...args))
    this.#sync = openSync(join(folder, 'wal'), this.#state, (error) => this.#failures.failed('sync', error))
    this.#segments = new LogSegments(this.#head, this.#wal)
    this.appender = { openGroup: (): SampleGroup => new HeadGroup(this.#head, () => this.#wal) }
  }

  /** What one thread needs to read; each may be used once. */
  handle(): { value: ReaderHandle; transfer: Transferable[] } {
    const slot = this.#freeSlots.pop() ?? this.#slots++
    if (slot >= MAX_READERS) throw new Error(`bug: more than ${MAX_READERS} readers`)
    const { port1, port2 } = new MessageChannel()
    port1.on('message', (message: FromReader) => this.#setAside(message))
    port1.unref()
    const { space } = this.#head
    space.ports.add(port1)
    port1.once('close', () => this.#forget(port1, slot))
    const slabs = space.words.map((words, slab) => ({ slab, buffer: words.buffer as SharedArrayBuffer }))
    const { folder } = this.#options
    const { names } = this.#blocks.list
    const value = { folder, slot, port: port2, slabs, blocks: names, deletions: this.#head.deletions.posted() }
    return { value, transfer: [port2] }
  }

  /** A reader's thread has ended, perhaps in the middle of a read: what it saw may be used again. */
  #forget(port: MessagePort, slot: number): void {
    const { space } = this.#head
    if (!space.ports.delete(port)) return
    Atomics.store(space.words[0], header.readers + slot, 0)
    this.#freeSlots.push(slot)
  }

  /** Called about every second: gives back what no reader sees, starts a flush, rotates the log, merges blocks, deletes what is too old. */
  maintain(): void {
    this.#head.space.turn()
    this.#failures.try('sync', () => this.#mend())
    this.#failures.try('rotate', () => this.#segments.maintain(this.#options.blockRangeMs / 4))
    this.#failures.try('retention', () => this.#blocks.retain(this.#wal.bytes))
    this.#blocks.maintain()
    const job = this.#due()
    if (job) void this.#flush(job)
  }

  /** Oldest first. */
  blocks(): readonly BlockStatus[] {
    return this.#blocks.list.blocks
  }

  /** Deletes samples. Once it is fulfilled they are never seen again; it rejects where that cannot be promised. */
  erase(job: EraseJob): Promise<void> {
    return this.#turns.run(async () => {
      const { head, blocks } = await this.#options.erase(job)
      logDeletions(head, this.#wal)
      this.#head.erase(head)
      this.#blocks.erased(blocks)
      this.#post()
      if (!(await this.durable())) throw new Error('the log could not be synced: what was deleted may come back')
    })
  }

  /** Writes the blocks anew of which something was deleted. */
  cleanTombstones(): Promise<void> {
    return this.#blocks.cleanTombstones()
  }

  /** Copies all that there is; returns the name of the new folder below `snapshots`. */
  snapshot(skipHead: boolean): Promise<string> {
    const name = snapshotName(this.#now())
    return this.#turns.run(async () => {
      await this.#options.snapshot({ name, skipHead })
      return name
    })
  }

  stats(): StoreStats {
    const { space, index, chunks, refused, maxTimeMs } = this.#head
    const minTimeMs = Math.min(this.#head.minTimeMs, this.#flushFromMs)
    const slabs = Object.entries(space.slabsByKind).map(([kind, count]) => [kind, count * 2 ** 20] as const)
    return {
      series: index.series,
      chunks: chunks.chunks,
      samplesAppended: chunks.samples,
      refused: { ...refused },
      minTimeMs: Number.isFinite(minTimeMs) ? minTimeMs : 0,
      maxTimeMs: Number.isFinite(maxTimeMs) ? maxTimeMs : 0,
      bytes: { ...Object.fromEntries(slabs), log: this.#wal.bytes, blocks: this.#blocks.list.bytes },
      blocks: this.#blocks.list.names.length,
      flushes: this.#flushes,
      blockCounts: this.#blocks.counts,
      corruptions: this.#repairs + this.#blocks.list.damaged.length,
      damaged: [...this.#blocks.list.damaged],
      failure: this.failure,
      failures: { ...this.#failures.counts, log: this.#wal.failures },
      isWriting: this.#wal.failure === undefined,
    }
  }

  /** What goes wrong now and is tried again; empty when all goes well. */
  get failure(): string {
    this.#failures.is('log', this.#wal.failure)
    return this.#failures.text
  }

  /** Waits until all that was committed is on the disk, as the answer to a remote write does; false: answer 503. */
  async durable(): Promise<boolean> {
    return this.#wal.mend() && this.#sync.durable(this.#wal.mended)
  }

  /** Syncs the log and gives the folder free. Nothing may be appended afterwards. */
  async flushAndClose(): Promise<void> {
    await this.#blocks.close()
    // A block that is being written would appear in a folder that is another program's by then.
    await this.#turns.run(() => undefined)
    await this.#sync.close()
    this.#wal.close()
    for (const port of this.#head.space.ports) port.close()
    this.#lock[Symbol.dispose]()
  }

  #mend(): void {
    if (!this.#wal.mend()) throw this.#wal.failure
  }

  /** A reader met damage: nobody shall read the block again. */
  #setAside({ broken, why }: FromReader): void {
    if (this.#blocks.list.setAside(broken, new Error(why))) this.#post()
  }

  /** The oldest whole range, once the head spans one and a half, as Prometheus does. */
  #due(): FlushJob | undefined {
    const { minTimeMs, maxTimeMs } = this.#head
    const range = this.#options.blockRangeMs
    const nowMs = this.#now()
    if (this.#flushing || nowMs < this.#retryAtMs) return undefined
    // A time in the future must not push the present out of the head.
    if (!(Math.min(maxTimeMs, nowMs) - minTimeMs > 1.5 * range)) return undefined
    const startMs = Math.floor(minTimeMs / range) * range
    // Where the range was another one before, a block may reach into this.
    return { startMs: Math.max(startMs, this.#blocks.list.endMs), endMs: startMs + range }
  }

  async #flush(job: FlushJob): Promise<void> {
    this.#flushing = true
    this.#flushFromMs = this.#head.minTimeMs
    // What comes meanwhile counts again.
    this.#head.minTimeMs = Infinity
    // From the block's read point on, nothing may be added to what it covers.
    this.#head.minValidMs = Math.max(this.#head.minValidMs, job.endMs)
    try {
      const { block, late, lateCommit, nextMs = Infinity } = await this.#turns.run(() => this.#options.flush(job))
      this.#flushes++
      for (const name of block === undefined ? late : [block, ...late]) this.#blocks.add(name)
      this.#flushFromMs = nextMs
      this.#head.space.later(() => {
        this.#head.late.drop(lateCommit)
        this.#truncate(job.endMs)
      })
      this.#failures.is('block', undefined)
    } catch (error) {
      this.#failures.failed('block', error)
      this.#retryAtMs = this.#now() + RETRY_MS
      this.#endFlush()
    }
  }

  #endFlush(): void {
    this.#head.minTimeMs = Math.min(this.#head.minTimeMs, this.#flushFromMs)
    this.#flushFromMs = Infinity
    this.#flushing = false
  }

  /** The block is there, and no reader is left that does not know it. */
  #truncate(endMs: number): void {
    const head = this.#head
    for (let id = 1; id < head.nextId; id++) {
      const record = head.index.record(id)
      if (record === 0) continue
      if (head.space.getFloat(record + seriesWord.lastTime) < endMs) head.chunks.seal(record)
      head.chunks.truncate(record, endMs)
    }
    if (head.deletions.prune(neededDeletions(head))) this.#post()
    this.#endFlush()
    this.#failures.try('rotate', () => this.#segments.dropBefore(endMs))
  }

  /** Tells the readers which blocks there are. */
  #post(): void {
    const version = ++this.#version
    const posted = { blocks: this.#blocks.list.names, deletions: this.#head.deletions.posted(), version }
    for (const port of this.#head.space.ports) port.postMessage(posted)
    this.#head.space.store(header.blocks, version)
  }
}
