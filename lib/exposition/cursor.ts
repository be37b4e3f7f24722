import type { Labels, StoredHistogram } from '#lib/model'
import type { FamilyType } from './family.ts'

/** What the cursor stands on. */
export type EntryKind = 'none' | 'series' | 'histogram' | 'help' | 'type' | 'unit' | 'comment'

/** An example of what a sample counted. */
export interface Exemplar {
  readonly labels: Labels
  readonly value: number
  readonly timestampMs: number | undefined
}

/** How a body is read; what is left out is off. */
export interface ParseOptions {
  /** `__type__` and `__unit__` among the labels, as the metadata has them. */
  readonly typeAndUnitLabels?: boolean
  /** `_created` lines of OpenMetrics are no series of their own. */
  readonly skipCreated?: boolean
  /** Of a histogram only its classic buckets are seen. */
  readonly ignoreNative?: boolean
  /** A histogram that is native, or becomes so, also gives its classic series. */
  readonly keepClassic?: boolean
  /** Classic histograms become native ones with custom buckets. */
  readonly convertClassic?: boolean
}

/**
 * A cursor over the entries of one body. `next()` moves to the next one and fills the fields, which are valid until the
 * next call. It returns false at the end of the body and at the first mistake, which `err` then tells.
 */
export interface EntryCursor {
  readonly kind: EntryKind
  /** Family of a line of metadata; name of a series. */
  readonly name: string
  /** Help, unit, or the text of a comment. */
  readonly text: string
  /** Type of the family. */
  readonly type: FamilyType
  readonly unit: string
  /** Of a series. */
  readonly value: number
  /** Of a histogram. */
  readonly histogram: StoredHistogram | undefined
  readonly hasTimestamp: boolean
  readonly timestampMs: number
  /** Where the mistake is and what it is, or empty. */
  readonly err: string
  /** Bytes that are the same for the same series of a target: `keyBytes[keyStart … keyEnd)`, once `makeKey` was called. */
  readonly keyBytes: Uint8Array
  readonly keyStart: number
  readonly keyEnd: number
  next(): boolean
  makeKey(): void
  /** The labels of the series, its name among them, with bounds of buckets and quantiles in one spelling. */
  labels(): Labels
  /** When what the series counts began, in milliseconds; 0 where it is not told. */
  startMs(): number
  exemplars(): readonly Exemplar[]
}
