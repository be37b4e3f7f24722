/**
 * PromQL over floats as plainly as it can be written: one step at a time, one series at a time, nothing kept. What the
 * engine answers is compared with this. Formulas are those of Prometheus 3, in their order.
 */
import type { Call, DurationExpr, Expr, VectorSelector } from '../ast.ts'
import { pointFunctions, type Window, windowFunctions } from './functions.suite.ts'
import { aggregated, binary } from './operators.suite.ts'
import { keyOf, mapped, type PlainPoint, type PlainSeries, type Value, without } from './points.suite.ts'

export interface PlainRequest {
  readonly series: readonly PlainSeries[]
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
}

const LOOKBACK_MS = 300_000

/** The answer to a range query: by the labels of each series, its values by time. Throws where the query fails. */
export function plainAnswer(expr: Expr, request: PlainRequest): Map<string, Map<number, number>> {
  const found = new Map<string, { labels: PlainSeries['labels']; dropName: boolean; values: Map<number, number> }>()
  for (let timeMs = request.startMs; timeMs <= request.endMs; timeMs += request.stepMs) {
    const value = new Step(request, timeMs).evaluate(expr)
    const points = typeof value === 'number' ? [{ labels: {}, dropName: false, value }] : value
    for (const { labels, dropName, value: number } of points) {
      // A series is one by its labels, its name among them; what is known of it when it begins holds.
      const one = found.get(keyOf(labels)) ?? { labels, dropName, values: new Map() }
      found.set(keyOf(labels), one)
      putOnce(one.values, timeMs, number)
    }
  }
  const answer = new Map<string, Map<number, number>>()
  for (const { labels, dropName, values } of found.values()) {
    const key = keyOf(dropName ? without(labels, ['__name__']) : labels)
    const into = answer.get(key) ?? new Map<number, number>()
    answer.set(key, into)
    for (const [timeMs, value] of values) putOnce(into, timeMs, value)
  }
  return answer
}

function putOnce(values: Map<number, number>, timeMs: number, value: number): void {
  if (values.has(timeMs)) throw new Error('vector cannot contain metrics with the same labelset')
  values.set(timeMs, value)
}

class Step {
  readonly #request: PlainRequest
  readonly #timeMs: number

  constructor(request: PlainRequest, timeMs: number) {
    this.#request = request
    this.#timeMs = timeMs
  }

  evaluate(expr: Expr): Value {
    switch (expr.kind) {
      case 'number':
        return expr.value
      case 'paren':
        return this.evaluate(expr.expr)
      case 'unary': {
        const value = this.evaluate(expr.expr)
        return expr.op === '+' ? value : mapped(value, (x) => -x)
      }
      case 'vector-selector':
        return this.#instant(expr)
      case 'call':
        return this.#call(expr)
      case 'aggregate':
        return this.#ordered(
          aggregated(expr, this.#vector(expr.expr), expr.param === undefined ? 0 : this.#scalar(expr.param)),
        )
      case 'binary':
        return binary(expr, this.evaluate(expr.left), this.evaluate(expr.right))
      default:
        throw new Error(`the reference does not know ${expr.kind}`)
    }
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
  #selected(selector: VectorSelector): PlainSeries[] {
    const { series } = this.#request
    return series.filter(({ labels }) => selector.matchers.every((one) => one.matches(labels[one.name] ?? '')))
  }

  #referenceMs({ at, offset }: Pick<VectorSelector, 'at' | 'offset'>): number {
    const { startMs, endMs } = this.#request
    const timeMs =
      at === undefined ? this.#timeMs : at.kind === 'timestamp' ? at.ms : at.kind === 'start' ? startMs : endMs
    return timeMs - millisecondsOf(offset)
  }

  #instant(selector: VectorSelector, tells: 'value' | 'time' = 'value'): PlainPoint[] {
    const timeMs = this.#referenceMs(selector)
    return this.#selected(selector).flatMap(({ labels, samples }) => {
      const last = samples.findLast((sample) => sample.timeMs <= timeMs)
      if (last?.value === undefined || last.timeMs <= timeMs - LOOKBACK_MS) return []
      return [{ labels, dropName: false, value: tells === 'time' ? last.timeMs / 1000 : last.value }]
    })
  }

  /** The samples in (end - range, end] of each series. */
  #windows(expr: Expr): { labels: PlainSeries['labels']; dropName: boolean; endMs: number; window: Window }[] {
    if (expr.kind === 'matrix-selector') {
      const endMs = this.#referenceMs(expr.selector)
      const fromMs = endMs - millisecondsOf(expr.range)
      return this.#selected(expr.selector).map(({ labels, samples }) => ({
        labels,
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
    const found = new Map<string, { labels: PlainSeries['labels']; dropName: boolean; window: Window[number][] }>()
    for (let timeMs = (Math.floor(fromMs / stepMs) + 1) * stepMs; timeMs <= endMs; timeMs += stepMs) {
      for (const { labels, dropName, value } of new Step(this.#request, timeMs).#vector(expr.expr)) {
        const key = keyOf(labels)
        const one = found.get(key) ?? { labels, dropName, window: [] }
        one.window.push({ timeMs, value })
        found.set(key, one)
      }
    }
    return this.#ordered([...found.values()].map((one) => ({ ...one, endMs })))
  }

  /** In the order of the store's series that they come from: what is summed up depends on it in the last bits. */
  #ordered<T extends { readonly labels: PlainSeries['labels'] }>(all: readonly T[]): T[] {
    const { series } = this.#request
    const place = ({ labels }: T) => {
      const itself = series.findIndex((one) => keyOf(one.labels) === keyOf(labels))
      if (itself >= 0) return itself
      return series.findIndex((one) =>
        Object.entries(labels).every(([name, value]) => (one.labels[name] ?? '') === value),
      )
    }
    return all
      .map((one) => [place(one), one] as const)
      .sort(([a], [b]) => a - b)
      .map(([, one]) => one)
  }

  #call({ func, args }: Call): Value {
    const window = windowFunctions[func]
    if (window !== undefined) {
      const range = args.find(({ kind }) => kind === 'matrix-selector' || kind === 'subquery') ?? args[0]
      const [param = 0] = args.filter((arg) => arg !== range).map((arg) => this.#scalar(arg))
      const rangeMs = millisecondsOf((range as { range: DurationExpr }).range)
      return this.#windows(range).flatMap(({ labels, dropName, endMs, window: samples }) => {
        const at = { startMs: endMs - rangeMs, endMs, evalMs: this.#timeMs, param }
        const value = samples.length === 0 ? undefined : window(samples, at)
        const keepsName = func === 'last_over_time' || func === 'first_over_time'
        return value === undefined ? [] : [{ labels, dropName: dropName || !keepsName, value }]
      })
    }
    if (func === 'time') return this.#timeMs / 1000
    if (func === 'vector') return [{ labels: {}, dropName: false, value: this.#scalar(args[0]) }]
    if (func === 'scalar') {
      const points = this.#vector(args[0])
      return points.length === 1 ? points[0].value : NaN
    }
    if (func === 'timestamp' && args[0].kind === 'vector-selector')
      return this.#instant(args[0], 'time').map((point) => ({ ...point, dropName: true }))
    const math = pointFunctions[func]
    if (math === undefined) throw new Error(`the reference does not know ${func}`)
    const params = args.slice(1).map((arg) => this.#scalar(arg))
    return mapped(this.#vector(args[0]), (x) => math(x, ...params))
  }
}

function millisecondsOf(duration: DurationExpr | undefined): number {
  if (duration === undefined) return 0
  if (duration.kind !== 'duration-literal') throw new Error('the reference knows plain durations alone')
  return Math.round(duration.seconds * 1000)
}
