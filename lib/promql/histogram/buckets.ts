import type { BucketSpan, FloatHistogram } from '#lib/model'
import { exponentialBound } from './exponential-bounds.ts'

/** The schema of histograms whose bounds are their own (customValues). */
const CUSTOM_SCHEMA = -53

/** Populated buckets of one side: ascending indexes and their counts. */
export interface Side {
  readonly indexes: number[]
  readonly counts: number[]
}

/** A bucket between two bounds. */
export interface Bucket {
  lower: number
  upper: number
  readonly count: number
}

/** Whether a histogram has its own bounds. */
export function isCustom(h: FloatHistogram): boolean {
  return h.schema === CUSTOM_SCHEMA
}

/** Spans and counts as indexes and counts. */
export function expandSide(spans: readonly BucketSpan[], buckets: readonly number[]): Side {
  const indexes: number[] = []
  let index = 0
  for (const span of spans) {
    index += span.offset
    for (let i = 0; i < span.length; i++) indexes.push(index++)
  }
  return { indexes, counts: buckets.slice(0, indexes.length) }
}

/** The buckets that are not empty as spans and counts. */
export function contractSide(side: Side): { spans: BucketSpan[]; buckets: number[] } {
  const spans: BucketSpan[] = []
  const buckets: number[] = []
  let next = 0
  for (let i = 0; i < side.indexes.length; i++) {
    if (side.counts[i] === 0) continue
    const gap = side.indexes[i] - next
    if (gap === 0 && spans.length > 0) spans[spans.length - 1].length++
    else spans.push({ offset: gap, length: 1 })
    buckets.push(side.counts[i])
    next = side.indexes[i] + 1
  }
  return { spans, buckets }
}

/** The sides of a histogram. */
export function positiveSide(h: FloatHistogram): Side {
  return expandSide(h.positiveSpans, h.positiveBuckets)
}

/** Its negative side. */
export function negativeSide(h: FloatHistogram): Side {
  return expandSide(h.negativeSpans, h.negativeBuckets)
}

/** A histogram with other buckets, compacted. */
export function withSides(h: FloatHistogram, positive: Side, negative: Side): FloatHistogram {
  const p = contractSide(positive)
  const n = contractSide(negative)
  return {
    ...h,
    positiveSpans: p.spans,
    positiveBuckets: p.buckets,
    negativeSpans: n.spans,
    negativeBuckets: n.buckets,
  }
}

/** Without empty buckets and spans. */
export function compact(h: FloatHistogram): FloatHistogram {
  return withSides(h, positiveSide(h), negativeSide(h))
}

/** A side's counts as a map, indexes of a finer schema brought to a coarser one. */
export function countsAt(side: Side, fromSchema: number, toSchema: number): Map<number, number> {
  const counts = new Map<number, number>()
  for (let i = 0; i < side.indexes.length; i++) {
    const index = coarserIndex(side.indexes[i], fromSchema - toSchema)
    counts.set(index, (counts.get(index) ?? 0) + side.counts[i])
  }
  return counts
}

/** The bucket of a schema that is coarser by so many. */
export function coarserIndex(index: number, by: number): number {
  return by <= 0 ? index : Math.ceil(index / 2 ** by)
}

/** A map of counts as a side. */
export function sideOf(counts: ReadonlyMap<number, number>): Side {
  const indexes = [...counts.keys()].sort((a, b) => a - b)
  return { indexes, counts: indexes.map((index) => counts.get(index)!) }
}

/** Brought to a coarser exponential schema. */
export function toSchema(h: FloatHistogram, schema: number): FloatHistogram {
  if (schema >= h.schema || isCustom(h)) return h
  return withSides(
    { ...h, schema },
    sideOf(countsAt(positiveSide(h), h.schema, schema)),
    sideOf(countsAt(negativeSide(h), h.schema, schema)),
  )
}

/** The upper bound of a positive bucket: 2^(index × 2^-schema), or the custom bound. */
export function upperBound(h: FloatHistogram, index: number): number {
  if (isCustom(h)) {
    if (index < 0) return -Infinity
    return index < h.customValues.length ? h.customValues[index] : Infinity
  }
  return exponentialBound(index, h.schema)
}

/** All buckets that hold something, from the lowest up. */
export function allBuckets(h: FloatHistogram): Bucket[] {
  const buckets: Bucket[] = []
  const negative = negativeSide(h)
  for (let i = negative.indexes.length - 1; i >= 0; i--) {
    const index = negative.indexes[i]
    buckets.push({ lower: -upperBound(h, index), upper: -upperBound(h, index - 1), count: negative.counts[i] })
  }
  if (h.zeroCount !== 0) buckets.push({ lower: -h.zeroThreshold, upper: h.zeroThreshold, count: h.zeroCount })
  const positive = positiveSide(h)
  for (let i = 0; i < positive.indexes.length; i++) {
    const index = positive.indexes[i]
    buckets.push({ lower: upperBound(h, index - 1), upper: upperBound(h, index), count: positive.counts[i] })
  }
  return buckets.filter((bucket) => bucket.count !== 0)
}
