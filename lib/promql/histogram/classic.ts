import { FLOAT, type VectorSeries } from '../columns.ts'

/** The cumulative counts up to a bound, over all steps. */
export interface ClassicBucket {
  readonly upper: number
  readonly series: VectorSeries
}

/** Rounding differences between neighbours up to this share are evened out without a word. */
const TOLERANCE = 1e-12

/** The buckets of a classic histogram at one step after the other: in order, each bound once. */
export class ClassicHistogram {
  readonly uppers: Float64Array
  readonly counts: Float64Array
  /** How many there are at the step that was loaded. */
  length = 0
  readonly #buckets: readonly ClassicBucket[]

  constructor(buckets: readonly ClassicBucket[]) {
    this.#buckets = buckets.toSorted((a, b) => a.upper - b.upper)
    this.uppers = new Float64Array(buckets.length)
    this.counts = new Float64Array(buckets.length)
  }

  /** Takes what a step holds; false where that is nothing. */
  load(step: number): boolean {
    const { uppers, counts } = this
    let length = 0
    for (const { upper, series } of this.#buckets) {
      if (series.present[step] !== FLOAT) continue
      const count = series.values[step]
      if (length > 0 && uppers[length - 1] === upper) counts[length - 1] += count
      else {
        uppers[length] = upper
        counts[length++] = count
      }
    }
    this.length = length
    return length > 0
  }

  /** Without a bucket of +Inf there is nothing to be told. */
  get hasEnd(): boolean {
    return this.length > 0 && this.uppers[this.length - 1] === Infinity
  }

  /** Has no count below the one before it; returns whether one had to be raised. */
  makeMonotonic(): boolean {
    const { counts } = this
    let wasForced = false
    let previous = counts[0]
    for (let i = 1; i < this.length; i++) {
      const count = counts[i]
      if (count === previous) continue
      if (isAlmostEqual(previous, count)) counts[i] = previous
      else if (count < previous) {
        counts[i] = previous
        wasForced = true
      } else previous = count
    }
    return wasForced
  }
}

function isAlmostEqual(a: number, b: number): boolean {
  const sum = Math.abs(a) + Math.abs(b)
  return sum !== 0 && Math.abs(a - b) / Math.min(sum, Number.MAX_VALUE) < TOLERANCE
}

/** The quantile, linear inside the bucket where it falls. */
export function classicQuantile(q: number, { uppers, counts, length }: ClassicHistogram): number {
  if (length < 2) return NaN
  const total = counts[length - 1]
  if (total === 0 || total !== total) return NaN
  let rank = q * total
  let at = 0
  while (at < length - 1 && !(counts[at] >= rank)) at++
  if (at === length - 1) return uppers[length - 2]
  if (at === 0 && uppers[0] <= 0) return uppers[0]
  let lower = 0
  let count = counts[at]
  if (at > 0) {
    lower = uppers[at - 1]
    count -= counts[at - 1]
    rank -= counts[at - 1]
  }
  return lower + (uppers[at] - lower) * (rank / count)
}

/** The share of observations between two values. */
export function classicFraction(lower: number, upper: number, histogram: ClassicHistogram): number {
  const total = histogram.counts[histogram.length - 1]
  if (total === 0 || lower !== lower || upper !== upper) return NaN
  if (lower >= upper) return 0
  const rank = (value: number) => Math.min(total, rankOf(value, histogram))
  return (rank(upper) - rank(lower)) / total
}

/** How many observations lie below a value. A bucket without an end cannot be divided. */
function rankOf(value: number, { uppers, counts, length }: ClassicHistogram): number {
  let before = 0
  let lower = uppers[0] > 0 ? 0 : -Infinity
  for (let i = 0; i < length; i++) {
    const upper = uppers[i]
    const count = counts[i]
    if (value <= lower) return before
    if (value < upper) {
      if (upper === Infinity) return before
      if (lower === -Infinity) return count
      return before + ((count - before) * (value - lower)) / (upper - lower)
    }
    before = count
    lower = upper
  }
  return before
}
