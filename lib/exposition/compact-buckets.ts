import type { BucketSpan } from '#lib/model'

/** Buckets of one side of a native histogram: their indexes, ascending, and counts; `whole` where those are above 2^53. */
export interface Buckets {
  readonly indexes: readonly number[]
  readonly counts: readonly number[]
  readonly whole: readonly bigint[] | undefined
}

/** One side of a native histogram as it is kept. */
export interface CompactSide {
  readonly spans: BucketSpan[]
  readonly buckets: number[]
  readonly whole: bigint[] | undefined
}

/** Leaves empty buckets out, except where no more than `mostEmpty` stand between two others. */
export function compact({ indexes, counts, whole }: Buckets, mostEmpty: number): CompactSide {
  const side: CompactSide = { spans: [], buckets: [], whole: whole && [] }
  let last: BucketSpan | undefined
  let end = 0
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue
    const gap = indexes[i] - end
    // Indexes that go back make no histogram; they stay as they are, to be refused by who keeps it.
    if (last === undefined || gap > mostEmpty || gap < 0) side.spans.push((last = { offset: gap, length: 0 }))
    else for (let empty = 0; empty < gap; empty++) add(side, last, 0, 0n)
    add(side, last, counts[i], whole?.[i])
    end = indexes[i] + 1
  }
  return side
}

function add(side: CompactSide, span: BucketSpan, count: number, whole: bigint | undefined): void {
  span.length++
  side.buckets.push(count)
  side.whole?.push(whole ?? 0n)
}
