import { counterResetHint, type FloatHistogram } from '#lib/model'

/** Times that were deleted: from, to, from, to …, both included, ascending and apart. */
export type Intervals = Float64Array

const NONE: Intervals = new Float64Array(0)

/** What is read into; histograms stand at the places of values, where there are any. */
interface Columns {
  readonly count: number
  readonly histograms?: (FloatHistogram | undefined)[]
}

/** The intervals with one more; those that touch become one. */
export function withInterval(known: Intervals | undefined, fromMs: number, toMs: number): Intervals {
  const intervals = known ?? NONE
  const kept: number[] = []
  let [from, to] = [fromMs, toMs]
  const later: number[] = []
  for (let i = 0; i < intervals.length; i += 2) {
    if (intervals[i + 1] < from - 1) kept.push(intervals[i], intervals[i + 1])
    else if (intervals[i] > to + 1) later.push(intervals[i], intervals[i + 1])
    else {
      from = Math.min(from, intervals[i])
      to = Math.max(to, intervals[i + 1])
    }
  }
  return Float64Array.of(...kept, from, to, ...later)
}

/** What is left of startMs <= t <= endMs: from, to, from, to …. */
export function visibleParts(deleted: Intervals, startMs: number, endMs: number): number[] {
  const parts: number[] = []
  let from = startMs
  for (let i = 0; i < deleted.length && deleted[i] <= endMs; i += 2) {
    if (deleted[i + 1] < from) continue
    if (deleted[i] > from) parts.push(from, deleted[i] - 1)
    from = deleted[i + 1] + 1
  }
  if (from <= endMs) parts.push(from, endMs)
  return parts
}

/**
 * Reads what is left of a range, part by part, with the reader of one part. A histogram behind a gap no longer knows whether it
 * was reset: what it was compared with is gone.
 */
export function readVisible(
  deleted: Intervals,
  startMs: number,
  endMs: number,
  into: Columns,
  read: (fromMs: number, toMs: number) => void,
): void {
  const parts = visibleParts(deleted, startMs, endMs)
  for (let i = 0; i < parts.length; i += 2) {
    const at = into.count
    read(parts[i], parts[i + 1])
    if (parts[i] !== startMs && into.count > at) forgetReset(into, at)
  }
}

function forgetReset({ histograms }: Columns, at: number): void {
  const histogram = histograms?.[at]
  if (!histograms || !histogram || histogram.counterResetHint === counterResetHint.gauge) return
  histograms[at] = { ...histogram, counterResetHint: counterResetHint.unknown }
}
