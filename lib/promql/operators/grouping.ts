import type { Labels } from '#lib/model'
import { isReservedLabel, type VectorSeries } from '../columns.ts'

/** The series that one aggregation puts together. */
export interface Group {
  readonly labels: Labels
  /** The name goes when it goes from any member. */
  readonly dropName: boolean
  readonly members: readonly VectorSeries[]
}

/** The labels by which a series is grouped. */
export function groupLabels(labels: Labels, names: ReadonlySet<string>, without: boolean): Labels {
  return labels.filter((name) => (without ? !names.has(name) && !isReservedLabel(name) : names.has(name)))
}

/** Groups series by labels, once for all steps; groups come in the order of their first member. */
export function groupSeries(series: readonly VectorSeries[], grouping: readonly string[], without: boolean): Group[] {
  const names = new Set(grouping)
  const groups = new Map<string, { labels: Labels; dropName: boolean; members: VectorSeries[] }>()
  for (const member of series) {
    const labels = groupLabels(member.labels, names, without)
    let group = groups.get(labels.key)
    if (!group) {
      group = { labels, dropName: false, members: [] }
      groups.set(labels.key, group)
    }
    group.members.push(member)
    group.dropName ||= member.dropName
  }
  return [...groups.values()]
}
