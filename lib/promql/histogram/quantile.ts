import type { FloatHistogram } from '#lib/model'
import { exp2, log2 } from '../go-math.ts'
import { kahanCompensation } from '../kahan.ts'
import { allBuckets, isCustom, type Bucket } from './buckets.ts'

/** The quantile of a native histogram's observations, interpolated inside the bucket where it falls. */
export function nativeQuantile(q: number, h: FloatHistogram): number {
  if (q < 0) return -Infinity
  if (q > 1) return Infinity
  if (h.count === 0 || q !== q) return NaN
  const hasNaN = h.sum !== h.sum
  const fromBelow = hasNaN || q < 0.5
  const buckets = allBuckets(h)
  if (!fromBelow) buckets.reverse()
  let rank = (fromBelow ? q : 1 - q) * h.count
  let count = 0
  let bucket: Bucket = { lower: 0, upper: 0, count: 0 }
  for (const next of buckets) {
    if (next.count === 0) continue
    bucket = next
    count += next.count
    if (count >= rank) break
  }
  bucket = settleOpenEnds(h, bucket)
  if (count < rank && hasNaN) return NaN
  if (isCustom(h)) {
    if (bucket.lower === -Infinity) {
      if (bucket.upper <= 0) return bucket.upper
      bucket.lower = 0
    } else if (bucket.upper === Infinity) return bucket.lower
  }
  if (count > h.count) count = h.count
  if (count < rank) return bucket.upper
  rank = fromBelow ? rank - (count - bucket.count) : count - rank
  return interpolateIn(h, bucket, rank / bucket.count)
}

/** A zero bucket beside buckets of one sign only ends at zero. */
function settleOpenEnds(h: FloatHistogram, bucket: Bucket): Bucket {
  if (!(bucket.lower < 0 && bucket.upper > 0) || isCustom(h)) return { ...bucket }
  if (h.negativeBuckets.length === 0 && h.positiveBuckets.length > 0) return { ...bucket, lower: 0 }
  if (h.positiveBuckets.length === 0 && h.negativeBuckets.length > 0) return { ...bucket, upper: 0 }
  return { ...bucket }
}

/** Linear in custom and zero buckets, on the logarithmic scale in exponential ones. */
function interpolateIn(h: FloatHistogram, { lower, upper }: Bucket, fraction: number): number {
  if (isCustom(h) || (lower <= 0 && upper >= 0)) return lower + (upper - lower) * fraction
  const logLower = log2(Math.abs(lower))
  const logUpper = log2(Math.abs(upper))
  if (lower > 0) return exp2(logLower + (logUpper - logLower) * fraction)
  return -exp2(logUpper + (logLower - logUpper) * (1 - fraction))
}

/** The share of observations between two values. */
export function nativeFraction(lower: number, upper: number, h: FloatHistogram): number {
  if (h.count === 0 || lower !== lower || upper !== upper) return NaN
  if (lower >= upper) return 0
  const rank = (value: number) => Math.min(h.count, rankOf(value, h))
  return (rank(upper) - rank(lower)) / h.count
}

/** How many observations lie below a value. */
function rankOf(value: number, h: FloatHistogram): number {
  let rank = 0
  for (const raw of allBuckets(h)) {
    const bucket = settleOpenEnds(h, raw)
    if (isCustom(h) && bucket.lower === -Infinity && bucket.upper > 0) bucket.lower = 0
    if (bucket.lower >= value) return rank
    if (bucket.upper > value) return rank + bucket.count * shareBelow(value, h, bucket)
    rank += bucket.count
  }
  return rank
}

function shareBelow(value: number, h: FloatHistogram, { lower, upper }: Bucket): number {
  if (lower === -Infinity || upper === Infinity) return upper === Infinity ? 0 : 1
  if (isCustom(h) || (lower <= 0 && upper >= 0)) return (value - lower) / (upper - lower)
  const logLower = log2(Math.abs(lower))
  const logUpper = log2(Math.abs(upper))
  const log = log2(Math.abs(value))
  return lower > 0 ? (log - logLower) / (logUpper - logLower) : 1 - (log - logUpper) / (logLower - logUpper)
}

/** The variance of the observations, each taken to lie in the middle of its bucket. */
export function nativeVariance(h: FloatHistogram): number {
  const mean = h.sum / h.count
  let total = 0
  let lost = 0
  for (const bucket of allBuckets(h)) {
    const delta = middleOf(h, bucket) - mean
    const more = bucket.count * delta * delta
    lost = kahanCompensation(more, total, lost)
    total += more
  }
  return (total + lost) / h.count
}

function middleOf(h: FloatHistogram, { lower, upper }: Bucket): number {
  if (isCustom(h)) return (lower + upper) / 2
  if (lower <= 0 && upper >= 0) return 0
  return Math.sign(upper) * Math.sqrt(lower * upper)
}
