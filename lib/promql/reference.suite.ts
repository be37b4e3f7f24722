/**
 * PromQL over floats as plainly as it can be written: one step at a time, one series at a time, nothing kept. What the
 * engine answers is compared with this. Formulas are those of Prometheus 3, in their order.
 */
import type { Aggregate, Binary, BinaryOp, Call, DurationExpr, Expr, VectorSelector } from './ast.ts'

export interface PlainSample {
  readonly timeMs: number
  /** undefined: a stale marker. */
  readonly value: number | undefined
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
  readonly value: number
}

export interface PlainRequest {
  readonly series: readonly PlainSeries[]
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
}

type Value = readonly PlainPoint[] | number
type Window = readonly { readonly timeMs: number; readonly value: number }[]

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

export function keyOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '')
  return JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
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

function without(labels: PlainSeries['labels'], names: readonly string[]): PlainSeries['labels'] {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)))
}

function only(labels: PlainSeries['labels'], names: readonly string[]): PlainSeries['labels'] {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)))
}

function millisecondsOf(duration: DurationExpr | undefined): number {
  if (duration === undefined) return 0
  if (duration.kind !== 'duration-literal') throw new Error('the reference knows plain durations alone')
  return Math.round(duration.seconds * 1000)
}

function mapped(value: Value, change: (x: number) => number): Value {
  if (typeof value === 'number') return change(value)
  return value.map(({ labels, value: x }) => ({ labels, dropName: true, value: change(x) }))
}

/** A sum and what was lost in it (Neumaier). */
function increased(by: number, sum: number, lost: number): [sum: number, lost: number] {
  const next = sum + by
  if (Math.abs(next) === Infinity) return [next, 0]
  if (Math.abs(sum) >= Math.abs(by)) return [next, lost + (sum - next + by)]
  return [next, lost + (by - next + sum)]
}

function sumOf(values: readonly number[]): number {
  let [sum, lost] = [0, 0]
  for (const value of values) [sum, lost] = increased(value, sum, lost)
  return Math.abs(sum) === Infinity ? sum : sum + lost
}

function meanOf(values: readonly number[]): number {
  let [sum, lost, mean] = [0, 0, 0]
  let isIncremental = false
  for (const [i, value] of values.entries()) {
    const count = i + 1
    if (!isIncremental) {
      const next = increased(value, sum, lost)
      if (count === 1 || Math.abs(next[0]) !== Infinity) {
        ;[sum, lost] = next
        continue
      }
      isIncremental = true
      mean = sum / (count - 1)
      lost /= count - 1
    }
    const share = (count - 1) / count
    ;[mean, lost] = increased(value / count, share * mean, share * lost)
  }
  return isIncremental ? mean + lost : sum / values.length + lost / values.length
}

function quantile(q: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return NaN
  if (q < 0) return -Infinity
  if (q > 1) return Infinity
  const sorted = [...values].sort((a, b) =>
    Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : Number.isNaN(b) ? 1 : a - b || 0,
  )
  const rank = q * (sorted.length - 1)
  const lower = Math.max(0, Math.floor(rank))
  const upper = Math.min(sorted.length - 1, lower + 1)
  const weight = rank - Math.floor(rank)
  return sorted[lower] * (1 - weight) + sorted[upper] * weight
}

interface WindowAt {
  readonly startMs: number
  readonly endMs: number
  /** The step itself, whatever `offset` and `@` say. */
  readonly evalMs: number
  readonly param: number
}

type WindowFunction = (window: Window, at: WindowAt) => number | undefined

const valuesOf = (window: Window) => window.map(({ value }) => value)

function change(window: Window, { startMs, endMs }: WindowAt, isCounter: boolean, isRate: boolean): number | undefined {
  if (window.length < 2) return undefined
  const [first, last] = [window[0], window[window.length - 1]]
  let raised = last.value - first.value
  for (let i = 1; i < window.length; i++)
    if (isCounter && window[i].value < window[i - 1].value) raised += window[i - 1].value
  const sampled = (last.timeMs - first.timeMs) / 1000
  const mean = sampled / (window.length - 1)
  let toStart = (first.timeMs - startMs) / 1000
  let toEnd = (endMs - last.timeMs) / 1000
  if (toStart >= mean * 1.1) toStart = mean / 2
  if (isCounter && raised > 0 && first.value >= 0) toStart = Math.min(toStart, sampled * (first.value / raised))
  if (toEnd >= mean * 1.1) toEnd = mean / 2
  let factor = (sampled + toStart + toEnd) / sampled
  if (isRate) factor /= (endMs - startMs) / 1000
  return raised * factor
}

function instantChange(window: Window, isRate: boolean): number | undefined {
  if (window.length < 2) return undefined
  const [before, last] = window.slice(-2)
  const raised = isRate && last.value < before.value ? last.value : last.value - before.value
  return isRate ? raised / ((last.timeMs - before.timeMs) / 1000) : raised
}

function regression(window: Window, atMs: number): [slope: number, intercept: number] {
  const first = window[0].value
  if (window.every(({ value }) => value === first)) return Math.abs(first) === Infinity ? [NaN, NaN] : [0, first]
  const xs = window.map(({ timeMs }) => (timeMs - atMs) / 1000)
  const total = (values: readonly number[]) => {
    let [sum, lost] = [0, 0]
    for (const value of values) [sum, lost] = increased(value, sum, lost)
    return sum + lost
  }
  const n = window.length
  const [x, y] = [total(xs), total(valuesOf(window))]
  const xy = total(window.map(({ value }, i) => xs[i] * value))
  const xx = total(xs.map((one) => one * one))
  const slope = (xy - (x * y) / n) / (xx - (x * x) / n)
  return [slope, y / n - (slope * x) / n]
}

function variance(values: readonly number[]): number {
  let [mean, lostMean, sum, lostSum] = [0, 0, 0, 0]
  for (const [i, value] of values.entries()) {
    const delta = value - (mean + lostMean)
    ;[mean, lostMean] = increased(delta / (i + 1), mean, lostMean)
    ;[sum, lostSum] = increased(delta * (value - (mean + lostMean)), sum, lostSum)
  }
  return (sum + lostSum) / values.length
}

const windowFunctions: Readonly<Record<string, WindowFunction>> = {
  rate: (window, at) => change(window, at, true, true),
  increase: (window, at) => change(window, at, true, false),
  delta: (window, at) => change(window, at, false, false),
  irate: (window) => instantChange(window, true),
  idelta: (window) => instantChange(window, false),
  sum_over_time: (window) => sumOf(valuesOf(window)),
  avg_over_time: (window) => meanOf(valuesOf(window)),
  min_over_time: (window) =>
    valuesOf(window).reduce((min, value) => (value < min || Number.isNaN(min) ? value : min), NaN),
  max_over_time: (window) =>
    valuesOf(window).reduce((max, value) => (value > max || Number.isNaN(max) ? value : max), NaN),
  count_over_time: (window) => window.length,
  present_over_time: () => 1,
  last_over_time: (window) => window[window.length - 1].value,
  first_over_time: (window) => window[0].value,
  changes: (window) => window.filter(({ value }, i) => i > 0 && !sameNumber(value, window[i - 1].value)).length,
  resets: (window) => window.filter(({ value }, i) => i > 0 && value < window[i - 1].value).length,
  stdvar_over_time: (window) => variance(valuesOf(window)),
  stddev_over_time: (window) => Math.sqrt(variance(valuesOf(window))),
  quantile_over_time: (window, { param }) => quantile(param, valuesOf(window)),
  deriv: (window) => (window.length < 2 ? undefined : regression(window, window[0].timeMs)[0]),
  predict_linear(window, { evalMs, param }) {
    if (window.length < 2) return undefined
    const [slope, intercept] = regression(window, evalMs)
    return slope * param + intercept
  },
}

/** Equal as PromQL sees it: NaN does not differ from NaN. */
function sameNumber(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b))
}

const pointFunctions: Readonly<Record<string, (x: number, ...params: number[]) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  exp: Math.exp,
  ln: Math.log,
  sqrt: Math.sqrt,
  sgn: (x) => (x < 0 ? -1 : x > 0 ? 1 : x),
  clamp_min: (x, min) => (Number.isNaN(min) || Number.isNaN(x) ? NaN : Math.max(min, x)),
  clamp_max: (x, max) => (Number.isNaN(max) || Number.isNaN(x) ? NaN : Math.min(max, x)),
}

function aggregated(expr: Aggregate, points: readonly PlainPoint[], param: number): PlainPoint[] {
  const groups = new Map<string, { labels: PlainSeries['labels']; values: number[] }>()
  for (const { labels, value } of points) {
    const kept = expr.without ? without(labels, [...expr.grouping, '__name__']) : only(labels, expr.grouping)
    const group = groups.get(keyOf(kept)) ?? { labels: kept, values: [] }
    group.values.push(value)
    groups.set(keyOf(kept), group)
  }
  return [...groups.values()].map(({ labels, values }) => ({
    labels,
    dropName: false,
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

function binary(expr: Binary, left: Value, right: Value): Value {
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
      return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b
    default:
      return comparisons[op]?.(a, b) === true ? 1 : 0
  }
}
