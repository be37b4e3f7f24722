/** Functions of one window or one number, with Prometheus 3's formulas in their order. */

import { log } from '../go-math.ts'
import {
  dividedHistogram,
  equalHistograms,
  histogramChange,
  isHistogram,
  addedHistograms,
  isReset,
  mappedHistogram,
  type PlainHistogram,
  type PlainValue,
  totalOfHistograms,
} from './histograms.suite.ts'

export type Window = readonly { readonly timeMs: number; readonly value: number }[]

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
  return raised * factorOf(window, { startMs, endMs }, isRate, isCounter ? first.value : -1, raised)
}

/** What makes of the change between the first and the last sample that over the whole window. */
function factorOf(
  window: readonly { readonly timeMs: number }[],
  { startMs, endMs }: Pick<WindowAt, 'startMs' | 'endMs'>,
  isRate: boolean,
  firstValue: number,
  raised: number,
): number {
  const [first, last] = [window[0], window[window.length - 1]]
  const sampled = (last.timeMs - first.timeMs) / 1000
  const mean = sampled / (window.length - 1)
  let toStart = (first.timeMs - startMs) / 1000
  let toEnd = (endMs - last.timeMs) / 1000
  if (toStart >= mean * 1.1) toStart = mean / 2
  if (raised > 0 && firstValue >= 0) toStart = Math.min(toStart, sampled * (firstValue / raised))
  if (toEnd >= mean * 1.1) toEnd = mean / 2
  let factor = (sampled + toStart + toEnd) / sampled
  if (isRate) factor /= (endMs - startMs) / 1000
  return factor
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

export const windowFunctions: Readonly<Record<string, WindowFunction>> = {
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

/** A sample of either kind. */
interface AnySample {
  readonly timeMs: number
  readonly value: PlainValue
}

/** A function of a window in which there may be histograms. */
export function overWindow(func: string, samples: readonly AnySample[], at: WindowAt): PlainValue | undefined {
  const floats = samples.flatMap(({ timeMs, value }) => (isHistogram(value) ? [] : [{ timeMs, value }]))
  const histograms = samples.flatMap(({ timeMs, value }) => (isHistogram(value) ? [{ timeMs, value }] : []))
  const values = histograms.map(({ value }) => value)
  if (samples.length === 0) return undefined
  if (histograms.length === 0) return windowFunctions[func](floats, at)
  switch (func) {
    case 'count_over_time':
      return samples.length
    case 'present_over_time':
      return 1
    case 'first_over_time':
      return samples[0].value
    case 'last_over_time':
      return samples[samples.length - 1].value
    case 'changes':
      return transitions(samples, (a, b) => !isSame(a, b))
    case 'resets':
      return transitions(samples, fell)
    case 'irate':
    case 'idelta':
      return lastChange(samples.slice(-2), func === 'irate', at)
    case 'sum_over_time':
    case 'avg_over_time':
      return floats.length > 0 ? undefined : totalOfHistograms(values, func === 'avg_over_time')
    case 'rate':
    case 'increase':
    case 'delta': {
      if (floats.length > 0 || values.length < 2) return undefined
      const change = histogramChange(values, func !== 'delta')
      const first = func === 'delta' ? -1 : values[0].count
      const factor = factorOf(histograms, at, func === 'rate', first, change.count)
      return mappedHistogram(change, (count) => count * factor)
    }
    default:
      // The others know floats alone.
      return floats.length === 0 ? undefined : windowFunctions[func](floats, at)
  }
}

function transitions(samples: readonly AnySample[], counts: (a: PlainValue, b: PlainValue) => boolean): number {
  return samples.filter(({ value }, i) => i > 0 && counts(samples[i - 1].value, value)).length
}

function isSame(a: PlainValue, b: PlainValue): boolean {
  if (isHistogram(a) && isHistogram(b)) return equalHistograms(a, b)
  return !isHistogram(a) && !isHistogram(b) && sameNumber(a, b)
}

function fell(before: PlainValue, now: PlainValue): boolean {
  if (isHistogram(before) && isHistogram(now)) return isReset(now, before)
  return isHistogram(before) || isHistogram(now) || now < before
}

function lastChange(samples: readonly AnySample[], isRate: boolean, at: WindowAt): PlainValue | undefined {
  if (samples.length < 2) return undefined
  const [before, last] = samples
  if (!isHistogram(before.value) && !isHistogram(last.value)) {
    const floats = [before, last].map(({ timeMs, value }) => ({ timeMs, value: value as number }))
    return windowFunctions[isRate ? 'irate' : 'idelta'](floats, at)
  }
  if (!isHistogram(before.value) || !isHistogram(last.value)) return undefined
  const seconds = isRate ? (last.timeMs - before.timeMs) / 1000 : 1
  const change: PlainHistogram =
    isRate && isReset(last.value, before.value) ? last.value : addedHistograms(last.value, before.value, -1)
  return dividedHistogram(change, seconds)
}

/** Equal as PromQL sees it: NaN does not differ from NaN. */
function sameNumber(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b))
}

export const pointFunctions: Readonly<Record<string, (x: number, ...params: number[]) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  exp: Math.exp,
  ln: log,
  sqrt: Math.sqrt,
  sgn: (x) => (x < 0 ? -1 : x > 0 ? 1 : x),
  // An infinity that decides it does so beside NaN too.
  clamp_min: (x, min) => (x === Infinity || min === Infinity ? Infinity : Math.max(min, x)),
  clamp_max: (x, max) => (x === -Infinity || max === -Infinity ? -Infinity : Math.min(max, x)),
}

/** A sum and what was lost in it (Neumaier). */
function increased(by: number, sum: number, lost: number): [sum: number, lost: number] {
  const next = sum + by
  if (Math.abs(next) === Infinity) return [next, 0]
  if (Math.abs(sum) >= Math.abs(by)) return [next, lost + (sum - next + by)]
  return [next, lost + (by - next + sum)]
}

export function sumOf(values: readonly number[]): number {
  let [sum, lost] = [0, 0]
  for (const value of values) [sum, lost] = increased(value, sum, lost)
  return Math.abs(sum) === Infinity ? sum : sum + lost
}

export function meanOf(values: readonly number[]): number {
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

export function quantile(q: number, values: readonly number[]): number {
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
