import { counterResetHint, type BucketSpan, type FloatHistogram } from '#lib/model'
import { customCounts } from './arithmetic.ts'
import { contractSide, countsAt, expandSide, isCustom, negativeSide, positiveSide, type Side } from './buckets.ts'
import { widenZeroBucket } from './zero-bucket.ts'

/** Whether two histograms hold the same; hints do not count. */
export function equalHistograms(a: FloatHistogram, b: FloatHistogram): boolean {
  return (
    a.schema === b.schema &&
    same(a.count, b.count) &&
    same(a.sum, b.sum) &&
    a.zeroThreshold === b.zeroThreshold &&
    same(a.zeroCount, b.zeroCount) &&
    sameList(a.customValues, b.customValues) &&
    sameSide(a.positiveSpans, a.positiveBuckets, b.positiveSpans, b.positiveBuckets) &&
    sameSide(a.negativeSpans, a.negativeBuckets, b.negativeSpans, b.negativeBuckets)
  )
}

function same(a: number, b: number): boolean {
  return a === b || (a !== a && b !== b)
}

function sameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => same(value, b[i]))
}

function sameSide(aSpans: BucketSpan[], a: number[], bSpans: BucketSpan[], b: number[]): boolean {
  const x = contractSide(expandSide(aSpans, a))
  const y = contractSide(expandSide(bSpans, b))
  return (
    sameList(x.buckets, y.buckets) &&
    x.spans.length === y.spans.length &&
    x.spans.every((span, i) => span.offset === y.spans[i].offset && span.length === y.spans[i].length)
  )
}

/** Whether a counter was reset between a histogram and the one before: something in it went down or got finer. */
export function detectReset(h: FloatHistogram, previous: FloatHistogram): boolean {
  if (h.counterResetHint === counterResetHint.reset) return true
  if (h.counterResetHint === counterResetHint.notReset) return false
  if (isCustom(h) !== isCustom(previous) || h.count < previous.count) return true
  return isCustom(h) ? customReset(h, previous) : exponentialReset(h, previous)
}

function customReset(h: FloatHistogram, previous: FloatHistogram): boolean {
  const others = new Set(previous.customValues)
  const bounds = h.customValues.filter((bound) => others.has(bound))
  return wentDown(customCounts(h, bounds), customCounts(previous, bounds))
}

function exponentialReset(h: FloatHistogram, previous: FloatHistogram): boolean {
  if (h.schema > previous.schema || h.zeroThreshold < previous.zeroThreshold) return true
  const widened = widenZeroBucket(previous, h.zeroThreshold)
  if (widened.zeroThreshold !== h.zeroThreshold || h.zeroCount < widened.zeroCount) return true
  const down = (now: Side, before: Side) =>
    wentDown(countsAt(now, h.schema, h.schema), countsAt(before, previous.schema, h.schema))
  return down(positiveSide(h), positiveSide(widened)) || down(negativeSide(h), negativeSide(widened))
}

function wentDown(now: ReadonlyMap<number, number>, before: ReadonlyMap<number, number>): boolean {
  for (const [index, count] of before) if ((now.get(index) ?? 0) < count) return true
  return false
}
