import { compareUtf8 } from '#lib/bytes'
import { newMatcher, type Labels, type Matcher } from '#lib/model'
import {
  type LabelTable,
  type Querier,
  type Scope,
  seesAnything,
  type SelectRequest,
  type SeriesBatch,
  type SeriesRequest,
} from '#lib/storage'
import type { BlockReader } from './block-reader.ts'
import { SampleColumns } from './sample-columns.ts'
import type { StoreReader } from './store-reader.ts'

const SERIES_PER_BATCH = 256
/** A batch is full with so many values: what is done with them finds them in the processor's cache. */
const VALUES_PER_BATCH = 8192

/** A series in the blocks and the head that have it. */
interface Found {
  readonly labels: Labels
  readonly blocks: { readonly reader: BlockReader; readonly id: number }[]
  /** Its record in the head, 0 where it is not there. */
  head: number
}

/** Joins head and blocks at one read point. */
export class StoreQuerier implements Querier {
  readonly labels: LabelTable
  readonly #reader: StoreReader
  readonly #commit: number
  readonly #blocks: readonly BlockReader[]
  readonly #table: Labels[]
  /** Of the batch that was given last: it is used again for the next. */
  readonly #columns = new SampleColumns()
  #leave: (() => void) | undefined

  constructor(reader: StoreReader, commit: number, blocks: readonly BlockReader[], leave: () => void) {
    this.#reader = reader
    this.#commit = commit
    this.#blocks = blocks
    this.#table = []
    this.labels = { get: (id) => this.#table[id] }
    this.#leave = leave
  }

  async *select(scope: Scope, request: SelectRequest): AsyncIterable<SeriesBatch> {
    const found = this.#find(scope, request.matchers, request.startMs, request.endMs)
    for (let from = 0; from < found.length;) {
      if (request.cancellation?.reason() !== undefined) return
      const { batch, next } = this.#batch(found, from, request.startMs, request.endMs)
      from = next
      if (batch.count > 0) yield batch
    }
  }

  async series(scope: Scope, request: SeriesRequest): Promise<Labels[]> {
    return limited(
      this.#withSamples(scope, request).map((found) => found.labels),
      request.limit,
    )
  }

  async labelNames(scope: Scope, request: SeriesRequest): Promise<string[]> {
    const names = new Set<string>()
    for (const { labels } of this.#withSamples(scope, request)) for (const [name] of labels) names.add(name)
    return limited([...names].sort(compareUtf8), request.limit)
  }

  async labelValues(scope: Scope, name: string, request: SeriesRequest): Promise<string[]> {
    const values = new Set<string>()
    for (const { labels } of this.#withSamples(scope, request)) values.add(labels.get(name))
    values.delete('')
    return limited([...values].sort(compareUtf8), request.limit)
  }

  /** Labels of all series that the head holds samples of. */
  *headLabels(scope: Scope): Iterable<Labels> {
    const { index } = this.#reader
    for (const id of index.select(scopeMatchers(scope))) {
      const record = index.record(id)
      if (record !== 0 && this.#readHead(record, -Infinity, Infinity).count > 0) yield index.labels(record)
    }
  }

  /** The head's series with their samples of a range; `read` fills the same columns again and again. */
  headSeries(): { labels: Labels; read(startMs: number, endMs: number): SampleColumns }[] {
    const { index } = this.#reader
    const list: { labels: Labels; read(startMs: number, endMs: number): SampleColumns }[] = []
    for (const id of index.select([])) {
      const record = index.record(id)
      if (record === 0) continue
      const read = (startMs: number, endMs: number) => this.#readHead(record, startMs, endMs)
      list.push({ labels: index.labels(record), read })
    }
    return list
  }

  #readHead(record: number, startMs: number, endMs: number): SampleColumns {
    const columns = this.#columns
    columns.clear()
    this.#reader.chunks.read(record, this.#commit, startMs, endMs, columns)
    columns.endSeries()
    return columns
  }

  [Symbol.dispose](): void {
    this.#leave?.()
    this.#leave = undefined
  }

  /** The series that match, in blocks that reach into the range and in the head. */
  #find(scope: Scope, given: readonly Matcher[], startMs: number, endMs: number): Found[] {
    if (!seesAnything(scope)) return []
    const matchers = [...scopeMatchers(scope), ...given]
    const { index } = this.#reader
    const found: Found[] = []
    const byKey = new Map<string, Found>()
    for (const reader of this.#blocks) {
      if (reader.meta.minTimeMs > endMs || reader.meta.maxTimeMs < startMs) continue
      for (const id of reader.postings(matchers)) {
        const labels = reader.labels(id)
        let entry = byKey.get(labels.key)
        if (!entry) {
          entry = { labels, blocks: [], head: 0 }
          byKey.set(labels.key, entry)
          found.push(entry)
        }
        entry.blocks.push({ reader, id })
      }
    }
    for (const id of index.select(matchers)) {
      const head = index.record(id)
      if (head === 0) continue
      const labels = index.labels(head)
      const entry = byKey.size > 0 ? byKey.get(labels.key) : undefined
      if (entry) entry.head = head
      else found.push({ labels, blocks: [], head })
    }
    return found
  }

  #withSamples(scope: Scope, request: SeriesRequest): Found[] {
    const sets = request.matcherSets.length > 0 ? request.matcherSets : [[]]
    const seen = new Map<string, Found>()
    for (const matchers of sets) {
      for (const found of this.#find(scope, matchers, request.startMs, request.endMs)) {
        if (request.cancellation?.reason() !== undefined) return [...seen.values()]
        if (seen.has(found.labels.key) || !this.#hasSample(found, request.startMs, request.endMs)) continue
        seen.set(found.labels.key, found)
      }
    }
    return [...seen.values()]
  }

  #hasSample(found: Found, startMs: number, endMs: number): boolean {
    const columns = this.#columns
    columns.clear()
    if (found.head !== 0) this.#reader.chunks.read(found.head, this.#commit, startMs, endMs, columns)
    if (columns.count > 0) return true
    for (const { reader, id } of found.blocks) reader.read(id, startMs, endMs, columns)
    return columns.count > 0
  }

  /** Series from `from` on until the batch is full; `next` is the first that is not in it. */
  #batch(found: readonly Found[], from: number, startMs: number, endMs: number): { batch: SeriesBatch; next: number } {
    const labels = new Uint32Array(SERIES_PER_BATCH)
    const offsets = new Uint32Array(SERIES_PER_BATCH + 1)
    const timeOffsets = new Uint32Array(SERIES_PER_BATCH)
    const columns = this.#columns
    const { chunks } = this.#reader
    columns.clear()
    let count = 0
    let next = from
    while (next < found.length && count < SERIES_PER_BATCH && columns.count < VALUES_PER_BATCH) {
      const series = found[next++]
      for (const { reader, id } of series.blocks) reader.read(id, startMs, endMs, columns)
      if (series.head !== 0) chunks.read(series.head, this.#commit, startMs, endMs, columns)
      const timesAt = columns.endSeries()
      if (timesAt < 0) continue
      timeOffsets[count] = timesAt
      labels[count++] = this.#table.push(series.labels) - 1
      offsets[count] = columns.count
    }
    const { times, values } = columns
    return { batch: { count, labels, offsets, timeOffsets, times, values }, next }
  }
}

/** A scope as a condition on the label `namespace`. */
function scopeMatchers(scope: Scope): Matcher[] {
  if (scope.kind === 'everything') return []
  // A label that is absent is the empty text to a matcher.
  const names = new Set(scope.cluster ? ['', ...scope.namespaces] : scope.namespaces)
  return [{ ...newMatcher('namespace', '=', ''), matches: (value) => names.has(value), setMatches: [...names] }]
}

function limited<T>(list: T[], limit = 0): T[] {
  return limit > 0 && list.length > limit ? list.slice(0, limit) : list
}
