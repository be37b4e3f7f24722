import { counterResetHint, type FloatHistogram } from '#lib/model'

/** Counts of a histogram of which some are too large for a double, as they are stored. */
export interface ExactCounts {
  readonly count: bigint
  readonly zeroCount: bigint
  readonly positiveBuckets: readonly bigint[]
  readonly negativeBuckets: readonly bigint[]
}

/**
 * A histogram sample as Prometheus keeps it. The bits of its sum are the sample's value in its column: a stale marker
 * there says that this is no histogram but the end of the series.
 */
export interface NativeHistogram extends FloatHistogram {
  /** Whether its counts are kept as integers. */
  readonly isInteger: boolean
  /** Where a count is above 2^53. */
  readonly exact?: ExactCounts
}

/** What stands where a series of histograms ends. */
export const staleHistogram: { readonly integer: NativeHistogram; readonly float: NativeHistogram } = {
  integer: emptyHistogram(true),
  float: emptyHistogram(false),
}

function emptyHistogram(isInteger: boolean): NativeHistogram {
  return {
    isInteger,
    counterResetHint: counterResetHint.unknown,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: NaN,
    positiveSpans: [],
    positiveBuckets: [],
    negativeSpans: [],
    negativeBuckets: [],
    customValues: [],
  }
}
