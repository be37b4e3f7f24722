import { join } from 'node:path'
import { MessageChannel, type MessagePort, type Transferable } from 'node:worker_threads'
import type { Appender, SampleGroup } from '#lib/storage'
import type { BlockList } from './block-list.ts'
import type { FlushJob, FlushResult } from './flush.ts'
import { FolderLock } from './folder-lock.ts'
import type { Head } from './head.ts'
import { LogSegments } from './log-segments.ts'
import { recover } from './recover.ts'
import { HeadGroup } from './sample-group.ts'
import { header, MAX_READERS, seriesWord } from './slabs.ts'
import { StoreFailures, type StoreWork } from './store-failures.ts'
import { realFiles, type StoreFiles } from './store-files.ts'
import type { FromReader, ReaderHandle } from './store-reader.ts'
import type { StoreReport } from './store-report.ts'
import { type LogSync, WalSync } from './wal-sync.ts'
import type { Wal } from './wal.ts'

export interface StoreOptions {
  readonly folder: string
  /** Blocks that end before now minus this are deleted; 0: never. */
  readonly retentionMs: number
  /** The oldest blocks are deleted while all are larger; 0: never. */
  readonly retentionBytes: number
  /** What a block spans. */
  readonly blockRangeMs: number
  /** The most series in the head; 0: any number. */
  readonly maxSeries: number
  /** The most bytes of slabs with which a new series is made; 0: any. */
  readonly maxBytes: number
  /** How much older than the newest a sample may be that comes out of order; 0: none may. */
  readonly outOfOrderMs?: number
  /** Writes a block in a thread that reads. */
  flush(job: FlushJob): Promise<FlushResult>
  now?(): number
  /** How far the start has read the log. */
  onReplay?(doneBytes: number, totalBytes: number): void
  /** This machine's files unless given. */
  readonly files?: StoreFiles
  /** What puts the log on the disk; a thread unless given. */
  openSync?(folder: string, state: Int32Array, onError: (error: unknown) => void): LogSync
}

export interface StoreStats {
  readonly series: number
  readonly chunks: number
  readonly samplesAppended: number
  /** Refused samples and series by reason. */
  readonly refused: Readonly<Record<string, number>>
  readonly minTimeMs: number
  readonly maxTimeMs: number
  /** Bytes by what holds them: slabs of each kind, `log`, `blocks`. */
  readonly bytes: Readonly<Record<string, number>>
  readonly blocks: number
  /** Blocks and log segments that were set aside. */
  readonly corruptions: number
  /** What goes wrong now and is tried again; empty when all goes well. */
  readonly failure: string
  /** How often work failed, by what it was. */
  readonly failures: Readonly<Record<StoreWork, number>>
  /** Whether the log took the last samples. */
  readonly isWriting: boolean
}

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
  readonly #blocks: BlockList
  readonly #now: () => number
  #slots = 0
  /** Of readers whose threads have ended. */
  readonly #freeSlots: number[] = []
  #version = 0
  #flushing = false
  /** Where the head began before the flush, then where it begins after it; Infinity without one. */
  #flushFromMs = Infinity
  readonly #failures = new StoreFailures()
  #retryAtMs = 0
  #corruptions: number

  constructor(options: StoreOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    const { folder, files = realFiles } = options
    this.#lock = new FolderLock(folder, files)
    try {
      const { blocks, head, wal, state, report, corruptions } = recover(options)
      this.#blocks = blocks
      this.#head = head
      this.#wal = wal
      this.#state = state
      this.report = report
      this.#corruptions = corruptions
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
    const value = { folder: this.#options.folder, slot, port: port2, slabs, blocks: this.#blocks.names }
    return { value, transfer: [port2] }
  }

  /** A reader's thread has ended, perhaps in the middle of a read: what it saw may be used again. */
  #forget(port: MessagePort, slot: number): void {
    const { space } = this.#head
    if (!space.ports.delete(port)) return
    Atomics.store(space.words[0], header.readers + slot, 0)
    this.#freeSlots.push(slot)
  }

  /** Called about every second: gives back what no reader sees, starts a flush, rotates the log, deletes what is too old. */
  maintain(): void {
    this.#head.space.turn()
    this.#failures.try('sync', () => this.#mend())
    this.#failures.try('rotate', () => this.#segments.maintain(this.#options.blockRangeMs / 4))
    this.#failures.try('retention', () => this.#retain())
    const job = this.#due()
    if (job) void this.#flush(job)
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
      bytes: { ...Object.fromEntries(slabs), log: this.#wal.bytes, blocks: this.#blocks.bytes },
      blocks: this.#blocks.names.length,
      corruptions: this.#corruptions,
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
    await this.#sync.close()
    this.#wal.close()
    for (const port of this.#head.space.ports) port.close()
    this.#lock[Symbol.dispose]()
  }

  #mend(): void {
    if (!this.#wal.mend()) throw this.#wal.failure
  }

  #retain(): void {
    const { length } = this.#blocks.names
    try {
      this.#blocks.retain(this.#now(), this.#options)
    } finally {
      if (this.#blocks.names.length < length) this.#post()
    }
  }

  /** A reader met damage: nobody shall read the block again. */
  #setAside({ broken, why }: FromReader): void {
    if (!this.#blocks.setAside(broken, why)) return
    this.#corruptions++
    this.#post()
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
    return { startMs, endMs: startMs + range }
  }

  async #flush(job: FlushJob): Promise<void> {
    this.#flushing = true
    this.#flushFromMs = this.#head.minTimeMs
    // What comes meanwhile counts again.
    this.#head.minTimeMs = Infinity
    // From the block's read point on, nothing may be added to what it covers.
    this.#head.minValidMs = Math.max(this.#head.minValidMs, job.endMs)
    try {
      const { block, late, lateCommit, nextMs = Infinity } = await this.#options.flush(job)
      const made = block === undefined ? late : [block, ...late]
      for (const name of made) this.#blocks.add(name)
      if (made.length > 0) this.#post()
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
    this.#endFlush()
    this.#failures.try('rotate', () => this.#segments.dropBefore(endMs))
  }

  /** Tells the readers which blocks there are. */
  #post(): void {
    const version = ++this.#version
    const posted = { blocks: this.#blocks.names, version }
    for (const port of this.#head.space.ports) port.postMessage(posted)
    this.#head.space.store(header.blocks, version)
  }
}
