import { KEY_SEPARATOR, type Labels } from '#lib/model'
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

/** Strings that are equal for series of one group; cheaper than its labels, which are needed once a group. */
export class GroupKeys {
  readonly #names: readonly string[]
  readonly #without: ReadonlySet<string> | undefined

  constructor(grouping: readonly string[], without: boolean) {
    this.#names = [...new Set(grouping)]
    this.#without = without ? new Set(grouping) : undefined
  }

  of(labels: Labels): string {
    const names = this.#names
    if (this.#without !== undefined) return this.#keyWithout(labels.pairs, this.#without)
    if (names.length === 1) return labels.get(names[0])
    let key = ''
    for (let i = 0; i < names.length; i++) key += labels.get(names[i]) + KEY_SEPARATOR
    return key
  }

  #keyWithout(pairs: readonly string[], names: ReadonlySet<string>): string {
    let key = ''
    for (let i = 0; i < pairs.length; i += 2) {
      if (names.has(pairs[i]) || isReservedLabel(pairs[i])) continue
      key += pairs[i] + KEY_SEPARATOR + pairs[i + 1] + KEY_SEPARATOR
    }
    return key
  }
}

/** Groups series by labels, once for all steps; groups come in the order of their first member. */
export function groupSeries(series: readonly VectorSeries[], grouping: readonly string[], without: boolean): Group[] {
  const names = new Set(grouping)
  const keys = new GroupKeys(grouping, without)
  const groups = new Map<string, { labels: Labels; dropName: boolean; members: VectorSeries[] }>()
  for (const member of series) {
    const key = keys.of(member.labels)
    let group = groups.get(key)
    if (!group) {
      group = { labels: groupLabels(member.labels, names, without), dropName: false, members: [] }
      groups.set(key, group)
    }
    group.members.push(member)
    group.dropName ||= member.dropName
  }
  return [...groups.values()]
}
