import type { VectorMatching } from '../ast.ts'
import { copyStep, hasSamples, newSeries, NONE, type VectorSeries, type VectorValue } from '../columns.ts'
import type { QueryContext } from '../context.ts'
import { failQuery } from '../query-error.ts'
import { anyPresent, matchGroups, matchLabels } from './matching.ts'

/** and, or, unless. */
export function setOperator(
  op: 'and' | 'or' | 'unless',
  matching: VectorMatching,
  left: VectorValue,
  right: VectorValue,
  steps: number,
  context: QueryContext,
): VectorValue {
  const groups = matchGroups(matching, left.series, right.series)
  const presence = new Map<string, Uint8Array>()
  for (const [key, group] of groups) presence.set(key, anyPresent(op === 'or' ? group.left : group.right, steps))
  const kept = (series: VectorSeries, wanted: boolean) =>
    filtered(series, presence.get(matchLabels(matching, series.labels).key)!, wanted)
  if (op !== 'or') return { kind: 'vector', series: kernel(left.series, (s) => kept(s, op === 'and'), context) }
  const added = kernel(right.series, (s) => kept(s, false), context)
  return { kind: 'vector', series: mergeEqual([...left.series, ...added]) }
}

function kernel(
  series: readonly VectorSeries[],
  keep: (series: VectorSeries) => VectorSeries,
  context: QueryContext,
): VectorSeries[] {
  const out: VectorSeries[] = []
  for (const input of series) {
    const result = keep(input)
    if (!hasSamples(result)) continue
    context.holdSeries(result)
    out.push(result)
  }
  return out
}

/** The samples at the steps where the other side's presence is as wanted. */
function filtered(series: VectorSeries, other: Uint8Array, wanted: boolean): VectorSeries {
  const out = newSeries(series.labels, series.dropName, other.length)
  for (let step = 0; step < other.length; step++) {
    if (series.present[step] !== NONE && (other[step] !== NONE) === wanted) copyStep(series, out, step)
  }
  return out
}

/** Joins series of equal labels that take turns; two samples at one step are an error. */
export function mergeEqual(series: readonly VectorSeries[]): VectorSeries[] {
  const byLabels = Map.groupBy(series, (s) => s.labels.key)
  if (byLabels.size === series.length) return [...series]
  return [...byLabels.values()].map((same) => (same.length === 1 ? same[0] : merge(same)))
}

function firstStep({ present }: VectorSeries): number {
  const step = present.findIndex((one) => one !== NONE)
  return step < 0 ? Infinity : step
}

function merge(same: readonly VectorSeries[]): VectorSeries {
  // What is known of a series when it begins holds.
  const first = same.reduce((a, b) => (firstStep(b) < firstStep(a) ? b : a))
  const out = newSeries(first.labels, first.dropName, first.values.length)
  for (const series of same) {
    for (let step = 0; step < out.values.length; step++) {
      if (series.present[step] === NONE) continue
      if (out.present[step] !== NONE) failQuery('vector cannot contain metrics with the same labelset')
      copyStep(series, out, step)
    }
  }
  return out
}
