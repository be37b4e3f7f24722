import { CUSTOM_BUCKETS, histogramMistake, type StoredHistogram } from '#lib/model'
import { compact } from './compact-buckets.ts'

interface Bucket {
  readonly bound: number
  /** Of all observations up to the bound. */
  readonly count: number
}

/** Gathers the parts of a classic histogram and makes a native one with custom buckets of it, as Prometheus does. */
export class ClassicHistogram {
  /** Why it is none, or ''. */
  err: string
  #buckets: Bucket[]
  #count: number | undefined
  #sum: number

  constructor() {
    this.err = ''
    this.#buckets = []
    this.#count = undefined
    this.#sum = 0
  }

  setCount(count: number): void {
    if (count < 0) this.err ||= `its count is ${count}`
    this.#count = count
  }

  setSum(sum: number): void {
    this.#sum = sum
  }

  addBucket(bound: number, count: number): void {
    if (bound !== bound) this.err ||= 'the bound of a bucket is no number'
    if (count < 0) this.err ||= `the bucket up to ${bound} has the count ${count}`
    this.#buckets.push({ bound, count })
  }

  /** The native histogram; undefined where `err` says why there is none. */
  convert(): StoredHistogram | undefined {
    const buckets = this.#inOrder()
    const count = this.#count ?? buckets.at(-1)?.count
    if (count === undefined) this.err ||= 'it has neither a count nor buckets'
    if (this.err !== '' || count === undefined) return undefined
    if (buckets.at(-1)?.bound !== Infinity) buckets.push({ bound: Infinity, count })
    const last = buckets[buckets.length - 1].count
    if (last !== count) {
      this.err = `its last bucket has the count ${last}, all of it ${count}`
      return undefined
    }
    const histogram = this.#native(buckets, count)
    this.err = histogramMistake(histogram) ?? ''
    return this.err === '' ? histogram : undefined
  }

  /** The buckets by their bounds; of those with the same one the first. */
  #inOrder(): Bucket[] {
    const sorted = this.#buckets.toSorted((a, b) => (a.bound < b.bound ? -1 : a.bound > b.bound ? 1 : 0))
    const kept: Bucket[] = []
    for (const bucket of sorted) {
      const before = kept.at(-1)
      if (before?.bound === bucket.bound) continue
      if (before && bucket.count < before.count) {
        this.err ||= `the bucket up to ${bucket.bound} has fewer observations than the one before, ${bucket.count} < ${before.count}`
      }
      kept.push(bucket)
    }
    return kept
  }

  #native(buckets: readonly Bucket[], count: number): StoredHistogram {
    const isInteger = buckets.every((bucket) => isWhole(bucket.count))
    const isExact = isInteger && count > Number.MAX_SAFE_INTEGER
    const whole = isExact
      ? buckets.map((b, i) => BigInt(b.count) - (i === 0 ? 0n : BigInt(buckets[i - 1].count)))
      : undefined
    const counts = whole ? whole.map(Number) : buckets.map((b, i) => b.count - (i === 0 ? 0 : buckets[i - 1].count))
    const side = compact({ indexes: [...counts.keys()], counts, whole }, isInteger ? 2 : 0)
    return {
      counterResetHint: 0,
      schema: CUSTOM_BUCKETS,
      zeroThreshold: 0,
      zeroCount: 0,
      count,
      sum: this.#sum,
      positiveSpans: side.spans,
      positiveBuckets: side.buckets,
      negativeSpans: [],
      negativeBuckets: [],
      customValues: buckets.slice(0, -1).map(({ bound }) => bound),
      isInteger,
      exact: side.whole && BigUint64Array.from([BigInt(count), 0n, ...side.whole]),
    }
  }
}

/** Whether the count is a whole number of at most 63 bits. */
function isWhole(count: number): boolean {
  return Number.isInteger(count) && count < 2 ** 63
}
