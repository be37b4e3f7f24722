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

/**
 * A native histogram as a writer gives it and as it is kept. Queries see its counts as floats; `exact` holds those of whole
 * numbers that a float cannot.
 */
export interface StoredHistogram extends FloatHistogram {
  /** Whether the counts were whole numbers where it comes from. */
  readonly isInteger?: boolean
  /** Where some count is above 2^53: count, zero count, each positive bucket, each negative one. */
  readonly exact?: BigUint64Array
}

/** The schema of histograms whose bounds are written out. */
export const CUSTOM_BUCKETS = -53
const LEAST_SCHEMA = -4
const LARGEST_SCHEMA = 8
/** How far the sum of float buckets may be from the count: the parts were rounded. */
const COUNT_TOLERANCE = 1e-9

/** Why this is no histogram that could have been observed, as a part of a sentence; undefined where it is one. Follows Prometheus' Validate. */
export function histogramMistake(h: StoredHistogram): string | undefined {
  return (
    schemaMistake(h) ??
    spansMistake('positive', h.positiveSpans, h.positiveBuckets) ??
    spansMistake('negative', h.negativeSpans, h.negativeBuckets) ??
    countMistake(h)
  )
}

function schemaMistake(h: FloatHistogram): string | undefined {
  const { schema, zeroThreshold, zeroCount, negativeSpans, negativeBuckets, customValues } = h
  if (schema !== CUSTOM_BUCKETS) {
    if (!Number.isInteger(schema) || schema < LEAST_SCHEMA || schema > LARGEST_SCHEMA) return `no such schema ${schema}`
    if (customValues.length > 0) return `bounds of buckets are written out, but its schema is ${schema}`
    if (zeroThreshold !== zeroThreshold) return 'the threshold of its zero bucket is no number'
    return zeroThreshold >= 0 ? undefined : `the threshold of its zero bucket is ${zeroThreshold}`
  }
  if (zeroThreshold !== 0 || zeroCount !== 0) return 'custom buckets have no zero bucket'
  if (negativeSpans.length > 0 || negativeBuckets.length > 0) return 'custom buckets have no negative ones'
  for (const [i, bound] of customValues.entries()) {
    if (bound !== bound || bound === Infinity) return `bound ${i} of its buckets is ${bound}`
    if (i > 0 && bound <= customValues[i - 1]) return `bound ${i} of its buckets is not above the one before`
  }
  let buckets = 0
  for (const { offset, length } of h.positiveSpans) buckets += offset + length
  return buckets > customValues.length + 1 ? `${customValues.length} bounds for ${buckets} buckets` : undefined
}

function spansMistake(side: string, spans: readonly BucketSpan[], buckets: readonly number[]): string | undefined {
  let room = 0
  for (const [i, { offset, length }] of spans.entries()) {
    if (!Number.isInteger(offset) || !Number.isInteger(length) || length < 0) return `${side} span ${i} is not whole`
    if (i > 0 && offset < 0) return `${side} span ${i} begins ${-offset} buckets before the end of the one before`
    room += length
  }
  if (room !== buckets.length) return `its ${side} spans have room for ${room} buckets, there are ${buckets.length}`
  const below = buckets.findIndex((count) => !(count >= 0))
  return below < 0 ? undefined : `${side} bucket ${below} has the count ${buckets[below]}`
}

function countMistake({ isInteger, exact, sum, ...h }: StoredHistogram): string | undefined {
  if (!(h.zeroCount >= 0)) return `its zero bucket has the count ${h.zeroCount}`
  if (!(h.count >= 0)) return `its count is ${h.count}`
  if (exact !== undefined) return exactMistake(exact, h.positiveBuckets.length + h.negativeBuckets.length, sum)
  let inBuckets = h.zeroCount
  for (const count of h.positiveBuckets) inBuckets += count
  for (const count of h.negativeBuckets) inBuckets += count
  if (isInteger === true) {
    // What was no number is in the count and in no bucket.
    if (sum === sum ? inBuckets === h.count : inBuckets <= h.count) return undefined
  } else if (inBuckets - h.count <= Math.max(inBuckets, h.count) * COUNT_TOLERANCE || inBuckets === h.count) {
    return undefined
  }
  return `${inBuckets} observations are in its buckets, its count is ${h.count}`
}

function exactMistake(exact: BigUint64Array, buckets: number, sum: number): string | undefined {
  if (exact.length !== buckets + 2) return `${exact.length} exact counts for ${buckets} buckets`
  let inBuckets = 0n
  for (let i = 1; i < exact.length; i++) inBuckets += exact[i]
  if (sum === sum ? inBuckets === exact[0] : inBuckets <= exact[0]) return undefined
  return `${inBuckets} observations are in its buckets, its count is ${exact[0]}`
}
