/** A cumulative bucket of a classic histogram. */
export interface ClassicBucket {
  readonly upper: number
  count: number
}

/** Buckets in order, made to rise. */
export interface ClassicHistogram {
  readonly buckets: readonly ClassicBucket[]
  /** A count had to be raised to the one before it. */
  readonly wasForced: boolean
}

/** Rounding differences between neighbours up to this share are evened out without a word. */
const TOLERANCE = 1e-12

/** Sorts buckets, joins those of one bound and makes their counts rise; undefined without a bucket of +Inf. */
export function arrangeBuckets(raw: readonly ClassicBucket[]): ClassicHistogram | undefined {
  const sorted = raw.toSorted((a, b) => a.upper - b.upper)
  if (sorted.length === 0 || sorted[sorted.length - 1].upper !== Infinity) return undefined
  const buckets: ClassicBucket[] = []
  for (const { upper, count } of sorted) {
    const last = buckets[buckets.length - 1]
    if (last && last.upper === upper) last.count += count
    else buckets.push({ upper, count })
  }
  return { buckets, wasForced: makeMonotonic(buckets) }
}

function makeMonotonic(buckets: ClassicBucket[]): boolean {
  let wasForced = false
  let previous = buckets[0].count
  for (let i = 1; i < buckets.length; i++) {
    const { count } = buckets[i]
    if (count === previous) continue
    if (isAlmostEqual(previous, count)) {
      buckets[i].count = previous
      continue
    }
    if (count < previous) {
      buckets[i].count = previous
      wasForced = true
      continue
    }
    previous = count
  }
  return wasForced
}

function isAlmostEqual(a: number, b: number): boolean {
  const sum = Math.abs(a) + Math.abs(b)
  return sum !== 0 && Math.abs(a - b) / Math.min(sum, Number.MAX_VALUE) < TOLERANCE
}

/** The quantile, linear inside the bucket where it falls. */
export function classicQuantile(q: number, { buckets }: ClassicHistogram): number {
  if (buckets.length < 2) return NaN
  const total = buckets[buckets.length - 1].count
  if (total === 0 || total !== total) return NaN
  let rank = q * total
  let at = buckets.findIndex((bucket) => bucket.count >= rank)
  if (at < 0) at = buckets.length - 1
  if (at === buckets.length - 1) return buckets[buckets.length - 2].upper
  if (at === 0 && buckets[0].upper <= 0) return buckets[0].upper
  let lower = 0
  let count = buckets[at].count
  if (at > 0) {
    lower = buckets[at - 1].upper
    count -= buckets[at - 1].count
    rank -= buckets[at - 1].count
  }
  return lower + (buckets[at].upper - lower) * (rank / count)
}

/** The share of observations between two values. */
export function classicFraction(lower: number, upper: number, { buckets }: ClassicHistogram): number {
  const total = buckets[buckets.length - 1].count
  if (total === 0 || lower !== lower || upper !== upper) return NaN
  if (lower >= upper) return 0
  return (rankOf(upper, buckets, total) - rankOf(lower, buckets, total)) / total
}

/** How many observations lie below a value. A bucket without an end cannot be divided. */
function rankOf(value: number, buckets: readonly ClassicBucket[], total: number): number {
  let before = 0
  let lower = buckets[0].upper > 0 ? 0 : -Infinity
  for (const { upper, count } of buckets) {
    if (value <= lower) return before
    if (value < upper) {
      if (upper === Infinity) return before
      if (lower === -Infinity) return count
      return before + ((count - before) * (value - lower)) / (upper - lower)
    }
    before = count
    lower = upper
  }
  return total
}
