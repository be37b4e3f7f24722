import { compareLabels, isStaleAt, wordsOf, type FloatHistogram, type Labels } from '#lib/model'
import type { QueryResult, ResultSeries } from '#lib/promql'

const MIN_NORMAL = 2.2250738585072014e-308
const EPSILON = 1e-6

/** Whether two floats are equal as the scripts mean it. */
export function almostEqual(a: number, b: number): boolean {
  if (isStale(a) || isStale(b)) return isStale(a) && isStale(b)
  if (a !== a && b !== b) return true
  if (a === b) return true
  const sum = Math.abs(a) + Math.abs(b)
  const diff = Math.abs(a - b)
  if (a === 0 || b === 0 || sum < MIN_NORMAL) return diff < EPSILON * MIN_NORMAL
  return diff / Math.min(sum, Number.MAX_VALUE) < EPSILON
}

function isStale(value: number): boolean {
  return value !== value && isStaleAt(wordsOf(Float64Array.of(value)), 0)
}

interface Canonical {
  readonly spans: string
  readonly counts: readonly number[]
}

/** A side without empty buckets: indexes and counts. */
function canonical(spans: FloatHistogram['positiveSpans'], buckets: readonly number[]): Canonical {
  const indexes: number[] = []
  const counts: number[] = []
  let index = 0
  let at = 0
  for (const span of spans) {
    index += span.offset
    for (let i = 0; i < span.length; i++, index++, at++) {
      if (buckets[at] === 0 || buckets[at] === undefined) continue
      indexes.push(index)
      counts.push(buckets[at])
    }
  }
  return { spans: indexes.join(), counts }
}

/** Whether two histograms are equal as the scripts mean it. */
function sameHistogram(expected: FloatHistogram, actual: FloatHistogram, hintMatters: boolean): boolean {
  return (
    expected.schema === actual.schema &&
    expected.zeroThreshold === actual.zeroThreshold &&
    expected.customValues.join() === actual.customValues.join() &&
    almostEqual(expected.count, actual.count) &&
    almostEqual(expected.sum, actual.sum) &&
    almostEqual(expected.zeroCount, actual.zeroCount) &&
    sameSide(expected.positiveSpans, expected.positiveBuckets, actual.positiveSpans, actual.positiveBuckets) &&
    sameSide(expected.negativeSpans, expected.negativeBuckets, actual.negativeSpans, actual.negativeBuckets) &&
    (!hintMatters || expected.counterResetHint === actual.counterResetHint)
  )
}

type Spans = FloatHistogram['positiveSpans']

function sameSide(aSpans: Spans, a: readonly number[], bSpans: Spans, b: readonly number[]): boolean {
  const x = canonical(aSpans, a)
  const y = canonical(bSpans, b)
  return x.spans === y.spans && x.counts.every((count, i) => almostEqual(count, y.counts[i]))
}

/** A sample that a result must hold. */
export type ExpectedPoint =
  | { readonly timeMs: number; readonly value: number }
  | { readonly timeMs: number; readonly histogram: FloatHistogram; readonly statesHint: boolean }

/** A series that a result must hold. */
export interface ExpectedSeries {
  readonly labels: Labels
  readonly points: readonly ExpectedPoint[]
}

/** What is wrong with a result; undefined: nothing. */
export function compareSeries(
  expected: readonly ExpectedSeries[],
  result: Pick<QueryResult, 'series'>,
  ordered: boolean,
): string | undefined {
  const actual = new Map(result.series.map((series, at) => [series.labels.key, { series, at }]))
  if (actual.size !== result.series.length) return 'a label set is answered twice'
  for (let at = 0; at < expected.length; at++) {
    const { labels, points } = expected[at]
    const found = actual.get(labels.key)
    if (!found) return `missing ${text(labels)}; got ${result.series.map((s) => text(s.labels)).join(' ')}`
    if (ordered && found.at !== at) return `${text(labels)} stands at ${found.at}, not ${at}`
    const wrong = comparePoints(points, found.series)
    if (wrong !== undefined) return `${text(labels)}: ${wrong}`
  }
  if (actual.size <= expected.length) return undefined
  const known = new Set(expected.map((series) => series.labels.key))
  return `unexpected ${result.series
    .filter((s) => !known.has(s.labels.key))
    .map((s) => `${text(s.labels)} ${pointsText(s)}`)
    .join(' ')}`
}

function comparePoints(points: readonly ExpectedPoint[], actual: ResultSeries): string | undefined {
  const floats = points.filter((point) => 'value' in point)
  const histograms = points.filter((point) => 'histogram' in point)
  const found = actual.histograms ?? []
  if (floats.length !== actual.times.length || histograms.length !== found.length) {
    return `expected ${floats.length} floats and ${histograms.length} histograms, got ${pointsText(actual)}`
  }
  for (let i = 0; i < floats.length; i++) {
    if (floats[i].timeMs !== actual.times[i] || !almostEqual(floats[i].value, actual.values[i])) {
      return `expected ${floats[i].value} at ${floats[i].timeMs}, got ${actual.values[i]} at ${actual.times[i]}`
    }
  }
  for (let i = 0; i < histograms.length; i++) {
    const { timeMs, histogram, statesHint } = histograms[i]
    if (timeMs !== found[i].timeMs || !sameHistogram(histogram, found[i].histogram, statesHint)) {
      return `expected ${JSON.stringify(histogram)} at ${timeMs}, got ${JSON.stringify(found[i])}`
    }
  }
  return undefined
}

function pointsText(series: ResultSeries): string {
  const floats = [...series.values].map((value, i) => `${value}@${series.times[i]}`)
  return [...floats, ...(series.histograms ?? []).map((h) => JSON.stringify(h))].join(' ')
}

function text(labels: Labels): string {
  return JSON.stringify(labels)
}

/** Whether the series are in the order of a matrix. */
export function isSorted(series: readonly ResultSeries[]): boolean {
  return series.every((s, i) => i === 0 || compareLabels(series[i - 1].labels, s.labels) < 0)
}

/** The one point of each series that is at a time, as an expectation for another query. */
export function pointsAt(result: QueryResult, timeMs: number): ExpectedSeries[] {
  return result.series.flatMap(({ labels, times, values, histograms }): ExpectedSeries[] => {
    const at = times.indexOf(timeMs)
    if (at >= 0) return [{ labels, points: [{ timeMs, value: values[at] }] }]
    const found = histograms?.find((h) => h.timeMs === timeMs)
    return found ? [{ labels, points: [{ timeMs, histogram: found.histogram, statesHint: false }] }] : []
  })
}
