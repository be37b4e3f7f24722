import { compareUtf8 } from '#lib/bytes'
import { counterResetHint, METRIC_NAME, type FloatHistogram, type Labels } from '#lib/model'
import { parseSeriesDescription, type MemoryStorage, type SeriesDescription } from '#lib/promql'
import { readStartOffsets } from './promql-script.ts'

/** Fills the store from the lines of a `load`. */
export function load(storage: MemoryStorage, stepMs: number, lines: readonly string[], withHistograms: boolean): void {
  const series: SeriesDescription[] = []
  let starts: (number | undefined)[] | undefined
  for (const line of lines) {
    const startLine = /^\S*@st(?:\s+(.*))?$/.exec(line.replace(/\{.*\}/, ''))
    if (startLine) {
      starts = readStartOffsets(startLine[1] ?? '')
      continue
    }
    const described = parseSeriesDescription(line)
    store(storage, described, stepMs, starts)
    series.push(described)
    starts = undefined
  }
  if (withHistograms) storeCustomHistograms(storage, series, stepMs)
}

function store(
  storage: MemoryStorage,
  { labels, values }: SeriesDescription,
  stepMs: number,
  starts: readonly (number | undefined)[] | undefined,
): void {
  for (let i = 0; i < values.length; i++) {
    const item = values[i]
    const time = i * stepMs
    const start = starts?.[i] === undefined ? 0 : time + starts[i]!
    if (item.kind === 'float') storage.add(labels, time, item.value, start)
    else if (item.kind === 'stale') storage.addStale(labels, time)
    else if (item.kind === 'histogram') storage.addHistogram(labels, time, item.histogram, start)
  }
}

/** What is known of one classic histogram at one time. */
interface Classic {
  readonly buckets: Map<number, number>
  count: number | undefined
  sum: number | undefined
}

/** Stores a native histogram with custom buckets for every classic one. */
function storeCustomHistograms(storage: MemoryStorage, series: readonly SeriesDescription[], stepMs: number): void {
  const found = new Map<string, { labels: Labels; at: Map<number, Classic> }>()
  for (const { labels, values } of series) {
    const match = /^(.*)_(bucket|count|sum)$/.exec(labels.get(METRIC_NAME))
    if (!match || (match[2] === 'bucket' && !labels.has('le'))) continue
    const bound = match[2] === 'bucket' ? readBound(labels.get('le')) : 0
    if (bound === undefined) continue
    const target = labels.with({ [METRIC_NAME]: match[1], le: '' })
    const entry = found.get(target.key) ?? { labels: target, at: new Map<number, Classic>() }
    found.set(target.key, entry)
    for (let i = 0; i < values.length; i++) {
      const item = values[i]
      if (item.kind === 'float') note(entry.at, i * stepMs, match[2], bound, item.value)
    }
  }
  for (const { labels, at } of [...found.values()].sort((a, b) => compareUtf8(a.labels.key, b.labels.key))) {
    for (const [time, classic] of at) storage.addHistogram(labels, time, customHistogram(classic))
  }
}

function readBound(text: string): number | undefined {
  const inf = /^([+-]?)inf$/i.exec(text)
  if (inf) return inf[1] === '-' ? -Infinity : Infinity
  return /^[+-]?[\d.]+(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
}

function note(at: Map<number, Classic>, time: number, part: string, bound: number, value: number): void {
  const classic = at.get(time) ?? { buckets: new Map<number, number>(), count: undefined, sum: undefined }
  at.set(time, classic)
  if (part === 'bucket') classic.buckets.set(bound, value)
  else if (part === 'count') classic.count = value
  else classic.sum = value
}

function customHistogram({ buckets, count, sum }: Classic): FloatHistogram {
  const bounds = [...buckets.keys()].sort((a, b) => a - b)
  const highest = bounds.length > 0 ? buckets.get(bounds[bounds.length - 1])! : 0
  const total = count ?? highest
  if (bounds[bounds.length - 1] !== Infinity) {
    bounds.push(Infinity)
    buckets.set(Infinity, total)
  }
  const counts = bounds.map((bound, i) => buckets.get(bound)! - (i > 0 ? buckets.get(bounds[i - 1])! : 0))
  return {
    counterResetHint: counterResetHint.unknown,
    schema: -53,
    zeroThreshold: 0,
    zeroCount: 0,
    count: total,
    sum: sum ?? 0,
    positiveSpans: [{ offset: 0, length: counts.length }],
    positiveBuckets: counts,
    negativeSpans: [],
    negativeBuckets: [],
    customValues: bounds.filter((bound) => bound !== Infinity),
  }
}
