/** What makes points of points: aggregations and binary operators. */
import type { Aggregate, Binary, BinaryOp } from '../ast.ts'
import { pow } from '../go-math.ts'
import { meanOf, quantile, sumOf } from './functions.suite.ts'
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
  const groups = new Map<string, { labels: PlainSeries['labels']; values: number[] }>()
  for (const { labels, value } of points) {
    const kept = groupOf(expr, labels)
    const group = groups.get(keyOf(kept)) ?? { labels: kept, values: [] }
    group.values.push(value)
    groups.set(keyOf(kept), group)
  }
  return [...groups].map(([key, { labels, values }]) => ({
    labels,
    dropName: false,
    order: orders.get(key) ?? 0,
    value: aggregations[expr.op]?.(values, param) ?? NaN,
  }))
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
  count: (values) => values.length,
  group: () => 1,
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
  a: number,
  b: number,
  point: PlainPoint,
  kept: number,
): PlainPoint[] {
  const compare = comparisons[op]
  if (compare === undefined) return [{ ...point, dropName: true, value: computed(op, a, b) }]
  if (returnBool) return [{ ...point, dropName: true, value: compare(a, b) ? 1 : 0 }]
  return compare(a, b) ? [{ ...point, value: kept }] : []
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
