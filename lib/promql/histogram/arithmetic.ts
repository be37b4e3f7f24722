import { counterResetHint, type CounterResetHint, type FloatHistogram } from '#lib/model'
import { countsAt, isCustom, negativeSide, positiveSide, sideOf, withSides, type Side } from './buckets.ts'
import { exponentialBound } from './exponential-bounds.ts'
import { reconcileZero } from './zero-bucket.ts'

/** What is to be said of an addition or subtraction. */
export interface HistogramNotes {
  /** One side knew of a reset, the other of none. */
  collision: boolean
  /** Custom bounds differed and were brought to those in common. */
  reconciled: boolean
}

/** Nothing to be said yet. */
export function newNotes(): HistogramNotes {
  return { collision: false, reconciled: false }
}

/** a + b, at the coarser resolution of the two; undefined where custom and exponential buckets would meet. */
export function addHistograms(
  a: FloatHistogram,
  b: FloatHistogram,
  notes: HistogramNotes = newNotes(),
): FloatHistogram | undefined {
  return combine(a, b, 1, notes)
}

/** a - b; what is left is a gauge. */
export function subtractHistograms(
  a: FloatHistogram,
  b: FloatHistogram,
  notes: HistogramNotes = newNotes(),
): FloatHistogram | undefined {
  const result = combine(a, b, -1, notes)
  return result && { ...result, counterResetHint: counterResetHint.gauge }
}

function combine(
  a: FloatHistogram,
  b: FloatHistogram,
  sign: 1 | -1,
  notes: HistogramNotes,
): FloatHistogram | undefined {
  if (isCustom(a) !== isCustom(b)) return undefined
  const hint = joinHints(a.counterResetHint, b.counterResetHint, notes)
  const sums = { counterResetHint: hint, count: a.count + sign * b.count, sum: a.sum + sign * b.sum }
  if (isCustom(a)) return { ...combineCustom(a, b, sign, notes), ...sums }
  const [x, y] = reconcileZero(a, b)
  const schema = Math.min(x.schema, y.schema)
  const total = { ...x, ...sums, schema, zeroCount: x.zeroCount + sign * y.zeroCount }
  return withSides(
    total,
    addSides(positiveSide(x), x.schema, positiveSide(b), b.schema, schema, sign, total.zeroThreshold),
    addSides(negativeSide(x), x.schema, negativeSide(b), b.schema, schema, sign, total.zeroThreshold),
  )
}

/** Of the second those buckets that do not lie in the zero bucket, as they are at the schema of both: so Prometheus has it. */
function addSides(
  a: Side,
  aSchema: number,
  b: Side,
  bSchema: number,
  schema: number,
  sign: number,
  threshold: number,
): Side {
  const counts = countsAt(a, aSchema, schema)
  for (const [index, count] of countsAt(b, bSchema, schema)) {
    if (exponentialBound(index, schema) > threshold) counts.set(index, (counts.get(index) ?? 0) + sign * count)
  }
  return sideOf(counts)
}

function combineCustom(a: FloatHistogram, b: FloatHistogram, sign: number, notes: HistogramNotes): FloatHistogram {
  const bounds = commonBounds(a.customValues, b.customValues)
  if (bounds.length !== a.customValues.length || bounds.length !== b.customValues.length) notes.reconciled = true
  const counts = customCounts(a, bounds)
  for (const [index, count] of customCounts(b, bounds)) counts.set(index, (counts.get(index) ?? 0) + sign * count)
  return withSides({ ...a, customValues: bounds }, sideOf(counts), { indexes: [], counts: [] })
}

function commonBounds(a: number[], b: number[]): number[] {
  const others = new Set(b)
  return a.filter((bound) => others.has(bound))
}

/** Counts under fewer bounds: each bucket goes to the first bound that is not below its own. */
export function customCounts(h: FloatHistogram, bounds: readonly number[]): Map<number, number> {
  const side = positiveSide(h)
  const counts = new Map<number, number>()
  for (let i = 0; i < side.indexes.length; i++) {
    const own = h.customValues[side.indexes[i]] ?? Infinity
    const found = bounds.findIndex((bound) => bound >= own)
    const index = found < 0 ? bounds.length : found
    counts.set(index, (counts.get(index) ?? 0) + side.counts[i])
  }
  return counts
}

/** What is known of a sum's resets. */
export function joinHints(a: CounterResetHint, b: CounterResetHint, notes: HistogramNotes): CounterResetHint {
  if (a === b) return a
  if (a === counterResetHint.gauge || b === counterResetHint.gauge) return counterResetHint.gauge
  if (a !== counterResetHint.unknown && b !== counterResetHint.unknown) notes.collision = true
  return counterResetHint.unknown
}

/** All counts and the sum times a number; below zero it is a gauge. */
export function scaleHistogram(h: FloatHistogram, factor: number): FloatHistogram {
  return mapCounts(h, (count) => count * factor, factor < 0)
}

/** All counts and the sum divided by a number; by zero nothing is left of the buckets. */
export function divideHistogram(h: FloatHistogram, divisor: number): FloatHistogram {
  const divided = mapCounts(h, (count) => count / divisor, divisor < 0)
  if (divisor !== 0) return divided
  return { ...divided, positiveSpans: [], positiveBuckets: [], negativeSpans: [], negativeBuckets: [] }
}

function mapCounts(h: FloatHistogram, map: (count: number) => number, toGauge: boolean): FloatHistogram {
  return {
    ...h,
    counterResetHint: toGauge ? counterResetHint.gauge : h.counterResetHint,
    zeroCount: map(h.zeroCount),
    count: map(h.count),
    sum: map(h.sum),
    positiveBuckets: h.positiveBuckets.map(map),
    negativeBuckets: h.negativeBuckets.map(map),
  }
}
