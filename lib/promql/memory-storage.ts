import { compareUtf8 } from '#lib/bytes'
import { setStaleAt, wordsOf, type FloatHistogram, type Labels, type Matcher } from '#lib/model'
import {
  type LabelTable,
  limited,
  type Querier,
  type Queryable,
  type Scope,
  seesNamespace,
  type SelectRequest,
  type SeriesBatch,
  type SeriesRequest,
} from '#lib/storage'
import { MemorySeries } from './memory-series.ts'

const SERIES_PER_BATCH = 256

/** A store in plain memory, for tests, conformance and browsers. A series may get its samples in any order of time. */
export class MemoryStorage implements Queryable {
  readonly #byKey = new Map<string, MemorySeries>()
  readonly #series: MemorySeries[] = []

  /** Adds a float; startMs is its start timestamp, 0 where unknown. */
  add(labels: Labels, timeMs: number, value: number, startMs = 0): void {
    this.#of(labels).put(timeMs, value, startMs, undefined)
  }

  /** Adds a stale marker. */
  addStale(labels: Labels, timeMs: number): void {
    const series = this.#of(labels)
    const at = series.put(timeMs, 0, 0, undefined)
    setStaleAt(wordsOf(series.values), at)
  }

  /** Adds a native histogram, which must not be changed afterwards. */
  addHistogram(labels: Labels, timeMs: number, histogram: FloatHistogram, startMs = 0): void {
    this.#of(labels).put(timeMs, 0, startMs, histogram)
  }

  /** A querier over what is there when it is asked: with one thread nothing is ever half written. */
  querier(): Querier {
    return new MemoryQuerier(this.#series)
  }

  #of(labels: Labels): MemorySeries {
    let series = this.#byKey.get(labels.key)
    if (!series) {
      series = new MemorySeries(labels, this.#series.length)
      this.#byKey.set(labels.key, series)
      this.#series.push(series)
    }
    return series
  }
}

class MemoryQuerier implements Querier {
  readonly labels: LabelTable
  readonly #series: readonly MemorySeries[]

  constructor(series: readonly MemorySeries[]) {
    this.#series = series
    this.labels = { get: (id) => series[id].labels }
  }

  async *select(scope: Scope, request: SelectRequest): AsyncIterable<SeriesBatch> {
    const found = this.#matching(scope, request.matchers, request.startMs, request.endMs)
    for (let from = 0; from < found.length; from += SERIES_PER_BATCH) {
      if (request.cancellation?.reason() !== undefined) return
      yield batchOf(found.slice(from, from + SERIES_PER_BATCH), request.startMs, request.endMs)
    }
  }

  async series(scope: Scope, request: SeriesRequest): Promise<Labels[]> {
    const found = this.#inAnySet(scope, request).map((series) => series.labels)
    return limited(found, request.limit)
  }

  async labelNames(scope: Scope, request: SeriesRequest): Promise<string[]> {
    const names = new Set<string>()
    for (const { labels } of this.#inAnySet(scope, request)) for (const [name] of labels) names.add(name)
    return limited([...names].sort(compareUtf8), request.limit)
  }

  async labelValues(scope: Scope, name: string, request: SeriesRequest): Promise<string[]> {
    const values = new Set(this.#inAnySet(scope, request).map((series) => series.labels.get(name)))
    values.delete('')
    return limited([...values].sort(compareUtf8), request.limit)
  }

  [Symbol.dispose](): void {
    // Nothing is held.
  }

  #inAnySet(scope: Scope, request: SeriesRequest): MemorySeries[] {
    const sets = request.matcherSets.length > 0 ? request.matcherSets : [[]]
    const found = new Set(sets.flatMap((set) => this.#matching(scope, set, request.startMs, request.endMs)))
    return [...found]
  }

  #matching(scope: Scope, matchers: readonly Matcher[], startMs: number, endMs: number): MemorySeries[] {
    return this.#series.filter(
      (series) =>
        isVisible(scope, series.labels) &&
        matchers.every((matcher) => matcher.matches(series.labels.get(matcher.name))) &&
        series.upper(endMs) > series.lower(startMs),
    )
  }
}

function isVisible(scope: Scope, labels: Labels): boolean {
  return seesNamespace(scope, labels.get('namespace'))
}

function batchOf(series: readonly MemorySeries[], startMs: number, endMs: number): SeriesBatch {
  const offsets = new Uint32Array(series.length + 1)
  for (let i = 0; i < series.length; i++) {
    offsets[i + 1] = offsets[i] + series[i].upper(endMs) - series[i].lower(startMs)
  }
  const total = offsets[series.length]
  const times = new Float64Array(total)
  const values = new Float64Array(total)
  const starts = series.some((s) => s.hasStarts) ? new Float64Array(total) : undefined
  const histograms = series.some((s) => s.histograms.size > 0)
    ? new Array<FloatHistogram | undefined>(total)
    : undefined
  for (let i = 0; i < series.length; i++) {
    const lo = series[i].lower(startMs)
    const hi = series[i].upper(endMs)
    times.set(series[i].times.subarray(lo, hi), offsets[i])
    // Words, not floats: a copied number may lose a stale marker's bits.
    wordsOf(values).set(wordsOf(series[i].values).subarray(2 * lo, 2 * hi), 2 * offsets[i])
    starts?.set(series[i].starts.subarray(lo, hi), offsets[i])
    if (histograms) {
      for (let k = lo; k < hi; k++) histograms[offsets[i] + k - lo] = series[i].histogramAt(k)
    }
  }
  const labels = Uint32Array.from(series, (s) => s.id)
  const timeOffsets = offsets.subarray(0, series.length)
  return { count: series.length, labels, offsets, timeOffsets, times, values, histograms, startTimes: starts }
}
