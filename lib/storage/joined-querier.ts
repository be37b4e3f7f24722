import { compareUtf8 } from '#lib/bytes'
import { counterResetHint, wordsOf, type FloatHistogram, type Labels } from '#lib/model'
import { limited } from './limited.ts'
import type { LabelTable, Querier, SelectRequest, SeriesBatch, SeriesRequest } from './querier.ts'
import type { Scope } from './scope.ts'

const SERIES_PER_BATCH = 256

/** The samples of one series, in columns of its own. */
interface Columns {
  readonly labels: Labels
  readonly times: Float64Array
  readonly values: Float64Array
  readonly histograms: readonly (FloatHistogram | undefined)[] | undefined
  readonly starts: Float64Array | undefined
}

/**
 * Two queriers that hold the same series at other times (an archive, and what is kept here) as one. Where both have a sample of
 * a time the newer one's counts. A select holds the older one's answer while the newer one's passes by; an error of either is
 * the select's. Closing it closes both.
 */
export class JoinedQuerier implements Querier {
  readonly labels: LabelTable
  readonly #older: Querier
  readonly #newer: Querier
  readonly #table: Labels[] = []

  constructor(older: Querier, newer: Querier) {
    this.#older = older
    this.#newer = newer
    this.labels = { get: (id) => this.#table[id] }
  }

  async *select(scope: Scope, request: SelectRequest): AsyncIterable<SeriesBatch> {
    const held = new Map<string, Columns>()
    for await (const batch of this.#older.select(scope, request)) {
      for (let i = 0; i < batch.count; i++) {
        const columns = columnsOf(batch, i, this.#older.labels.get(batch.labels[i]))
        held.set(columns.labels.key, columns)
      }
    }
    for await (const batch of this.#newer.select(scope, request)) {
      const joined: Columns[] = []
      for (let i = 0; i < batch.count; i++) {
        const newer = columnsOf(batch, i, this.#newer.labels.get(batch.labels[i]))
        const older = held.get(newer.labels.key)
        held.delete(newer.labels.key)
        joined.push(older === undefined ? newer : join(older, newer))
      }
      if (joined.length > 0) yield this.#batchOf(joined)
    }
    const rest = [...held.values()]
    for (let from = 0; from < rest.length; from += SERIES_PER_BATCH) {
      if (request.cancellation?.reason() !== undefined) return
      yield this.#batchOf(rest.slice(from, from + SERIES_PER_BATCH))
    }
  }

  async series(scope: Scope, request: SeriesRequest): Promise<Labels[]> {
    const lists = await this.#both((querier) => querier.series(scope, request))
    const byKey = new Map(lists.flat().map((labels) => [labels.key, labels]))
    return limited([...byKey.values()], request.limit)
  }

  async labelNames(scope: Scope, request: SeriesRequest): Promise<string[]> {
    return limited(merged(await this.#both((querier) => querier.labelNames(scope, request))), request.limit)
  }

  async labelValues(scope: Scope, name: string, request: SeriesRequest): Promise<string[]> {
    return limited(merged(await this.#both((querier) => querier.labelValues(scope, name, request))), request.limit)
  }

  [Symbol.dispose](): void {
    using _ = this.#older
    this.#newer[Symbol.dispose]()
  }

  #both<T>(ask: (querier: Querier) => Promise<T>): Promise<T[]> {
    return Promise.all([ask(this.#older), ask(this.#newer)])
  }

  #batchOf(series: readonly Columns[]): SeriesBatch {
    const offsets = new Uint32Array(series.length + 1)
    for (const [i, { times }] of series.entries()) offsets[i + 1] = offsets[i] + times.length
    const total = offsets[series.length]
    const times = new Float64Array(total)
    const values = new Float64Array(total)
    const startTimes = series.some(({ starts }) => starts !== undefined) ? new Float64Array(total) : undefined
    const hasHistograms = series.some((one) => one.histograms !== undefined)
    const histograms = hasHistograms ? new Array<FloatHistogram | undefined>(total) : undefined
    for (const [i, one] of series.entries()) {
      times.set(one.times, offsets[i])
      values.set(one.values, offsets[i])
      if (one.starts) startTimes?.set(one.starts, offsets[i])
      one.histograms?.forEach((histogram, k) => (histograms![offsets[i] + k] = histogram))
    }
    const labels = Uint32Array.from(series, (one) => this.#table.push(one.labels) - 1)
    const timeOffsets = offsets.subarray(0, series.length)
    return { count: series.length, labels, offsets, timeOffsets, times, values, histograms, startTimes }
  }
}

/** A copy: a batch is used again by who gives it. */
function columnsOf(batch: SeriesBatch, i: number, labels: Labels): Columns {
  const from = batch.offsets[i]
  const to = batch.offsets[i + 1]
  const timesAt = batch.timeOffsets[i]
  return {
    labels,
    times: batch.times.slice(timesAt, timesAt + to - from),
    values: batch.values.slice(from, to),
    histograms: batch.histograms?.slice(from, to),
    starts: batch.startTimes?.slice(from, to),
  }
}

/** All samples of both, in order of time. */
function join(older: Columns, newer: Columns): Columns {
  const room = older.times.length + newer.times.length
  const times = new Float64Array(room)
  const values = new Float64Array(room)
  const words = wordsOf(values)
  const starts = older.starts || newer.starts ? new Float64Array(room) : undefined
  const histograms: (FloatHistogram | undefined)[] | undefined = older.histograms || newer.histograms ? [] : undefined
  let count = 0
  let before: Columns | undefined
  const take = (from: Columns, k: number) => {
    // As words: a number that is copied may lose the bits of a stale marker.
    words.set(wordsOf(from.values).subarray(2 * k, 2 * k + 2), 2 * count)
    times[count] = from.times[k]
    if (starts) starts[count] = from.starts?.[k] ?? 0
    const histogram = from.histograms?.[k]
    histograms?.push(before === undefined || before === from ? histogram : withoutHint(histogram))
    before = from
    count++
  }
  let o = 0
  for (let n = 0; n < newer.times.length; n++) {
    while (o < older.times.length && older.times[o] < newer.times[n]) take(older, o++)
    if (older.times[o] === newer.times[n]) o++
    take(newer, n)
  }
  while (o < older.times.length) take(older, o++)
  const labels = newer.labels
  return {
    labels,
    times: times.subarray(0, count),
    values: values.subarray(0, count),
    histograms,
    starts: starts?.subarray(0, count),
  }
}

/** A hint tells of the sample before in its own part: behind one of another part it says nothing, unless that there are no resets. */
function withoutHint(histogram: FloatHistogram | undefined): FloatHistogram | undefined {
  if (!histogram || histogram.counterResetHint === counterResetHint.gauge) return histogram
  return { ...histogram, counterResetHint: counterResetHint.unknown }
}

function merged(lists: readonly string[][]): string[] {
  return [...new Set(lists.flat())].sort(compareUtf8)
}
