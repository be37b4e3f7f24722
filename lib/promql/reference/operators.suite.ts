/** What makes points of points: aggregations and binary operators. */
import type { Aggregate, Binary, BinaryOp } from '../ast.ts'
import { pow } from '../go-math.ts'
import { meanOf, quantile, sumOf } from './functions.suite.ts'
import {
  addedHistograms,
  dividedHistogram,
  equalHistograms,
  isHistogram,
  mappedHistogram,
  type PlainValue,
  totalOfHistograms,
} from './histograms.suite.ts'
import { keyOf, only, type PlainPoint, type PlainSeries, type Value, without } from './points.suite.ts'

/** The labels of the group that a series belongs to. */
export function groupOf({ grouping, without: isWithout }: Aggregate, labels: PlainSeries['labels']) {
  return isWithout ? without(labels, [...grouping, '__name__']) : only(labels, grouping)
}

/** `orders`: of each group, by the key of its labels. */
export function aggregated(
  expr: Aggregate,
  points: readonly PlainPoint[],
  param: number,
  orders: ReadonlyMap<string, number>,
): PlainPoint[] {
  const groups = new Map<string, { labels: PlainSeries['labels']; values: PlainValue[] }>()
  for (const { labels, value } of points) {
    const kept = groupOf(expr, labels)
    const group = groups.get(keyOf(kept)) ?? { labels: kept, values: [] }
    group.values.push(value)
    groups.set(keyOf(kept), group)
  }
  return [...groups].flatMap(([key, { labels, values }]) => {
    const value = aggregate(expr.op, values, param)
    return value === undefined ? [] : [{ labels, dropName: false, order: orders.get(key) ?? 0, value }]
  })
}

/** Sums and means are of floats or of histograms; most others know floats alone. */
function aggregate(op: Aggregate['op'], values: readonly PlainValue[], param: number): PlainValue | undefined {
  const histograms = values.filter(isHistogram)
  const floats = values.filter((value): value is number => !isHistogram(value))
  if (op === 'count' || op === 'group') return op === 'count' ? values.length : 1
  if (op === 'sum' || op === 'avg') {
    if (histograms.length > 0 && floats.length > 0) return undefined
    if (histograms.length > 0) return totalOfHistograms(histograms, op === 'avg')
  }
  return floats.length === 0 ? undefined : (aggregations[op]?.(floats, param) ?? NaN)
}

function meanAndVariance(values: readonly number[]): number {
  let [mean, sum] = [0, 0]
  for (const [i, value] of values.entries()) {
    const delta = value - mean
    mean += delta / (i + 1)
    sum += delta * (value - mean)
  }
  return sum / values.length
}

const aggregations: Readonly<Record<string, (values: readonly number[], param: number) => number>> = {
  sum: sumOf,
  avg: meanOf,
  min: (values) => values.reduce((min, value) => (value < min || Number.isNaN(min) ? value : min)),
  max: (values) => values.reduce((max, value) => (value > max || Number.isNaN(max) ? value : max)),
  stdvar: meanAndVariance,
  stddev: (values) => Math.sqrt(meanAndVariance(values)),
  quantile: (values, param) => quantile(param, values),
}

export function binary(expr: Binary, left: Value, right: Value): Value {
  const { op, returnBool, matching } = expr
  if (typeof left === 'number' && typeof right === 'number') return computed(op, left, right)
  if (typeof left === 'number' || typeof right === 'number') {
    const points = typeof left === 'number' ? (right as readonly PlainPoint[]) : left
    return points.flatMap((point) => {
      const [a, b] = typeof left === 'number' ? [left, point.value] : [point.value, right as number]
      return paired(op, returnBool, a, b, point, point.value)
    })
  }
  if (matching === undefined) throw new Error('two vectors without a matching')
  const groupOf = ({ labels }: PlainPoint) =>
    keyOf(matching.on ? only(labels, matching.labels) : without(labels, [...matching.labels, '__name__']))
  if (op === 'and') return left.filter((point) => right.some((other) => groupOf(other) === groupOf(point)))
  if (op === 'unless') return left.filter((point) => !right.some((other) => groupOf(other) === groupOf(point)))
  if (op === 'or')
    return [...left, ...right.filter((point) => !left.some((other) => groupOf(other) === groupOf(point)))]
  // Where one side has nothing, nobody asks whether the other side's groups are well formed.
  if (left.length === 0 || right.length === 0) return []
  const isLeftMany = matching.card !== 'one-to-many'
  const [many, ones] = isLeftMany ? [left, right] : [right, left]
  const byGroup = new Map<string, PlainPoint>()
  for (const point of ones) {
    if (byGroup.has(groupOf(point))) throw new Error('found duplicate series for the match group')
    byGroup.set(groupOf(point), point)
  }
  const used = new Set<string>()
  return many.flatMap((point) => {
    const one = byGroup.get(groupOf(point))
    if (one === undefined) return []
    const [a, b] = isLeftMany ? [point.value, one.value] : [one.value, point.value]
    // Arithmetic on two vectors takes the name away at once.
    const isArithmetic = comparisons[op] === undefined
    const kept = isArithmetic ? { ...point, labels: without(point.labels, ['__name__']) } : point
    const result = paired(op, returnBool, a, b, kept, a)
    if (matching.card === 'one-to-one') {
      if (result.length > 0 && used.has(groupOf(point))) throw new Error('multiple matches for labels')
      if (result.length > 0) used.add(groupOf(point))
      const keep = (labels: PlainSeries['labels']) =>
        matching.on ? only(labels, matching.labels) : without(labels, matching.labels)
      return result.map((each) => ({ ...each, labels: keep(each.labels) }))
    }
    const full = result.map((each) => ({ ...each, labels: { ...each.labels, ...included(matching.include, one) } }))
    for (const { labels } of full) {
      const key = `${groupOf(point)} ${keyOf(labels)}`
      if (used.has(key)) throw new Error('multiple matches for labels: grouping labels must ensure unique matches')
      used.add(key)
    }
    return full
  })
}

function included(names: readonly string[], one: PlainPoint): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, one.labels[name] ?? '']))
}

const comparisons: Readonly<Partial<Record<BinaryOp, (a: number, b: number) => boolean>>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
}

function paired(
  op: BinaryOp,
  returnBool: boolean,
  a: PlainValue,
  b: PlainValue,
  point: PlainPoint,
  kept: PlainValue,
): PlainPoint[] {
  if (isHistogram(a) || isHistogram(b)) return pairedHistograms(op, returnBool, a, b, point)
  const compare = comparisons[op]
  if (compare === undefined) return [{ ...point, dropName: true, value: computed(op, a, b) }]
  if (returnBool) return [{ ...point, dropName: true, value: compare(a, b) ? 1 : 0 }]
  return compare(a, b) ? [{ ...point, value: kept }] : []
}

function pairedHistograms(
  op: BinaryOp,
  returnBool: boolean,
  a: PlainValue,
  b: PlainValue,
  point: PlainPoint,
): PlainPoint[] {
  const result = (value: PlainValue) => [{ ...point, dropName: true, value }]
  if (isHistogram(a) && isHistogram(b)) {
    if (op === '+' || op === '-') return result(addedHistograms(a, b, op === '+' ? 1 : -1))
    if (op !== '==' && op !== '!=') return []
    const holds = equalHistograms(a, b) === (op === '==')
    if (returnBool) return result(holds ? 1 : 0)
    return holds ? [{ ...point, value: a }] : []
  }
  if (isHistogram(a)) {
    const by = b as number
    if (op === '*') return result(mappedHistogram(a, (count) => count * by))
    return op === '/' ? result(dividedHistogram(a, by)) : []
  }
  return op === '*' && isHistogram(b) ? result(mappedHistogram(b, (count) => count * a)) : []
}

function computed(op: BinaryOp, a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
    case '^':
      return pow(a, b)
    default:
      return comparisons[op]?.(a, b) === true ? 1 : 0
  }
}
