import { KEY_SEPARATOR, type Labels } from '#lib/model'
import { isReservedLabel, type VectorSeries } from '../columns.ts'

/** The series that one aggregation puts together. */
export interface Group {
  readonly labels: Labels
  /** The name goes when it goes from any member. */
  readonly dropName: boolean
  readonly members: readonly VectorSeries[]
}

/** How an aggregation tells the groups apart: by these labels, or by all but these. */
export class Grouping {
  readonly #names: readonly string[]
  readonly #set: ReadonlySet<string>
  readonly #without: boolean

  constructor(names: readonly string[], without: boolean) {
    this.#set = new Set(names)
    this.#names = [...this.#set]
    this.#without = without
  }

  /** A string that is equal for series of one group; cheaper than the group's labels, which are needed once a group. */
  keyOf(labels: Labels): string {
    const names = this.#names
    if (this.#without) return this.#keyWithout(labels.pairs)
    if (names.length === 1) return labels.get(names[0])
    let key = ''
    for (let i = 0; i < names.length; i++) key += labels.get(names[i]) + KEY_SEPARATOR
    return key
  }

  /** The labels of the group that a series is in. */
  labelsOf(labels: Labels): Labels {
    return labels.filter((name) => this.#keeps(name))
  }

  #keeps(name: string): boolean {
    return this.#without ? !this.#set.has(name) && !isReservedLabel(name) : this.#set.has(name)
  }

  #keyWithout(pairs: readonly string[]): string {
    let key = ''
    for (let i = 0; i < pairs.length; i += 2) {
      if (this.#keeps(pairs[i])) key += pairs[i] + KEY_SEPARATOR + pairs[i + 1] + KEY_SEPARATOR
    }
    return key
  }
}

/** Groups series by labels, once for all steps; groups come in the order of their first member. */
export function groupSeries(series: readonly VectorSeries[], names: readonly string[], without: boolean): Group[] {
  const grouping = new Grouping(names, without)
  const groups = new Map<string, { labels: Labels; dropName: boolean; members: VectorSeries[] }>()
  for (const member of series) {
    const key = grouping.keyOf(member.labels)
    let group = groups.get(key)
    if (!group) {
      group = { labels: grouping.labelsOf(member.labels), dropName: false, members: [] }
      groups.set(key, group)
    }
    group.members.push(member)
    group.dropName ||= member.dropName
  }
  return [...groups.values()]
}
