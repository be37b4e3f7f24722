import type { BlockMeta } from './block-meta.ts'
import type { CompactJob, CompactResult } from './compact.ts'
import type { EraseJob, EraseResult } from './erase.ts'
import type { FlushJob, FlushResult } from './flush.ts'
import type { SnapshotJob } from './snapshot.ts'
import type { BlockCounts } from './store-blocks.ts'
import type { StoreWork } from './store-failures.ts'
import type { StoreFiles } from './store-files.ts'
import type { LogSync } from './wal-sync.ts'

/** How a store is opened. */
export interface StoreOptions {
  readonly folder: string
  /** Blocks that end this long before the newest block ends are deleted; 0: never. */
  readonly retentionMs: number
  /** The oldest blocks are deleted while log and blocks are larger; 0: never. */
  readonly retentionBytes: number
  /** The same as a share of the disk in percent, which counts in place of bytes; 0: never. */
  readonly retentionPercentage: number
  /** What a block of the head spans. */
  readonly blockRangeMs: number
  /** What a block that others were merged into spans at most. */
  readonly maxBlockRangeMs: number
  /** The most series in the head; 0: any number. */
  readonly maxSeries: number
  /** The most bytes of slabs with which a new series is made; 0: any. */
  readonly maxBytes: number
  /** How much older than the newest a sample may be that comes out of order; 0: none may. */
  readonly outOfOrderMs?: number
  /** Work that runs in a thread that reads: writes a block of the head; merges blocks; deletes; copies all. */
  flush(job: FlushJob): Promise<FlushResult>
  compact(job: CompactJob): Promise<CompactResult>
  erase(job: EraseJob): Promise<EraseResult>
  snapshot(job: SnapshotJob): Promise<void>
  now?(): number
  /** How far the start has read the log. */
  onReplay?(doneBytes: number, totalBytes: number): void
  /** This machine's files unless given. */
  readonly files?: StoreFiles
  /** What puts the log on the disk; a thread unless given. */
  openSync?(folder: string, state: Int32Array, onError: (error: unknown) => void): LogSync
}

/** What is told of a block. */
export interface BlockStatus {
  readonly meta: BlockMeta
  /** Series of which something was deleted. */
  readonly deletedSeries: number
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
  /** Blocks of the head that were written. */
  readonly flushes: number
  readonly blockCounts: BlockCounts
  /** Blocks and log segments that were set aside. */
  readonly corruptions: number
  /** Blocks that cannot be read and what became of them, a sentence each. */
  readonly damaged: readonly string[]
  /** What goes wrong now and is tried again; empty when all goes well. */
  readonly failure: string
  /** How often work failed, by what it was. */
  readonly failures: Readonly<Record<StoreWork, number>>
  /** Whether the log took the last samples. */
  readonly isWriting: boolean
}
