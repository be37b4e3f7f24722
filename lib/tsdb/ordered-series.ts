import type { Labels, Matcher, StoredHistogram } from '#lib/model'
import { everything } from '#lib/storage'
import type { StoreQuerier } from './store-querier.ts'
import type { StoreReader } from './store-reader.ts'

/** A series with its samples in order of time; the columns are valid until the next one is asked for. */
export interface OrderedSeries {
  readonly labels: Labels
  readonly count: number
  readonly times: Float64Array
  /** A stale marker keeps its bits. */
  readonly values: Float64Array
  /** Those at the places of values; shorter than they are, or empty. */
  readonly histograms: readonly (StoredHistogram | undefined)[]
}

/** What is taken out of a store. */
export interface OrderedRequest {
  /** Series that any of the lists selects; none: all series. */
  readonly matcherSets: readonly (readonly Matcher[])[]
  readonly startMs: number
  readonly endMs: number
  /** The order of the series. */
  readonly compare: (a: Labels, b: Labels) => number
}

/** Gives the series that have samples in a range, in an order, one after the other: for what is written elsewhere. */
export function orderedSeries(reader: StoreReader, request: OrderedRequest): OrderedSeriesList {
  return new OrderedSeriesList(reader.storeQuerier(), request)
}

/** The series of a store at one read point, in an order. */
export class OrderedSeriesList implements Disposable {
  readonly #querier: StoreQuerier
  readonly #request: OrderedRequest
  readonly #found: { readonly labels: Labels; readonly words: Uint32Array }[]

  constructor(querier: StoreQuerier, request: OrderedRequest) {
    this.#querier = querier
    this.#request = request
    const { matcherSets, startMs, endMs, compare } = request
    const byKey = new Map<string, { labels: Labels; words: Uint32Array }>()
    // Words a series in a list of places: the head, then each block.
    const stride = 1 + querier.point.blocks.length
    for (const matchers of matcherSets.length > 0 ? matcherSets : [[]]) {
      const { labels, places } = querier.find(everything, { matchers, startMs, endMs })
      for (const [i, one] of labels.entries())
        byKey.set(one.key, { labels: one, words: places.words.slice(i * stride, (i + 1) * stride) })
    }
    this.#found = [...byKey.values()].sort((a, b) => compare(a.labels, b.labels))
  }

  /** How many there are, those without a sample in the range among them. */
  get length(): number {
    return this.#found.length
  }

  *[Symbol.iterator](): Generator<OrderedSeries, undefined> {
    for (const { labels, words } of this.#found) {
      const { batch } = this.#querier.batch({ count: 1, words }, 0, 1, this.#request, 0)
      const count = batch.offsets[1]
      const { times, values, histograms = [] } = batch
      yield { labels, count, times: times.subarray(0, count), values: values.subarray(0, count), histograms }
    }
    return undefined
  }

  [Symbol.dispose](): void {
    this.#querier[Symbol.dispose]()
  }
}
