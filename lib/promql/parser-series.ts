import { Labels, type FloatHistogram } from '#lib/model'
import { addHistograms, subtractHistograms } from './histogram/arithmetic.ts'
import { Cursor } from './parser-cursor.ts'
import { numberValue } from './parser-number.ts'
import { parseVectorSelector } from './parser-selector.ts'
import { QueryError } from './query-error.ts'
import { parseHistogram } from './series-histogram.ts'

/** One position of a series description. */
export type SeriesValue =
  | { readonly kind: 'none' }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'stale' }
  | { readonly kind: 'histogram'; readonly histogram: FloatHistogram }

/** A line `<metric> <values>` of the test language. */
export interface SeriesDescription {
  readonly labels: Labels
  readonly values: readonly SeriesValue[]
}

const METRIC = /^\s*(?:[a-zA-Z_:][\w:]*)?(?:\s*\{(?!\{)(?:[^"'`}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)*\})?/

/** Parses a line of the test language: a metric and its values, `_`, `stale`, `1+2x3`, `{{…}}`. */
export function parseSeriesDescription(line: string): SeriesDescription {
  const metric = METRIC.exec(line)![0]
  return { labels: parseMetric(metric), values: parseValues(line.slice(metric.length), line) }
}

function parseMetric(text: string): Labels {
  const cursor = new Cursor(text, {})
  if (cursor.token.kind === 'end') cursor.unexpected('series description')
  const { matchers } = parseVectorSelector(cursor)
  if (cursor.token.kind !== 'end') cursor.unexpected('series description')
  const other = matchers.find((matcher) => matcher.op !== '=')
  if (other) throw new QueryError('bad_data', `unexpected ${other.op} in series description, expected "="`)
  return Labels.from(matchers.map(({ name, value }) => [name, value] as const))
}

const NUMBER = String.raw`(?:[iI][nN][fF]|[nN][aA][nN]|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)`
const HISTOGRAM = String.raw`\{\{[^}]*\}\}`
const ITEM = new RegExp(
  String.raw`\s+(?:(?<word>_|stale)|(?<first>[+-]?${NUMBER}|${HISTOGRAM}))(?:(?<sign>[+-])(?<delta>${NUMBER}|${HISTOGRAM}))?(?:x(?<times>\d+))?(?=\s|$)`,
  'y',
)

/** The most values that one line may stand for. */
const MAX_VALUES = 1_000_000

function parseValues(text: string, line: string): SeriesValue[] {
  const values: SeriesValue[] = []
  const trimmed = text.trimEnd()
  ITEM.lastIndex = 0
  while (ITEM.lastIndex < trimmed.length) {
    const groups = ITEM.exec(trimmed)?.groups
    if (!groups) throw new QueryError('bad_data', `bad value in series description ${JSON.stringify(line)}`)
    const added = repeated(groups, line)
    if (values.length + added.length > MAX_VALUES) throw new QueryError('bad_data', 'series description is too long')
    for (const value of added) values.push(value)
  }
  return values
}

function repeated(
  { word, first, sign, delta, times }: Record<string, string | undefined>,
  line: string,
): SeriesValue[] {
  const count = Math.min(Number(times ?? 0), MAX_VALUES)
  const isMixed = delta !== undefined && delta.startsWith('{') !== first?.startsWith('{')
  if ((delta !== undefined && (times === undefined || word !== undefined)) || isMixed) {
    throw new QueryError('bad_data', `bad value in series description ${JSON.stringify(line)}`)
  }
  if (word === '_') return repeat({ kind: 'none' }, times === undefined ? 1 : count)
  if (word === 'stale') return repeat({ kind: 'stale' }, count + 1)
  const direction = sign === '-' ? -1 : 1
  return first!.startsWith('{') ? histograms(first!, direction, delta, count) : floats(first!, direction, delta, count)
}

function repeat(value: SeriesValue, count: number): SeriesValue[] {
  return Array.from({ length: count }, () => value)
}

function floats(first: string, direction: number, delta: string | undefined, count: number): SeriesValue[] {
  const values: SeriesValue[] = []
  const step = delta === undefined ? 0 : direction * signedNumber(delta)
  let value = signedNumber(first)
  for (let i = 0; i <= count; i++) {
    values.push({ kind: 'float', value })
    value += step
  }
  return values
}

function histograms(first: string, direction: number, delta: string | undefined, count: number): SeriesValue[] {
  let histogram = parseHistogram(first)
  const step = delta === undefined ? undefined : parseHistogram(delta)
  if (step && histogram.schema > step.schema) {
    throw new QueryError('bad_data', 'error combining histograms: the first has the larger schema')
  }
  const values: SeriesValue[] = []
  for (let i = 0; i <= count; i++) {
    values.push({ kind: 'histogram', histogram })
    if (step && i < count) histogram = next(histogram, step, direction)
  }
  return values
}

function next(histogram: FloatHistogram, step: FloatHistogram, direction: number): FloatHistogram {
  const notes = { collision: false, reconciled: false }
  const sum = direction < 0 ? subtractHistograms(histogram, step, notes) : addHistograms(histogram, step, notes)
  if (!sum) throw new QueryError('bad_data', 'error combining histograms: their buckets do not fit together')
  return { ...sum, counterResetHint: histogram.counterResetHint }
}

function signedNumber(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1
  return sign * numberValue(text.replace(/^[+-]/, ''))
}
