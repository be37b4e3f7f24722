/** What is known of a histogram's relation to the one before it. */
export const counterResetHint = { unknown: 0, reset: 1, notReset: 2, gauge: 3 } as const
export type CounterResetHint = (typeof counterResetHint)[keyof typeof counterResetHint]

/** `length` neighbouring buckets, `offset` after the last bucket of the span before (the first: the bucket's index). */
export interface BucketSpan {
  offset: number
  length: number
}

/**
 * A native histogram with absolute float counts (Prometheus' FloatHistogram).
 * Schemas -4 … 8 are exponential, -53 has the upper bounds in `customValues` (+Inf implied).
 */
export interface FloatHistogram {
  counterResetHint: CounterResetHint
  schema: number
  zeroThreshold: number
  zeroCount: number
  count: number
  sum: number
  positiveSpans: BucketSpan[]
  positiveBuckets: number[]
  negativeSpans: BucketSpan[]
  negativeBuckets: number[]
  customValues: number[]
}
