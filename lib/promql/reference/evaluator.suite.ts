/**
 * PromQL as plainly as it can be written: one step at a time, one series at a time, nothing kept. What the
 * engine answers is compared with this. Formulas are those of Prometheus 3, in their order.
 */
import type { Aggregate, Call, DurationExpr, Expr, Subquery, VectorSelector } from '../ast.ts'
import { chosen, countedValues, joinedLabels, replacedLabel } from './choosing.suite.ts'
import { overWindow, pointFunctions, windowFunctions } from './functions.suite.ts'
import { isHistogram, type PlainHistogram, type PlainValue } from './histograms.suite.ts'
import { aggregated, binary, groupOf } from './operators.suite.ts'
import {
  floatsOf,
  keyOf,
  mapped,
  negated,
  type PlainPoint,
  type PlainSample,
  type PlainSeries,
  type Value,
  without,
} from './points.suite.ts'

export interface PlainRequest {
  readonly series: readonly PlainSeries[]
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
}

const LOOKBACK_MS = 300_000

/** The answer to a range query: by the labels of each series, its values by time. Throws where the query fails. */
export function plainAnswer(expr: Expr, request: PlainRequest): Map<string, Map<number, PlainValue>> {
  const found = new Map<string, { labels: PlainSeries['labels']; dropName: boolean; values: Map<number, PlainValue> }>()
  const times: number[] = []
  for (let timeMs = request.startMs; timeMs <= request.endMs; timeMs += request.stepMs) times.push(timeMs)
  const grid: Grid = { request, times, known: new Map() }
  for (const timeMs of times) {
    const value = new Step(grid, timeMs).evaluate(expr)
    const points = typeof value === 'number' ? [{ labels: {}, dropName: false, value }] : value
    for (const { labels, dropName, value: number } of points) {
      // A series is one by its labels, its name among them; what is known of it when it begins holds.
      const one = found.get(keyOf(labels)) ?? { labels, dropName, values: new Map() }
      found.set(keyOf(labels), one)
      putOnce(one.values, timeMs, number)
    }
  }
  const answer = new Map<string, Map<number, PlainValue>>()
  for (const { labels, dropName, values } of found.values()) {
    const key = keyOf(dropName ? without(labels, ['__name__']) : labels)
    const into = answer.get(key) ?? new Map<number, PlainValue>()
    answer.set(key, into)
    for (const [timeMs, value] of values) putOnce(into, timeMs, value)
  }
  return answer
}

function putOnce(values: Map<number, PlainValue>, timeMs: number, value: PlainValue): void {
  if (values.has(timeMs)) throw new Error('vector cannot contain metrics with the same labelset')
  values.set(timeMs, value)
}

/** The steps that an expression is evaluated at: those of the query, or all of a subquery. */
interface Grid {
  readonly request: PlainRequest
  readonly times: readonly number[]
  /** What was evaluated, by expression and step. */
  readonly known: Map<Expr, Map<number, Value>>
}

class Step {
  readonly #grid: Grid
  readonly #request: PlainRequest
  readonly #timeMs: number

  constructor(grid: Grid, timeMs: number) {
    this.#grid = grid
    this.#request = grid.request
    this.#timeMs = timeMs
  }

  evaluate(expr: Expr): Value {
    const known = this.#grid.known.get(expr) ?? new Map<number, Value>()
    this.#grid.known.set(expr, known)
    const value = known.get(this.#timeMs) ?? this.#evaluate(expr)
    known.set(this.#timeMs, value)
    return value
  }

  #evaluate(expr: Expr): Value {
    switch (expr.kind) {
      case 'number':
        return expr.value
      case 'paren':
        return this.evaluate(expr.expr)
      case 'unary': {
        const value = this.evaluate(expr.expr)
        return expr.op === '+' ? value : negated(value)
      }
      case 'vector-selector':
        return this.#instant(expr)
      case 'call':
        return this.#call(expr)
      case 'aggregate':
        return this.#aggregate(expr)
      case 'binary':
        return binary(expr, this.evaluate(expr.left), this.evaluate(expr.right))
      default:
        throw new Error(`the reference does not know ${expr.kind}`)
    }
  }

  #aggregate(expr: Aggregate): readonly PlainPoint[] {
    const points = this.#vector(expr.expr)
    if (expr.param?.kind === 'string') return countedValues(expr, points, expr.param.value)
    const param = expr.param === undefined ? 0 : this.#scalar(expr.param)
    if (expr.op === 'topk' || expr.op === 'bottomk') return chosen(expr, points, param)
    return ordered(aggregated(expr, points, param, this.#orders(expr)))
  }

  /** Groups come in the order of their first members at any step. */
  #orders(expr: Aggregate): Map<string, number> {
    const orders = new Map<string, number>()
    for (const timeMs of this.#grid.times) {
      for (const { labels, order } of new Step(this.#grid, timeMs).#vector(expr.expr)) {
        const key = keyOf(groupOf(expr, labels))
        orders.set(key, Math.min(order, orders.get(key) ?? Infinity))
      }
    }
    return orders
  }

  #vector(expr: Expr): readonly PlainPoint[] {
    const value = this.evaluate(expr)
    if (typeof value === 'number') throw new Error('a scalar where a vector stands')
    return value
  }

  #scalar(expr: Expr): number {
    const value = this.evaluate(expr)
    if (typeof value !== 'number') throw new Error('a vector where a scalar stands')
    return value
  }

  /** In the order of the store: sums are made in that. */
  #selected(selector: VectorSelector): (PlainSeries & { readonly order: number })[] {
    return this.#request.series
      .map((series, order) => ({ ...series, order }))
      .filter(({ labels }) => selector.matchers.every((one) => one.matches(labels[one.name] ?? '')))
  }

  #referenceMs({ at, offset }: Pick<VectorSelector, 'at' | 'offset'>, evalMs = this.#timeMs): number {
    const { startMs, endMs } = this.#request
    const timeMs = at === undefined ? evalMs : at.kind === 'timestamp' ? at.ms : at.kind === 'start' ? startMs : endMs
    return timeMs - millisecondsOf(offset)
  }

  #instant(selector: VectorSelector, tells: 'value' | 'time' = 'value'): PlainPoint[] {
    const timeMs = this.#referenceMs(selector)
    return this.#selected(selector).flatMap(({ labels, samples, order }) => {
      const last = samples.findLast((sample) => sample.timeMs <= timeMs)
      if (last?.value === undefined || last.timeMs <= timeMs - LOOKBACK_MS) return []
      return [{ labels, order, dropName: false, value: tells === 'time' ? last.timeMs / 1000 : last.value }]
    })
  }

  /** The samples in (end - range, end] of each series. */
  #windows(expr: Expr): Ranged[] {
    if (expr.kind === 'matrix-selector') {
      const endMs = this.#referenceMs(expr.selector)
      const fromMs = endMs - millisecondsOf(expr.range)
      return this.#selected(expr.selector).map(({ labels, samples, order }) => ({
        labels,
        order,
        dropName: false,
        endMs,
        window: samples.flatMap(({ timeMs, value }) =>
          timeMs > fromMs && timeMs <= endMs && value !== undefined ? [{ timeMs, value }] : [],
        ),
      }))
    }
    if (expr.kind !== 'subquery') throw new Error(`${expr.kind} is no range`)
    const endMs = this.#referenceMs(expr)
    const fromMs = endMs - millisecondsOf(expr.range)
    const stepMs = expr.step === undefined ? 60_000 : millisecondsOf(expr.step)
    const grid = this.#subqueryGrid(expr, stepMs)
    const found = new Map<string, Omit<Ranged, 'endMs'> & { window: Sample[] }>()
    for (const timeMs of grid.times.filter((one) => one > fromMs && one <= endMs)) {
      for (const { labels, dropName, order, value } of new Step(grid, timeMs).#vector(expr.expr)) {
        const key = keyOf(labels)
        const one = found.get(key) ?? { labels, dropName, order, window: [] }
        one.window.push({ timeMs, value })
        found.set(key, one)
      }
    }
    return ordered([...found.values()].map((one) => ({ ...one, endMs })))
  }

  /** Its steps over the windows of all steps of this grid. */
  #subqueryGrid(expr: Subquery, stepMs: number): Grid {
    const rangeMs = millisecondsOf(expr.range)
    const ends = this.#grid.times.map((timeMs) => this.#referenceMs(expr, timeMs))
    const times: number[] = []
    for (
      let timeMs = (Math.floor((ends[0] - rangeMs) / stepMs) + 1) * stepMs;
      timeMs <= ends[ends.length - 1];
      timeMs += stepMs
    )
      times.push(timeMs)
    return { request: this.#request, times, known: new Map() }
  }

  #call({ func, args }: Call): Value {
    if (windowFunctions[func] !== undefined) {
      const range = args.find(({ kind }) => kind === 'matrix-selector' || kind === 'subquery') ?? args[0]
      const [param = 0] = args.filter((arg) => arg !== range).map((arg) => this.#scalar(arg))
      const rangeMs = millisecondsOf((range as { range: DurationExpr }).range)
      return this.#windows(range).flatMap(({ labels, dropName, order, endMs, window: samples }) => {
        const at = { startMs: endMs - rangeMs, endMs, evalMs: this.#timeMs, param }
        const value = overWindow(func, samples, at)
        const keepsName = func === 'last_over_time' || func === 'first_over_time'
        return value === undefined ? [] : [{ labels, order, dropName: dropName || !keepsName, value }]
      })
    }
    if (func === 'time') return this.#timeMs / 1000
    if (func === 'vector') return [{ labels: {}, order: 0, dropName: false, value: this.#scalar(args[0]) }]
    if (func === 'scalar') {
      const points = floatsOf(this.#vector(args[0]))
      return points.length === 1 ? points[0].value : NaN
    }
    if (func === 'timestamp' && args[0].kind === 'vector-selector')
      return this.#instant(args[0], 'time').map((point) => ({ ...point, dropName: true }))
    const texts = args.slice(1).map((arg) => (arg.kind === 'string' ? arg.value : ''))
    if (func === 'label_replace') return replacedLabel(this.#vector(args[0]), texts)
    if (func === 'label_join') return joinedLabels(this.#vector(args[0]), texts)
    const reading = histogramReadings[func]
    if (reading !== undefined) return read(this.#vector(args[0]), reading)
    const math = pointFunctions[func]
    if (math === undefined) throw new Error(`the reference does not know ${func}`)
    const params = args.slice(1).map((arg) => this.#scalar(arg))
    return mapped(this.#vector(args[0]), (x) => math(x, ...params))
  }
}

/** What is read from histograms; floats have none of it. */
const histogramReadings: Readonly<Record<string, (h: PlainHistogram) => number>> = {
  histogram_count: ({ count }) => count,
  histogram_sum: ({ sum }) => sum,
  histogram_avg: ({ count, sum }) => sum / count,
}

function read(points: readonly PlainPoint[], reading: (h: PlainHistogram) => number): PlainPoint[] {
  return points.flatMap((point) =>
    isHistogram(point.value) ? [{ ...point, dropName: true, value: reading(point.value) }] : [],
  )
}

/** A sample that is no stale marker. */
type Sample = PlainSample & { readonly value: PlainValue }

/** A series' samples of a window. */
interface Ranged {
  readonly labels: PlainSeries['labels']
  readonly dropName: boolean
  readonly order: number
  readonly endMs: number
  readonly window: readonly Sample[]
}

/** In the order of the store: what is summed up depends on it in the last bits. */
function ordered<T extends { readonly order: number }>(all: readonly T[]): T[] {
  return all.toSorted((a, b) => a.order - b.order)
}

function millisecondsOf(duration: DurationExpr | undefined): number {
  if (duration === undefined) return 0
  if (duration.kind !== 'duration-literal') throw new Error('the reference knows plain durations alone')
  return Math.round(duration.seconds * 1000)
}
