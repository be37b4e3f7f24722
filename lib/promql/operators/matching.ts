import { METRIC_NAME, type Labels } from '#lib/model'
import type { VectorMatching } from '../ast.ts'
import type { VectorSeries } from '../columns.ts'

/** The labels by which series of two vectors find each other. */
export function matchLabels(matching: VectorMatching, labels: Labels): Labels {
  if (matching.on) return labels.filter((name) => matching.labels.includes(name))
  return labels.filter((name) => name !== METRIC_NAME && !matching.labels.includes(name))
}

/** The series of both sides that have the same match labels. */
export interface MatchGroup {
  readonly labels: Labels
  readonly left: VectorSeries[]
  readonly right: VectorSeries[]
}

/** Pairs the sides up: once per query, since labels do not change from step to step. */
export function matchGroups(
  matching: VectorMatching,
  left: readonly VectorSeries[],
  right: readonly VectorSeries[],
): Map<string, MatchGroup> {
  const groups = new Map<string, MatchGroup>()
  for (const series of left) groupOf(groups, matching, series).left.push(series)
  for (const series of right) groupOf(groups, matching, series).right.push(series)
  return groups
}

function groupOf(groups: Map<string, MatchGroup>, matching: VectorMatching, series: VectorSeries): MatchGroup {
  const labels = matchLabels(matching, series.labels)
  let group = groups.get(labels.key)
  if (!group) {
    group = { labels, left: [], right: [] }
    groups.set(labels.key, group)
  }
  return group
}

/** The steps at which any of the series has a sample. */
export function anyPresent(series: readonly VectorSeries[], steps: number): Uint8Array {
  const any = new Uint8Array(steps)
  for (const { present } of series) for (let step = 0; step < steps; step++) any[step] |= present[step]
  return any
}
