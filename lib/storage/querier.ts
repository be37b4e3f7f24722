import type { FloatHistogram, Labels, Matcher } from '#lib/model'
import type { Scope } from './scope.ts'

/**
 * Reads samples. One Querier serves one query: it holds the query's read point (each scrape, write
 * request and rule result is seen whole or not at all) until it is closed.
 *
 * `select` is asynchronous from batch to batch and synchronous inside one: a batch holds some hundred
 * series as columns, with head and blocks already merged and in order of time.
 */
export interface Querier extends Disposable {
  /** The batches of the series that match. Labels are ids of `labels`. */
  select(scope: Scope, request: SelectRequest): AsyncIterable<SeriesBatch>
  /**
   * Answers a selector or a function of one with columns, where the querier has a better way than to give the samples; else
   * nothing, and it is asked for those. Series that columns cannot hold, those with histograms, it gives as samples.
   */
  claim?(scope: Scope, claim: Claim): AsyncIterable<ColumnBatch | SeriesBatch> | undefined
  /** The label sets of the series that match any of the lists of matchers and have a sample in the range. */
  series(scope: Scope, request: SeriesRequest): Promise<Labels[]>
  /** Names of the labels of those series (all series where there is no list), in UTF-8 order. */
  labelNames(scope: Scope, request: SeriesRequest): Promise<string[]>
  /** Values of one label, in UTF-8 order. */
  labelValues(scope: Scope, name: string, request: SeriesRequest): Promise<string[]>
  /** The label sets that this query has met; an id stays valid until the querier is closed. */
  readonly labels: LabelTable
}

export interface LabelTable {
  get(id: number): Labels
}

/** Samples with startMs <= t <= endMs of the series that all matchers select. */
export interface SelectRequest {
  readonly matchers: readonly Matcher[]
  readonly startMs: number
  readonly endMs: number
  /** Stops the select: checked at each batch. */
  readonly cancellation?: Cancellation
}

/** A value for each step of each series that is selected, made of the samples within (end - rangeMs, end], end = firstEndMs + step × stepMs. */
export interface Claim {
  readonly select: SelectRequest
  /** The name of a function of PromQL over a range that needs no other argument; `newest` for the newest sample, unless that is a stale marker. */
  readonly func: string
  readonly firstEndMs: number
  readonly stepMs: number
  readonly steps: number
  readonly rangeMs: number
}

/** Series as columns of a value a step, in the order in which `select` gives them; those without any value are left out. */
export interface ColumnBatch {
  readonly count: number
  /** Ids of the querier's LabelTable, one a series. */
  readonly labels: Uint32Array
  /** Series i has `steps` values from i × steps on, and as many marks: 1 where there is a value. The receiver may keep them. */
  readonly values: Float64Array
  readonly present: Uint8Array
  /** Ids of series that are not answered, as they hold histograms: who made the columns gives their samples. */
  readonly left: Uint32Array
  /** What was read for those that are. */
  readonly seriesRead: number
  readonly samplesRead: number
}

export interface SeriesRequest {
  readonly matcherSets: readonly (readonly Matcher[])[]
  readonly startMs: number
  readonly endMs: number
  /** The most results; 0 or absent: all. */
  readonly limit?: number
  readonly cancellation?: Cancellation
}

/** A flag that another thread may raise. */
export interface Cancellation {
  /** The reason once the work shall stop, else undefined. */
  reason(): string | undefined
}

/**
 * Some hundred series as columns. Series i has the values `offsets[i] … offsets[i + 1] - 1`, and their times from
 * `timeOffsets[i]` on: series of one target share them. The arrays may be longer than what they hold. They belong to the
 * reader of the batch, may be used again by it, and are valid until the next batch is asked for.
 */
export interface SeriesBatch {
  readonly count: number
  /** Ids of the querier's LabelTable, one a series. */
  readonly labels: Uint32Array
  /** count + 1 entries. */
  readonly offsets: Uint32Array
  /** One a series. */
  readonly timeOffsets: Uint32Array
  /** Whole milliseconds, ascending within a series, no two the same. */
  readonly times: Float64Array
  /** A stale marker keeps its bits here (see isStaleAt). Undefined content where `histograms` has one. */
  readonly values: Float64Array
  /** Present when some sample is a histogram, at the places of `values`. */
  readonly histograms?: readonly (FloatHistogram | undefined)[]
  /** Start timestamps (0: unknown) at the places of `values`, present when some series has them. */
  readonly startTimes?: Float64Array
}

/** Opens a Querier at the newest read point. */
export interface Queryable {
  querier(): Querier
}
