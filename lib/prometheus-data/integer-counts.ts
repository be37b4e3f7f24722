import type { ExactCounts, NativeHistogram } from './native-histogram.ts'
import { int64 } from './reference-bits.ts'

const MOST = BigInt(Number.MAX_SAFE_INTEGER)

/** The counts of a histogram. */
export type Counted = Pick<
  NativeHistogram,
  'isInteger' | 'exact' | 'count' | 'zeroCount' | 'positiveBuckets' | 'negativeBuckets'
>

/** Counts as doubles, and as they are where a double cannot hold one. */
export function integerCounts(exact: ExactCounts): Counted {
  const { count, zeroCount, positiveBuckets, negativeBuckets } = exact
  const all = [count, zeroCount, ...positiveBuckets, ...negativeBuckets]
  return {
    isInteger: true,
    count: Number(count),
    zeroCount: Number(zeroCount),
    positiveBuckets: positiveBuckets.map(Number),
    negativeBuckets: negativeBuckets.map(Number),
    ...(all.every((n) => n <= MOST && n >= -MOST) ? {} : { exact }),
  }
}

/** The counts of buckets of which each is told by its difference from the one before. */
export function absolute(differences: readonly bigint[]): bigint[] {
  let value = 0n
  return differences.map((difference) => (value = int64(value + difference)))
}
