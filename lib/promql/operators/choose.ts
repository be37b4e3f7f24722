import { formatFloatG } from '#lib/model'
import { annotationTexts } from '../annotations.ts'
import { copyStep, FLOAT, hasSamples, newSeries, NONE, type VectorSeries, type VectorValue } from '../columns.ts'
import type { QueryContext } from '../context.ts'
import { extremes } from '../min-max.ts'
import { failQuery } from '../query-error.ts'
import { remarkOnIgnored, type AggregateRequest } from './accumulators.ts'
import { groupSeries, type Group } from './grouping.ts'
import { hashFraction } from './label-hash.ts'
import { ValueHeap } from './value-heap.ts'

/** Marks the members of a group that are kept at a step; `order` gets their indexes in order of rank. */
type Chooser = (group: Group, step: number, param: number) => number[]

/** topk, bottomk, limitk, limit_ratio: keep some members of each group, as they are. */
export function choose(input: VectorValue, request: AggregateRequest, context: QueryContext): VectorValue {
  if (keepsNothing(request, context)) return { kind: 'vector', series: [] }
  const chooser = chooserOf(request)
  const groups = groupSeries(input.series, request.grouping, request.without)
  const series: VectorSeries[] = []
  for (const group of groups) {
    context.check()
    const ranked = chosenMembers(group, request, chooser)
    for (const out of ranked) context.holdSeries(out)
    series.push(...ranked)
    if (request.op === 'topk' || request.op === 'bottomk')
      remarkOnIgnored(group.members, request, context, request.wholeSpan)
  }
  return { kind: 'vector', series }
}

/** The members kept at any step: of one step in order of rank, as an instant query shows them, of several in their own. */
function chosenMembers(group: Group, request: AggregateRequest, chooser: Chooser): VectorSeries[] {
  const steps = group.members[0].values.length
  const kept = new Map<number, VectorSeries>()
  for (let step = 0; step < steps; step++) {
    const param = clampRatio(request, request.param![step])
    for (const index of chooser(group, step, param)) {
      const member = group.members[index]
      let out = kept.get(index)
      if (!out) {
        out = newSeries(member.labels, member.dropName, steps)
        kept.set(index, out)
      }
      copyStep(member, out, step)
    }
  }
  const all = steps > 1 ? [...kept].sort(([a], [b]) => a - b) : [...kept]
  return all.map(([, out]) => out).filter(hasSamples)
}

function chooserOf(request: AggregateRequest): Chooser {
  switch (request.op) {
    case 'topk':
      return (group, step, k) => ranked(group, step, k, (a, b) => a < b)
    case 'bottomk':
      return (group, step, k) => ranked(group, step, k, (a, b) => a > b)
    case 'limitk':
      return (group, step, k) => presentAt(group, step).slice(0, Math.max(0, Math.trunc(k)))
    default:
      return byRatio()
  }
}

/** The first k in order of value. */
function ranked(group: Group, step: number, k: number, isWorse: (a: number, b: number) => boolean): number[] {
  const count = Math.trunc(k)
  if (count < 1) return []
  const heap = new ValueHeap(count, isWorse)
  for (const [i, { present, values }] of group.members.entries()) if (present[step] === FLOAT) heap.add(i, values[step])
  return heap.sorted()
}

function presentAt(group: Group, step: number): number[] {
  const indexes: number[] = []
  for (let i = 0; i < group.members.length; i++) if (group.members[i].present[step] !== NONE) indexes.push(i)
  return indexes
}

/** A series is in when the hash of its labels falls into the share; a negative ratio takes the other end. */
function byRatio(): Chooser {
  const fractions = new Map<VectorSeries, number>()
  const fractionOf = (series: VectorSeries) => {
    const known = fractions.get(series) ?? hashFraction(series.labels)
    fractions.set(series, known)
    return known
  }
  return (group, step, ratio) =>
    presentAt(group, step).filter((i) => {
      const fraction = fractionOf(group.members[i])
      return ratio >= 0 ? fraction < ratio : fraction >= 1 + ratio
    })
}

function clampRatio(request: AggregateRequest, param: number): number {
  return request.op === 'limit_ratio' ? Math.max(-1, Math.min(1, param)) : param
}

/** Whether the parameters of all steps choose nothing; refuses those that make no sense. */
function keepsNothing(request: AggregateRequest, { annotations }: QueryContext): boolean {
  const { least, most, hasNaN } = extremes(request.param!)
  if (request.op === 'limit_ratio') {
    if (most === 0 && least === 0) return true
    if (hasNaN) failQuery('Ratio value is NaN')
    if (most > 1) annotations.warn(annotationTexts.ratioRange(most, 1), request.paramSpan, request.wholeSpan)
    if (least < -1) annotations.warn(annotationTexts.ratioRange(least, -1), request.paramSpan, request.wholeSpan)
    return false
  }
  if (most < 1) return true
  if (hasNaN) failQuery('Parameter value is NaN')
  if (least <= -(2 ** 63)) failQuery(`Scalar value ${formatFloatG(least)} underflows int64`)
  if (most >= 2 ** 63) failQuery(`Scalar value ${formatFloatG(most)} overflows int64`)
  return false
}
