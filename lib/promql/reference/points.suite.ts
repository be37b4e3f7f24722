/** What the reference evaluator computes with: series, points, and their labels. */
import { isHistogram, mappedHistogram, type PlainValue } from './histograms.suite.ts'

export interface PlainSample {
  readonly timeMs: number
  /** undefined: a stale marker. */
  readonly value: PlainValue | undefined
}

export interface PlainSeries {
  readonly labels: Readonly<Record<string, string>>
  /** In order of time. */
  readonly samples: readonly PlainSample[]
}

/** One series at one step; the name goes at the end where `dropName` says so. */
export interface PlainPoint {
  readonly labels: Readonly<Record<string, string>>
  readonly dropName: boolean
  readonly value: PlainValue
  /** The place in the store of the series that it comes from; of a group, of the first of its members at any step. */
  readonly order: number
}

export type Value = readonly PlainPoint[] | number

export function keyOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '')
  return JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
}

export function without(labels: PlainSeries['labels'], names: readonly string[]): PlainSeries['labels'] {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)))
}

export function only(labels: PlainSeries['labels'], names: readonly string[]): PlainSeries['labels'] {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)))
}

/** Functions of numbers leave histograms out. */
export function mapped(value: Value, change: (x: number) => number): Value {
  if (typeof value === 'number') return change(value)
  return floatsOf(value).map(({ labels, order, value: x }) => ({ labels, order, dropName: true, value: change(x) }))
}

export function negated(value: Value): Value {
  if (typeof value === 'number') return -value
  return value.map(({ labels, order, value: x }) => {
    const result = isHistogram(x) ? mappedHistogram(x, (count) => -count) : -x
    return { labels, order, dropName: true, value: result }
  })
}

export function floatsOf(points: readonly PlainPoint[]): (PlainPoint & { readonly value: number })[] {
  return points.flatMap((point) => (isHistogram(point.value) ? [] : [{ ...point, value: point.value }]))
}
