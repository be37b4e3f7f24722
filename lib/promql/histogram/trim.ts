import type { FloatHistogram } from '#lib/model'
import { isCustom, negativeSide, positiveSide, upperBound, withSides, type Side } from './buckets.ts'

/** The observations at or below a value (`</`): buckets cut in two are interpolated, the sum is estimated anew. */
export function trimUpper(h: FloatHistogram, cutoff: number): FloatHistogram {
  return trim(h, cutoff, true)
}

/** The observations above a value (`>/`). */
export function trimLower(h: FloatHistogram, cutoff: number): FloatHistogram {
  return trim(h, cutoff, false)
}

/** What is kept of one bucket: a share of its count, and the value that stands for it. */
interface Kept {
  readonly share: number
  readonly value: number
}

const NOTHING: Kept = { share: 0, value: 0 }

function trim(h: FloatHistogram, cutoff: number, keepsBelow: boolean): FloatHistogram {
  const totals = { count: 0, sum: 0, isTrimmed: false }
  const take = (count: number, kept: Kept): number => {
    if (count !== 0 && kept.share < 1) totals.isTrimmed = true
    totals.count += count * kept.share
    if (kept.share > 0) totals.sum += count * kept.share * kept.value
    return count * kept.share
  }
  const positive = trimSide(h, positiveSide(h), 1, cutoff, keepsBelow, take)
  const negative = trimSide(h, negativeSide(h), -1, cutoff, keepsBelow, take)
  const zero = zeroBounds(h)
  const zeroCount = take(h.zeroCount, cut(zero.lower, zero.upper, cutoff, keepsBelow, linear))
  if (!totals.isTrimmed) return h
  return withSides({ ...h, zeroCount, count: totals.count, sum: totals.sum }, positive, negative)
}

function trimSide(
  h: FloatHistogram,
  side: Side,
  sign: 1 | -1,
  cutoff: number,
  keepsBelow: boolean,
  take: (count: number, kept: Kept) => number,
): Side {
  const counts = side.counts.map((count, i) => {
    const near = upperBound(h, side.indexes[i] - 1)
    const far = upperBound(h, side.indexes[i])
    if (isCustom(h)) return take(count, cutCustom(near, far, cutoff, keepsBelow))
    const [lower, upper] = sign > 0 ? [near, far] : [-far, -near]
    return take(count, cut(lower, upper, cutoff, keepsBelow, exponential))
  })
  return { indexes: side.indexes, counts }
}

/** Beside buckets of one sign only the zero bucket ends at zero. */
function zeroBounds(h: FloatHistogram): { lower: number; upper: number } {
  const hasPositive = h.positiveBuckets.length > 0
  const hasNegative = h.negativeBuckets.length > 0
  return {
    lower: hasPositive && !hasNegative ? 0 : -h.zeroThreshold,
    upper: hasNegative && !hasPositive ? 0 : h.zeroThreshold,
  }
}

/** How values lie in a bucket: the share below one, and the middle between two. */
interface Scale {
  shareBelow(value: number, lower: number, upper: number): number
  middle(lower: number, upper: number): number
}

const linear: Scale = {
  shareBelow: (value, lower, upper) => (value - lower) / (upper - lower),
  middle: (lower, upper) => (lower + upper) / 2,
}

const exponential: Scale = {
  shareBelow: (value, lower, upper) => {
    const share = Math.log2(value / lower) / Math.log2(upper / lower)
    return share
  },
  middle: (lower, upper) => Math.sign(upper) * Math.sqrt(lower * upper),
}

function cut(lower: number, upper: number, cutoff: number, keepsBelow: boolean, scale: Scale): Kept {
  if (keepsBelow ? cutoff >= upper : cutoff <= lower) return { share: 1, value: scale.middle(lower, upper) }
  if (keepsBelow ? cutoff <= lower : cutoff >= upper) return NOTHING
  const below = scale.shareBelow(cutoff, lower, upper)
  return keepsBelow
    ? { share: below, value: scale.middle(lower, cutoff) }
    : { share: 1 - below, value: scale.middle(cutoff, upper) }
}

/** A bucket without an end cannot be divided: it is kept or dropped as a whole. */
function cutCustom(lower: number, upper: number, cutoff: number, keepsBelow: boolean): Kept {
  if (lower === -Infinity && upper > 0 && upper !== Infinity && cutoff >= 0) lower = 0
  if (lower === -Infinity) return cutFromMinusInfinity(upper, cutoff, keepsBelow)
  if (upper !== Infinity) return cut(lower, upper, cutoff, keepsBelow, linear)
  if (keepsBelow) return cutoff === Infinity ? { share: 1, value: lower } : NOTHING
  return cutoff === Infinity ? NOTHING : { share: 1, value: Math.max(lower, cutoff) }
}

function cutFromMinusInfinity(upper: number, cutoff: number, keepsBelow: boolean): Kept {
  if (!keepsBelow) return cutoff === -Infinity ? { share: 1, value: 0 } : NOTHING
  if (cutoff >= upper) return { share: 1, value: upper }
  return upper <= 0 && cutoff !== -Infinity ? { share: 1, value: cutoff } : NOTHING
}
