import { compareUtf8 } from '#lib/bytes'
import { newMatcher, type Labels, type Matcher } from '#lib/model'
import {
  type LabelTable,
  limited,
  type Querier,
  type Scope,
  seesAnything,
  type SelectRequest,
  type SeriesBatch,
  type SeriesRequest,
} from '#lib/storage'
import { BlockError } from './block-error.ts'
import { overlap } from './block-merge.ts'
import { endOfHead } from './block-meta.ts'
import { isLate } from './block-plan.ts'
import type { BlockReader } from './block-reader.ts'
import type { BlockSeries } from './block-writer.ts'
import { ColumnMerger } from './merge-columns.ts'
import { hasLate, readLate } from './reader-late.ts'
import { deletedOf, type PostedDeletions } from './head-deletions.ts'
import { readVisible } from './intervals.ts'
import { SampleColumns } from './sample-columns.ts'
import { seriesWord } from './slabs.ts'
import { findSeries, type SeriesList, type SeriesPlaces } from './series-list.ts'
import type { StoreReader } from './store-reader.ts'

const SERIES_PER_BATCH = 256
/** A batch is full with so many values: what is done with them finds them in the processor's cache. */
const VALUES_PER_BATCH = 8192

/** Where a querier stands: another thread's that stands there too reads the very same, while both are open. */
export interface ReadPoint {
  readonly commit: number
  readonly epoch: number
  /** Their names with their tombstones. */
  readonly blocks: readonly string[]
  /** Version of what was deleted of the head. */
  readonly deletions: number
}

/** A series of the head. */
export interface HeadSeries {
  readonly id: number
  readonly labels: Labels
  read(startMs: number, endMs: number): SampleColumns
  /** The time of the newest sample in a range, late or not; -Infinity where there is none. */
  newestMs(startMs: number, endMs: number): number
}

/** Joins head and blocks at one read point. */
export class StoreQuerier implements Querier {
  readonly labels: LabelTable
  readonly point: ReadPoint
  readonly #reader: StoreReader
  readonly #blocks: readonly BlockReader[]
  readonly #deletions: PostedDeletions
  readonly #table: Labels[]
  /** Of the batch that was given last: it is used again for the next. */
  readonly #columns = new SampleColumns()
  readonly #merger = new ColumnMerger()
  readonly #overlap: boolean
  #leave: (() => void) | undefined

  constructor(reader: StoreReader, point: ReadPoint, blocks: readonly BlockReader[], leave: () => void) {
    this.point = point
    this.#reader = reader
    this.#blocks = blocks
    this.#overlap = doOverlap(blocks)
    this.#deletions = reader.deletions
    this.#table = []
    this.labels = { get: (id) => this.#table[id] }
    this.#leave = leave
  }

  async *select(scope: Scope, request: SelectRequest): AsyncIterable<SeriesBatch> {
    const { labels, places } = this.find(scope, request)
    const firstLabels = this.enter(labels)
    for (let from = 0; from < places.count;) {
      if (request.cancellation?.reason() !== undefined) return
      const { batch, next } = this.batch(places, from, places.count, request, firstLabels)
      from = next
      if (batch.count > 0) yield batch
    }
  }

  /** The series that match; some may have no sample in the range. */
  find(scope: Scope, { matchers, startMs, endMs }: Omit<SelectRequest, 'cancellation'>): SeriesList {
    if (!seesAnything(scope)) return { labels: [], places: { count: 0, words: new Uint32Array(0) } }
    try {
      return findSeries(this.#reader.index, this.#blocks, [...scopeMatchers(scope), ...matchers], startMs, endMs)
    } catch (error) {
      return this.#failed(error)
    }
  }

  /** Puts labels into the table; returns the first one's id, which the others follow. */
  enter(labels: readonly Labels[]): number {
    const first = this.#table.length
    for (const one of labels) this.#table.push(one)
    return first
  }

  /** Series from … to - 1 of a list, or fewer where the batch is full; `next` is the first that is not in it. Labels count from `firstLabels`. */
  batch(
    places: SeriesPlaces,
    from: number,
    to: number,
    range: { readonly startMs: number; readonly endMs: number },
    firstLabels: number,
  ): { batch: SeriesBatch; next: number } {
    const labels = new Uint32Array(SERIES_PER_BATCH)
    const offsets = new Uint32Array(SERIES_PER_BATCH + 1)
    const timeOffsets = new Uint32Array(SERIES_PER_BATCH)
    const columns = this.#columns
    columns.clear()
    let count = 0
    let next = from
    while (next < to && count < SERIES_PER_BATCH && columns.count < VALUES_PER_BATCH) {
      this.#read(places, next, range.startMs, range.endMs)
      const timesAt = columns.endSeries()
      if (timesAt >= 0) {
        timeOffsets[count] = timesAt
        labels[count++] = firstLabels + next
        offsets[count] = columns.count
      }
      next++
    }
    const { times, values } = columns
    const histograms = columns.histograms.length > 0 ? columns.histograms : undefined
    return { batch: { count, labels, offsets, timeOffsets, times, values, histograms }, next }
  }

  /** How many samples the first series has: about what each of the others has. */
  samplesOfFirst(places: SeriesPlaces, startMs: number, endMs: number): number {
    this.#columns.clear()
    if (places.count > 0) this.#read(places, 0, startMs, endMs)
    return this.#columns.count
  }

  async series(scope: Scope, request: SeriesRequest): Promise<Labels[]> {
    return limited(this.#withSamples(scope, request), request.limit)
  }

  async labelNames(scope: Scope, request: SeriesRequest): Promise<string[]> {
    const names = new Set<string>()
    for (const labels of this.#withSamples(scope, request)) for (const [name] of labels) names.add(name)
    return limited([...names].sort(compareUtf8), request.limit)
  }

  async labelValues(scope: Scope, name: string, request: SeriesRequest): Promise<string[]> {
    const values = new Set<string>()
    for (const labels of this.#withSamples(scope, request)) values.add(labels.get(name))
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
  headSeries(matchers: readonly Matcher[] = []): HeadSeries[] {
    const { index } = this.#reader
    const list: HeadSeries[] = []
    for (const id of index.select(matchers)) {
      const record = index.record(id)
      if (record === 0) continue
      const read = (startMs: number, endMs: number) => this.#readHead(record, startMs, endMs)
      const newestMs = (startMs: number, endMs: number) => this.#newestMs(record, startMs, endMs)
      list.push({ id, labels: index.labels(record), read, newestMs })
    }
    return list
  }

  /** The head's samples that came late. */
  lateSeries(): BlockSeries[] {
    const { index, slabs } = this.#reader
    const list: BlockSeries[] = []
    for (const id of index.select([])) {
      const record = index.record(id)
      if (record === 0 || !hasLate(slabs, record)) continue
      const columns = new SampleColumns()
      readLate(slabs, record, this.point.commit, -Infinity, Infinity, columns)
      columns.endSeries()
      const { count, times, values, histograms } = columns
      if (count > 0) list.push({ labels: index.labels(record), count, times, values, histograms })
    }
    return list
  }

  #readHead(record: number, startMs: number, endMs: number): SampleColumns {
    const columns = this.#columns
    columns.clear()
    this.#addHead(record, startMs, endMs, columns)
    columns.endSeries()
    return columns
  }

  #newestMs(record: number, startMs: number, endMs: number): number {
    const { count, times } = this.#readHead(record, startMs, endMs)
    const newest = count > 0 ? times[count - 1] : -Infinity
    const { slabs } = this.#reader
    if (!hasLate(slabs, record)) return newest
    const late = new SampleColumns()
    readLate(slabs, record, this.point.commit, startMs, endMs, late)
    late.endSeries()
    return late.count > 0 ? Math.max(newest, late.times[late.count - 1]) : newest
  }

  /** Adds the head's samples of a series, without those that were deleted and those that came late. */
  #addHead(record: number, startMs: number, endMs: number, into: SampleColumns): void {
    const { slabs, chunks } = this.#reader
    const { commit } = this.point
    const deletions = this.#deletions
    const deleted = deletions.rows.length === 0 ? undefined : deletedOf(deletions, slabs.get(record + seriesWord.id))
    if (deleted === undefined) {
      chunks.read(record, commit, startMs, endMs, into)
      return
    }
    readVisible(deleted, startMs, endMs, into, (fromMs, toMs) => chunks.read(record, commit, fromMs, toMs, into))
  }

  /** The blocks that it reads, oldest first. */
  get blocks(): readonly BlockReader[] {
    return this.#blocks
  }

  [Symbol.dispose](): void {
    this.#leave?.()
    this.#leave = undefined
  }

  #withSamples(scope: Scope, request: SeriesRequest): Labels[] {
    const { startMs, endMs } = request
    const sets = request.matcherSets.length > 0 ? request.matcherSets : [[]]
    const seen = new Map<string, Labels>()
    for (const matchers of sets) {
      const { labels, places } = this.find(scope, { matchers, startMs, endMs })
      for (let i = 0; i < places.count; i++) {
        if (request.cancellation?.reason() !== undefined) return [...seen.values()]
        if (seen.has(labels[i].key)) continue
        this.#columns.clear()
        this.#read(places, i, startMs, endMs)
        if (this.#columns.count > 0) seen.set(labels[i].key, labels[i])
      }
    }
    return [...seen.values()]
  }

  /** Adds the samples of a series of a list to the columns. */
  #read(places: SeriesPlaces, i: number, startMs: number, endMs: number): void {
    const columns = this.#columns
    const at = i * (1 + this.#blocks.length)
    if (this.#overlap || (places.words[at] !== 0 && hasLate(this.#reader.slabs, places.words[at]))) {
      this.#merge(places, i, startMs, endMs)
      return
    }
    for (const [b, reader] of this.#blocks.entries()) {
      const id = places.words[at + 1 + b]
      if (id !== 0) this.#readBlock(reader, id - 1, startMs, endMs, columns)
    }
    const record = places.words[at]
    if (record !== 0) this.#addHead(record, startMs, endMs, columns)
  }

  /** The same where times of blocks overlap, or samples came late: of those at one time one that did not, then one from a block is kept. */
  #merge(places: SeriesPlaces, i: number, startMs: number, endMs: number): void {
    const at = i * (1 + this.#blocks.length)
    const record = places.words[at]
    const { slabs } = this.#reader
    const reads: ((into: SampleColumns) => void)[] = []
    const late: typeof reads = []
    for (const [b, reader] of this.#blocks.entries()) {
      const id = places.words[at + 1 + b]
      if (id !== 0)
        (isLate(reader) ? late : reads).push((into) => this.#readBlock(reader, id - 1, startMs, endMs, into))
    }
    if (record !== 0) reads.push((into) => this.#addHead(record, startMs, endMs, into))
    reads.push(...late)
    if (record !== 0 && hasLate(slabs, record))
      reads.push((into) => readLate(slabs, record, this.point.commit, startMs, endMs, into))
    if (reads.length === 1) reads[0](this.#columns)
    else this.#merger.merge(reads, this.#columns)
  }

  #readBlock(reader: BlockReader, id: number, startMs: number, endMs: number, into: SampleColumns): void {
    try {
      reader.read(id, startMs, endMs, into)
    } catch (error) {
      this.#failed(error)
    }
  }

  /** This query fails; the block that does not hold is not read again. */
  #failed(error: unknown): never {
    if (error instanceof BlockError) this.#reader.setAside(error)
    throw error
  }
}

/** Whether some of the blocks, in order of their first time, hold the same times, or times of the head. */
function doOverlap(blocks: readonly BlockReader[]): boolean {
  if (blocks.length === 0 || overlap(blocks)) return blocks.length > 0
  // The head begins behind what has been flushed whole.
  const headMs = blocks.reduce((end, { meta }) => Math.max(end, endOfHead(meta)), -Infinity)
  return blocks.at(-1)!.meta.maxTimeMs >= headMs
}

/** A scope as a condition on the label `namespace`. */
export function scopeMatchers(scope: Scope): Matcher[] {
  if (scope.kind === 'everything') return []
  // A label that is absent is the empty text to a matcher.
  const names = new Set(scope.cluster ? ['', ...scope.namespaces] : scope.namespaces)
  return [{ ...newMatcher('namespace', '=', ''), matches: (value) => names.has(value), setMatches: [...names] }]
}
