import { formatLabelSet, Labels, METRIC_NAME } from '#lib/model'
import type { VectorMatching } from '../ast.ts'
import { FLOAT, hasSamples, newSeries, NONE, type VectorSeries, type VectorValue } from '../columns.ts'
import type { QueryContext } from '../context.ts'
import { failQuery } from '../query-error.ts'
import { anyPresent, matchGroups, type MatchGroup } from './matching.ts'
import type { PairOperator } from './pair.ts'

/** The samples of one match group, in terms of the side of many and the side of one. */
interface Sides {
  readonly labels: Labels
  readonly many: readonly VectorSeries[]
  readonly one: readonly VectorSeries[]
}

/** Arithmetic and comparison between two vectors: matching is settled once, then each pair runs over its columns. */
export class VectorBinary {
  readonly #pair: PairOperator
  readonly #matching: VectorMatching
  readonly #steps: number
  readonly #context: QueryContext
  readonly #swapped: boolean
  readonly #output = new Map<string, VectorSeries>()
  #anyBoth: Uint8Array = new Uint8Array(0)

  constructor(pair: PairOperator, matching: VectorMatching, steps: number, context: QueryContext) {
    this.#pair = pair
    this.#matching = matching
    this.#steps = steps
    this.#context = context
    this.#swapped = matching.card === 'one-to-many'
  }

  run(left: VectorValue, right: VectorValue): VectorValue {
    const anyLeft = anyPresent(left.series, this.#steps)
    const anyRight = anyPresent(right.series, this.#steps)
    this.#anyBoth = anyLeft.map((present, step) => (present !== NONE && anyRight[step] !== NONE ? 1 : 0))
    const groups = [...matchGroups(this.#matching, left.series, right.series).values()]
    this.#refuseTwoOnOneSide(groups, this.#swapped ? left.series : right.series)
    for (const group of groups) this.#match(group)
    const series = [...this.#output.values()].filter(hasSamples)
    for (const out of series) this.#context.holdSeries(out)
    return { kind: 'vector', series }
  }

  #match(group: MatchGroup): void {
    const sides: Sides = this.#swapped
      ? { labels: group.labels, many: group.right, one: group.left }
      : { labels: group.labels, many: group.left, one: group.right }
    const matched = this.#matching.card === 'one-to-one' ? new Uint8Array(this.#steps) : undefined
    for (const many of sides.many) for (const one of sides.one) this.#pairUp(many, one, matched)
    this.#fillOne(sides, matched)
    this.#fillMany(sides)
  }

  /** Two series of a group that have a sample at the same step: told of the first step, and of the first there in the side's order. */
  #refuseTwoOnOneSide(groups: readonly MatchGroup[], side: readonly VectorSeries[]): void {
    const groupsOf = new Map<VectorSeries, MatchGroup>()
    for (const group of groups) {
      const one = this.#swapped ? group.left : group.right
      if (one.length > 1) for (const series of one) groupsOf.set(series, group)
    }
    if (groupsOf.size === 0) return
    for (let step = 0; step < this.#steps; step++) {
      if (this.#anyBoth[step] === 0) continue
      const holders = new Map<MatchGroup, VectorSeries>()
      for (const series of side) {
        const group = groupsOf.get(series)
        if (group === undefined || series.present[step] === NONE) continue
        const first = holders.get(group)
        if (first !== undefined) this.#refuse(group.labels, first, series)
        holders.set(group, series)
      }
    }
  }

  #refuse(group: Labels, first: VectorSeries, second: VectorSeries): never {
    const side = this.#swapped ? 'left' : 'right'
    const both = [second, first].map(({ labels }) => formatLabelSet(labels))
    failQuery(
      `found duplicate series for the match group ${formatLabelSet(group)} on the ${side} hand-side of the operation: ` +
        `[${both.join(', ')}]` +
        ';many-to-many matching not allowed: matching labels must be unique on one side',
    )
  }

  #pairUp(many: VectorSeries, one: VectorSeries, matched: Uint8Array | undefined): void {
    let out: VectorSeries | undefined
    for (let step = 0; step < this.#steps; step++) {
      if (many.present[step] === NONE || one.present[step] === NONE) continue
      out ??= this.#outputFor(many.labels, one.labels, many.dropName)
      this.#emit(many, one, step, out, matched)
    }
  }

  #emit(many: VectorSeries, one: VectorSeries, step: number, out: VectorSeries, matched?: Uint8Array): void {
    const wasPresent = out.present[step] !== NONE
    const kept = this.#swapped ? this.#pair.apply(one, many, step, out) : this.#pair.apply(many, one, step, out)
    if (!kept) return
    if (matched?.[step]) {
      failQuery('multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)')
    }
    if (wasPresent) failQuery('multiple matches for labels: grouping labels must ensure unique matches')
    if (matched) matched[step] = 1
  }

  /** Samples of the side of many that found no partner meet fill_right, on whichever side of the operator they stand. */
  #fillOne({ many, one }: Sides, matched: Uint8Array | undefined): void {
    const fill = this.#matching.fillRight
    if (fill === undefined) return
    const partner = anyPresent(one, this.#steps)
    const filler = constantSeries(fill, this.#steps)
    for (const series of many) {
      const out = this.#outputFor(series.labels, Labels.empty, series.dropName)
      for (let step = 0; step < this.#steps; step++) {
        if (series.present[step] !== NONE && partner[step] === NONE) this.#emit(series, filler, step, out, matched)
      }
    }
  }

  /** Samples of the side of one that found no partner meet fill_left, under the labels of the group. */
  #fillMany({ labels, many, one }: Sides): void {
    const fill = this.#matching.fillLeft
    if (fill === undefined) return
    const partner = anyPresent(many, this.#steps)
    const filler = constantSeries(fill, this.#steps)
    for (const series of one) {
      const out = this.#outputFor(labels, series.labels, false)
      for (let step = 0; step < this.#steps; step++) {
        if (series.present[step] !== NONE && partner[step] === NONE) this.#emit(filler, series, step, out)
      }
    }
  }

  #outputFor(many: Labels, one: Labels, dropName: boolean): VectorSeries {
    const labels = this.#resultLabels(many, one)
    const key = labels.key
    let out = this.#output.get(key)
    if (!out) {
      out = newSeries(labels, dropName || this.#pair.dropsName, this.#steps)
      this.#output.set(key, out)
    }
    return out
  }

  #resultLabels(many: Labels, one: Labels): Labels {
    const { card, on, labels: names, include } = this.#matching
    let result = this.#pair.dropsName && this.#pair.isArithmetic ? many.without(METRIC_NAME) : many
    if (card === 'one-to-one') result = result.filter((name) => names.includes(name) === on)
    if (include.length === 0) return result
    return result.with(Object.fromEntries(include.map((name) => [name, one.get(name)])))
  }
}

function constantSeries(value: number, steps: number): VectorSeries {
  const series = newSeries(Labels.empty, false, steps)
  series.values.fill(value)
  series.present.fill(FLOAT)
  return series
}
