import type { FloatHistogram } from '#lib/model'
import { negativeSide, positiveSide, upperBound, withSides, type Side } from './buckets.ts'

/**
 * Widens the zero bucket to a threshold. Buckets that it reaches into are taken in whole when populated, which may
 * widen it further: the threshold always lies on a bound.
 */
export function widenZeroBucket(h: FloatHistogram, threshold: number): FloatHistogram {
  if (threshold <= h.zeroThreshold) return h
  const positive = positiveSide(h)
  const negative = negativeSide(h)
  let reached = threshold
  for (;;) {
    const next = Math.max(reachOf(h, positive, reached), reachOf(h, negative, reached))
    if (next === reached) break
    reached = next
  }
  const taken = takeIn(h, positive, reached) + takeIn(h, negative, reached)
  return withSides({ ...h, zeroThreshold: reached, zeroCount: h.zeroCount + taken }, positive, negative)
}

/** How far the populated buckets reach that begin below a threshold. */
function reachOf(h: FloatHistogram, side: Side, threshold: number): number {
  let reach = threshold
  for (let i = 0; i < side.indexes.length; i++) {
    const index = side.indexes[i]
    if (side.counts[i] !== 0 && upperBound(h, index - 1) < threshold) reach = Math.max(reach, upperBound(h, index))
  }
  return reach
}

/** Empties the buckets below a threshold and gives their sum. */
function takeIn(h: FloatHistogram, side: Side, threshold: number): number {
  let taken = 0
  for (let i = 0; i < side.indexes.length; i++) {
    if (upperBound(h, side.indexes[i] - 1) >= threshold) continue
    taken += side.counts[i]
    side.counts[i] = 0
  }
  return taken
}

/** Two histograms with one zero threshold. */
export function reconcileZero(a: FloatHistogram, b: FloatHistogram): [FloatHistogram, FloatHistogram] {
  while (a.zeroThreshold !== b.zeroThreshold) {
    if (a.zeroThreshold > b.zeroThreshold) b = widenZeroBucket(b, a.zeroThreshold)
    else a = widenZeroBucket(a, b.zeroThreshold)
  }
  return [a, b]
}
