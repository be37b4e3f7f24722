/** What chooses or tells values apart: topk, bottomk, count_values; and what writes labels. */
import { formatFloatF } from '#lib/model'
import type { Aggregate } from '../ast.ts'
import { groupOf } from './operators.suite.ts'
import { histogramText } from '../histogram/text.ts'
import { isHistogram, storedHistogram } from './histograms.suite.ts'
import { floatsOf, keyOf, type PlainPoint, type PlainSeries, without } from './points.suite.ts'

/** topk and bottomk, of floats: each group keeps k points in a heap whose root is the worst; one that is better takes the root's place. */
export function chosen(expr: Aggregate, all: readonly PlainPoint[], k: number): PlainPoint[] {
  const points = floatsOf(all)
  const isTop = expr.op === 'topk'
  const isWorse = (a: number, b: number) => Number.isNaN(a) || (isTop ? a < b : a > b)
  const heaps = new Map<string, Heap>()
  for (const point of points) {
    const key = keyOf(groupOf(expr, point.labels))
    const heap = heaps.get(key) ?? new Heap((a, b) => isWorse(a.value, b.value))
    heaps.set(key, heap)
    const [root] = heap.points
    if (heap.points.length < k) heap.push(point)
    else if (k >= 1 && (isTop ? root.value < point.value : root.value > point.value)) heap.replaceRoot(point)
    else if (k >= 1 && Number.isNaN(root.value) && !Number.isNaN(point.value)) heap.replaceRoot(point)
  }
  const kept = new Set<PlainPoint>([...heaps.values()].flatMap((heap) => heap.points))
  return points.filter((point) => kept.has(point))
}

/** As Go's container/heap, on whose order it hangs which of equals is kept. */
type FloatPoint = PlainPoint & { readonly value: number }

class Heap {
  readonly points: FloatPoint[] = []
  readonly #isLess: (a: FloatPoint, b: FloatPoint) => boolean

  constructor(isLess: (a: FloatPoint, b: FloatPoint) => boolean) {
    this.#isLess = isLess
  }

  push(point: FloatPoint): void {
    const { points } = this
    points.push(point)
    for (let at = points.length - 1; at > 0;) {
      const parent = (at - 1) >> 1
      if (!this.#isLess(points[at], points[parent])) break
      this.#swap(at, parent)
      at = parent
    }
  }

  replaceRoot(point: FloatPoint): void {
    const { points } = this
    points[0] = point
    for (let at = 0; 2 * at + 1 < points.length;) {
      let child = 2 * at + 1
      if (child + 1 < points.length && this.#isLess(points[child + 1], points[child])) child++
      if (!this.#isLess(points[child], points[at])) break
      this.#swap(at, child)
      at = child
    }
  }

  #swap(i: number, j: number): void {
    const { points } = this
    const point = points[i]
    points[i] = points[j]
    points[j] = point
  }
}

/** How often each value comes in a group; the value is a label. */
export function countedValues(expr: Aggregate, points: readonly PlainPoint[], name: string): PlainPoint[] {
  const counts = new Map<string, { labels: PlainSeries['labels']; dropName: boolean; order: number; value: number }>()
  for (const point of points) {
    const labels = { ...groupOf(expr, without(point.labels, [name])), [name]: textOf(point.value) }
    const one = counts.get(keyOf(labels)) ?? { labels, dropName: false, order: point.order, value: 0 }
    one.value++
    counts.set(keyOf(labels), one)
  }
  return [...counts.values()]
}

function textOf(value: PlainPoint['value']): string {
  return isHistogram(value) ? histogramText(storedHistogram(value)) : formatFloatF(value)
}

/** label_replace with an expression that JavaScript and RE2 read alike. */
export function replacedLabel(
  points: readonly PlainPoint[],
  [to, template, from, regex]: readonly string[],
): PlainPoint[] {
  const pattern = new RegExp(`^(?:${regex})$`, 's')
  return points.map((point) => {
    const match = pattern.exec(point.labels[from] ?? '')
    if (match === null) return point
    const value = template.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '')
    return { ...point, labels: { ...point.labels, [to]: value } }
  })
}

/** label_join. */
export function joinedLabels(points: readonly PlainPoint[], [to, between, ...from]: readonly string[]): PlainPoint[] {
  return points.map((point) => {
    const value = from.map((name) => point.labels[name] ?? '').join(between)
    return { ...point, labels: { ...point.labels, [to]: value } }
  })
}
