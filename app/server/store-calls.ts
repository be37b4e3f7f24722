import type { Moved } from '#lib/run'
import type { TargetsChange, TargetStatus } from '#lib/scrape'
import type { TelemetryFamily } from '#lib/telemetry'
import type {
  BlockStatus,
  CompactJob,
  CompactResult,
  EraseJob,
  EraseResult,
  FlushJob,
  FlushResult,
  ReaderHandle,
  SnapshotJob,
  StoreReport,
  StoreStats,
} from '#lib/tsdb'

/** How the store thread is started. */
export interface StoreThreadData {
  readonly folder: string
  readonly retentionMs: number
  readonly retentionBytes: number
  readonly retentionPercentage: number
  readonly blockRangeMs: number
  readonly maxBlockRangeMs: number
  readonly maxSeries: number
  readonly maxBytes: number
  readonly outOfOrderMs: number
  readonly readers: number
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly format: 'auto' | 'json' | 'text' }
}

/** The calls that the store thread answers. */
export interface StoreThread {
  [name: string]: (...args: never[]) => unknown
  /** Opens the folder and recovers; fails with a sentence for the user. */
  open(): Promise<StoreReport>
  /** What one query thread needs to read; each may be taken once. */
  reader(): Moved<ReaderHandle>
  /** Targets that come and go; all others go on. */
  apply(change: TargetsChange): void
  targets(): readonly TargetStatus[]
  stats(): StoreStats
  blocks(): readonly BlockStatus[]
  /** Deletes samples; fulfilled once they can never be seen again. */
  erase(job: EraseJob): Promise<void>
  cleanTombstones(): Promise<void>
  /** Returns the name of the new folder below `snapshots`. */
  snapshot(skipHead: boolean): Promise<string>
  telemetry(): readonly TelemetryFamily[]
  /** Stops scraping, flushes, and closes. */
  stop(): Promise<void>
}

/** The calls that the store thread makes to the main one. */
export interface StoreThreadOwner {
  [name: string]: (...args: never[]) => unknown
  /** The body of a local target, in Prometheus' text format. */
  localBody(name: string): Promise<Moved<{ body: Uint8Array<ArrayBuffer>; contentType: string }>>
  /** How far the start has read the log. */
  replayed(doneBytes: number, totalBytes: number): void
  /** Work on blocks, done in a query thread. */
  flush(job: FlushJob): Promise<FlushResult>
  compact(job: CompactJob): Promise<CompactResult>
  eraseSeries(job: EraseJob): Promise<EraseResult>
  takeSnapshot(job: SnapshotJob): Promise<void>
}
