import type { Labels, StoredHistogram } from '#lib/model'

/**
 * Writes samples. A writer (one scrape target, one remote sender, one rule group) opens a SampleGroup and keeps
 * it: the samples of one commit share a timestamp, and the store keeps that timestamp once.
 */
export interface Appender {
  openGroup(name: string): SampleGroup
}

/** Id of a series within the store: a whole number above 0. Labels become ids at this border. */
export type SeriesRef = number

/**
 * The samples of one writer, commit after commit. Between `begin` and `commit` nothing is visible; after
 * `commit` returned true all of it is, at once: its log record was handed to the kernel before.
 * No method throws for what a sample holds: it returns false (or 0) and sets `refusal`.
 */
export interface SampleGroup {
  /** The id of the series with these labels, made if it is new; 0 when refused (see `refusal`). Valid inside begin … commit and, while `add` accepts it, after. */
  series(labels: Labels): SeriesRef
  /** Starts a commit whose samples have this time (whole milliseconds) unless they bring their own. */
  begin(timeMs: number): void
  /** A float at the commit's time. For a stale marker use addStale: passing its NaN would lose the bits. False when refused: see `refusal`. */
  add(ref: SeriesRef, value: number): boolean
  /** A stale marker at the commit's time. */
  addStale(ref: SeriesRef): boolean
  /** A float at a time of its own. */
  addAt(ref: SeriesRef, timeMs: number, value: number): boolean
  /** A native histogram at the commit's time; it is encoded at once and may be used again. */
  addHistogram(ref: SeriesRef, histogram: StoredHistogram): boolean
  /** A native histogram at a time of its own. */
  addHistogramAt(ref: SeriesRef, timeMs: number, histogram: StoredHistogram): boolean
  /** Type, help and unit of a metric family; empty strings leave what is known. */
  metadata(family: string, type: string, help: string, unit: string): void
  /** Writes the log record and publishes all samples since `begin`. False when the log refused (disk full, I/O error): nothing of it is visible. */
  commit(): boolean
  /** Forgets all since `begin`. */
  rollback(): void
  /** The writer is gone; its series stay until retention drops them. */
  close(): void
  /** Why the last call was refused. */
  readonly refusal: Refusal
}

/** Why a sample or series was not taken. Each is counted under this name. */
export type Refusal =
  | 'none'
  | 'unknown-series' // the id is no longer known: ask series() again
  | 'out-of-order'
  | 'duplicate' // another value at a time that has one
  | 'too-old'
  | 'too-far-ahead' // of the clock, by more than ten minutes
  | 'series-limit'
  | 'invalid-labels'
  | 'invalid-histogram' // its parts contradict each other
  | 'too-many-buckets'
  | 'log-failed'
