import { counterResetHint, Labels, METRIC_NAME, type FloatHistogram } from '#lib/model'

/** One position of a series description: nothing, a float, a stale marker or a histogram. */
export type Item =
  | undefined
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'stale' }
  | { readonly kind: 'histogram'; readonly histogram: FloatHistogram; readonly statesHint: boolean }

/** A line `<metric> <values>`. */
export interface SeriesLine {
  readonly labels: Labels
  readonly items: readonly Item[]
}

/** Adds histograms for `{{A}}+{{B}}xN`. */
export type AddHistograms = (a: FloatHistogram, b: FloatHistogram, sign: 1 | -1) => FloatHistogram

/** Reads a metric at the start of a line and says where it ends. */
export function readMetric(text: string): { labels: Labels; end: number } {
  const pairs: [string, string][] = []
  let at = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(text)?.[0].length ?? 0
  if (at > 0) pairs.push([METRIC_NAME, text.slice(0, at)])
  while (text[at] === ' ' && text[at + 1] === '{' && text[at + 2] !== '{') at++
  if (text[at] === '{' && text[at + 1] !== '{') at = readBraces(text, at + 1, pairs)
  if (pairs.length === 0 && at === 0) throw new Error(`no metric in ${JSON.stringify(text)}`)
  return { labels: Labels.from(pairs), end: at }
}

const PAIR =
  /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([a-zA-Z_][a-zA-Z0-9_.:]*))\s*(?:=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`))?\s*,?/y

function readBraces(text: string, at: number, pairs: [string, string][]): number {
  for (;;) {
    while (text[at] === ' ' || text[at] === '\t') at++
    if (text[at] === '}') return at + 1
    PAIR.lastIndex = at
    const match = PAIR.exec(text)
    if (!match) throw new Error(`bad labels in ${JSON.stringify(text)}`)
    const name = match[1] === undefined ? match[2] : unquote(match[1])
    if (match[3] === undefined) pairs.push([METRIC_NAME, name])
    else pairs.push([name, unquote(match[3])])
    at = PAIR.lastIndex
  }
}

/** The text between quotes, with Go's escapes. */
export function unquote(quoted: string): string {
  if (quoted.startsWith('`')) return quoted.slice(1, -1)
  return quoted
    .slice(1, -1)
    .replace(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))/g, (_, u?: string, x?: string, c?: string) => {
      if (u !== undefined || x !== undefined) return String.fromCodePoint(parseInt(u ?? x!, 16))
      return { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' }[c!] ?? c!
    })
}

/** Reads a whole line. */
export function readSeriesLine(line: string, add: AddHistograms): SeriesLine {
  const { labels, end } = readMetric(line)
  return { labels, items: readItems(line.slice(end), add) }
}

const NUMBER = String.raw`[+-]?(?:0[xX][0-9a-fA-F]*[a-fA-F][0-9a-fA-F]*|[iI][nN][fF]|[nN][aA][nN]|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)`
const HISTOGRAM = String.raw`\{\{[^}]*\}\}`
const ITEM = new RegExp(
  String.raw`\s*(?:(_|stale|${HISTOGRAM}|${NUMBER})(?:([+-])(${HISTOGRAM}|${NUMBER}))?(?:x(\d+))?)(?=\s|$)`,
  'y',
)

/** Reads the values after a metric. */
export function readItems(text: string, add: AddHistograms): Item[] {
  const items: Item[] = []
  const trimmed = text.trim()
  ITEM.lastIndex = 0
  while (ITEM.lastIndex < trimmed.length) {
    const from = ITEM.lastIndex
    const match = ITEM.exec(trimmed)
    if (!match) throw new Error(`bad value at ${JSON.stringify(trimmed.slice(from))}`)
    pushItems(items, match[1], match[2], match[3], match[4], add)
  }
  return items
}

function pushItems(
  items: Item[],
  first: string,
  sign: string | undefined,
  delta: string | undefined,
  times: string | undefined,
  add: AddHistograms,
): void {
  const count = Number(times ?? 0)
  if (first === '_') {
    for (let i = 0; i < Math.max(1, count); i++) items.push(undefined)
  } else if (first === 'stale') {
    items.push({ kind: 'stale' })
  } else if (first.startsWith('{{')) {
    pushHistograms(items, first, sign, delta, count, add)
  } else {
    let value = readNumber(first)
    const step = delta === undefined ? 0 : readNumber(delta) * (sign === '-' ? -1 : 1)
    for (let i = 0; i <= count; i++) {
      items.push({ kind: 'float', value })
      value += step
    }
  }
}

function pushHistograms(
  items: Item[],
  first: string,
  sign: string | undefined,
  delta: string | undefined,
  count: number,
  add: AddHistograms,
): void {
  const statesHint = first.includes('counter_reset_hint')
  let histogram = readHistogram(first)
  const step = delta === undefined ? undefined : readHistogram(delta)
  if (step && histogram.schema > step.schema)
    throw new Error('error combining histograms: schema of the delta is lower')
  for (let i = 0; i <= count; i++) {
    items.push({ kind: 'histogram', histogram, statesHint })
    if (step && i < count) histogram = add(histogram, step, sign === '-' ? -1 : 1)
  }
}

/** A number as PromQL writes it. */
export function readNumber(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1
  const rest = text.replace(/^[+-]/, '').toLowerCase()
  if (rest === 'inf') return sign * Infinity
  return rest === 'nan' ? NaN : sign * Number(rest)
}

const hints: Record<string, FloatHistogram['counterResetHint']> = {
  unknown: counterResetHint.unknown,
  reset: counterResetHint.reset,
  not_reset: counterResetHint.notReset,
  gauge: counterResetHint.gauge,
}

/** Reads `{{schema:1 sum:2 …}}`. */
export function readHistogram(text: string): FloatHistogram {
  const fields = new Map<string, string>()
  for (const [, name, value] of text.slice(2, -2).matchAll(/(\w+):\s*(\[[^\]]*\]|\S+)/g)) fields.set(name, value)
  const number = (name: string) => readNumber(fields.get(name) ?? '0')
  const list = (name: string) =>
    (fields.get(name) ?? '[]').slice(1, -1).trim().split(/\s+/).filter(Boolean).map(readNumber)
  const positive = list('buckets')
  const negative = list('n_buckets')
  return {
    counterResetHint: hints[fields.get('counter_reset_hint') ?? 'unknown'],
    schema: number('schema'),
    zeroThreshold: number('z_bucket_w'),
    zeroCount: number('z_bucket'),
    count: number('count'),
    sum: number('sum'),
    positiveSpans: positive.length > 0 ? [{ offset: number('offset'), length: positive.length }] : [],
    positiveBuckets: positive,
    negativeSpans: negative.length > 0 ? [{ offset: number('n_offset'), length: negative.length }] : [],
    negativeBuckets: negative,
    customValues: list('custom_values'),
  }
}
