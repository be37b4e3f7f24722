import type { EntryCursor } from '#lib/exposition'
import { formatSize } from '#lib/http'
import type { Labels } from '#lib/model'
import type { SampleGroup, SeriesRef } from '#lib/storage'
import { fitHistogram, schemaOfFactor } from './fit-histogram.ts'
import { lineKind, LineTable } from './line-table.ts'
import type { PoolOptions } from './pool.ts'
import { SeriesLabeler } from './series-labeler.ts'

/** A series longer than this is an attack or an accident; no store wants it as labels. */
const SERIES_LIMIT_BYTES = 1 << 20
/** In the place of an id: the pool's rules drop this series. */
export const DROPPED = -1

/** What is kept of a help text. */
const HELP_LIMIT = 16 * 1024

/**
 * What matching bodies against the one before has in common, whatever their format: which series the last body had and
 * their ids, the limits of samples, what the store refused, stale markers for what is gone.
 */
export abstract class SeriesMatcher {
  /** Samples of the last body. */
  samples: number
  /** Those of them that the pool's rules dropped. */
  dropped: number
  /** How many samples the next bodies may have for the namespace of the target. */
  allowance: number
  /** Series of the last body that the body before did not have. */
  added: number
  /** Samples and series of the last body that the store refused, by its reason. */
  readonly refused: Map<string, number>
  /** Why the last body was refused, or ''. */
  err: string
  /** Which limit it broke, if that is why. */
  brokenLimit: '' | 'sample-limit' | 'namespace-sample-limit' | 'bucket-limit'
  /** Whether the series of the table have their stale markers already. */
  isStale: boolean
  protected readonly group: SampleGroup
  protected readonly options: PoolOptions
  /** The lines of the last accepted body. */
  protected table: LineTable
  /** The lines of this body, while they differ from those. */
  protected changed: LineTable
  protected isChanged: boolean
  /** What this body is matched against: `table`, or none where the format changed. */
  protected lines: LineTable
  /** The line that is expected next. */
  protected line: number
  readonly #labeler: SeriesLabeler
  readonly #mostSchema: number
  #isRefLost: boolean

  constructor(group: SampleGroup, labels: Labels, options: PoolOptions) {
    this.samples = 0
    this.dropped = 0
    this.allowance = Infinity
    this.added = 0
    this.refused = new Map()
    this.err = ''
    this.brokenLimit = ''
    this.isStale = true
    this.group = group
    this.options = options
    this.table = new LineTable()
    this.changed = new LineTable()
    this.isChanged = false
    this.lines = this.table
    this.line = 0
    this.#labeler = new SeriesLabeler(labels, options)
    this.#mostSchema = schemaOfFactor(options.minBucketFactor)
    this.#isRefLost = false
  }

  /** Forgets what was found out about the body before; `isSameFormat` where its lines can be compared. */
  protected start(isSameFormat: boolean): void {
    this.samples = 0
    this.dropped = 0
    this.added = 0
    this.err = ''
    this.brokenLimit = ''
    this.refused.clear()
    this.isChanged = false
    this.lines = isSameFormat ? this.table : new LineTable()
    this.line = 0
    this.#isRefLost = false
  }

  /** The commit of the last body succeeded: the next one is matched against its lines. */
  accept(): void {
    this.isStale = false
    if (!this.isChanged) return
    const old = this.table
    this.table = this.changed
    this.changed = old
    this.isChanged = false
  }

  /** Adds stale markers for all series: the target failed or is gone. Once, until a body comes again. */
  addStaleForAll(): void {
    this.addStaleExcept(new Set())
  }

  /** Adds stale markers for the series of the last accepted body but these. */
  addStaleExcept(present: ReadonlySet<SeriesRef>): void {
    if (this.isStale) return
    const { table } = this
    for (let i = 0; i < table.count; i++) {
      if (this.#isTracked(table, i) && !present.has(table.refs[i])) this.group.addStale(table.refs[i])
    }
  }

  /** The commit of the stale markers succeeded. */
  acceptStale(): void {
    this.isStale = true
  }

  /** The series of this body. */
  present(): Set<SeriesRef> {
    const { refs, count, kinds } = this.isChanged ? this.changed : this.lines
    const present = new Set<SeriesRef>()
    for (let i = 0; i < count; i++) if (kinds[i] === lineKind.series) present.add(refs[i])
    return present
  }

  /** The body is at its end. */
  protected finish(): void {
    this.#checkSampleLimit()
    if (this.err !== '') return
    if (this.line !== this.lines.count || this.lines !== this.table) this.change()
    if (this.isChanged && !this.isStale) this.addStaleExcept(this.present())
  }

  /** Takes the sample that the cursor stands on, whose series is told by `bytes[from … to)` and `type`. */
  protected take(cursor: EntryCursor, bytes: Uint8Array, from: number, to: number, type: number): void {
    const at = this.lines.find(bytes, from, to, type, this.line)
    const known = at === -1 || this.#isRefLost ? 0 : this.lines.refs[at]
    this.#isRefLost = false
    const ref = this.#addSample(cursor, known)
    this.samples++
    if (ref === DROPPED) this.dropped++
    else if (at === -1) this.added++
    if (this.err !== '') return
    const timed = cursor.hasTimestamp ? 1 : 0
    if (at === this.line && !this.isChanged) {
      this.lines.refs[at] = ref
      this.lines.timed[at] = timed
    } else {
      this.change()
      this.changed.append(bytes, from, to, { kind: lineKind.series, ref, type, family: 0, timed })
    }
    if (at !== -1) this.line = at + 1
  }

  /** Adds the cursor's sample; its series is asked for where it is not known. The id, 0 when refused, or DROPPED. */
  #addSample(cursor: EntryCursor, known: SeriesRef): SeriesRef {
    if (known === DROPPED) return known
    let ref = known
    if (ref === 0 || (!this.#addValue(cursor, ref) && this.isUnknownSeries())) {
      ref = this.#newSeries(cursor)
      if (ref > 0 && !this.#addValue(cursor, ref)) this.isUnknownSeries()
    }
    this.#isRefLost = false
    return ref
  }

  #addValue(cursor: EntryCursor, ref: SeriesRef): boolean {
    const { value, histogram, hasTimestamp, timestampMs } = cursor
    const isTimed = hasTimestamp && this.options.honorTimestamps
    if (histogram === undefined) {
      return isTimed ? this.group.addAt(ref, timestampMs, value) : this.group.add(ref, value)
    }
    const fitting = fitHistogram(histogram, this.options.bucketLimit, this.#mostSchema)
    if (fitting === undefined) {
      this.err = `histogram bucket limit exceeded (native_histogram_bucket_limit: ${this.options.bucketLimit}, metric: ${cursor.name.slice(0, 50)})`
      this.brokenLimit = 'bucket-limit'
      return true
    }
    return isTimed ? this.group.addHistogramAt(ref, timestampMs, fitting) : this.group.addHistogram(ref, fitting)
  }

  #newSeries(cursor: EntryCursor): SeriesRef {
    this.#checkSampleLimit()
    if (cursor.keyEnd - cursor.keyStart > SERIES_LIMIT_BYTES) {
      this.err = `a series is longer than ${formatSize(SERIES_LIMIT_BYTES)} (metric: ${cursor.name.slice(0, 50)})`
    }
    if (this.err !== '') return 0
    const own = cursor.labels()
    this.err = cursor.err
    if (this.err !== '') return 0
    const labels = this.#labeler.label(own)
    this.err = this.#labeler.err
    if (labels === undefined) return this.err === '' ? DROPPED : 0
    const ref = this.group.series(labels)
    if (ref === 0) this.isUnknownSeries()
    return ref
  }

  /** A hostile body must not make series beyond the limit before it is refused. */
  #checkSampleLimit(): void {
    const { sampleLimit } = this.options
    const kept = this.samples - this.dropped
    if (sampleLimit > 0 && kept > sampleLimit) {
      this.err = `sample limit exceeded (sample_limit: ${sampleLimit})`
      this.brokenLimit = 'sample-limit'
    } else if (kept > this.allowance) {
      this.err = 'the sample limit of the namespace is exceeded'
      this.brokenLimit = 'namespace-sample-limit'
    }
  }

  /** Tells the store the metadata that the cursor stands on. */
  protected addMetadata(cursor: EntryCursor): void {
    const { kind, name, type, text } = cursor
    if (kind === 'type') this.group.metadata(name, type, '', '')
    else if (kind === 'help') this.group.metadata(name, '', text.slice(0, HELP_LIMIT), '')
    else if (kind === 'unit') this.group.metadata(name, '', '', text)
  }

  /** From here on the lines are not those of the table: what was matched so far goes over. */
  protected change(): void {
    if (this.isChanged) return
    this.isChanged = true
    this.changed.copyFrom(this.lines, this.line)
  }

  /** A series that brings its own times ends when they end. */
  #isTracked(table: LineTable, i: number): boolean {
    if (table.kinds[i] !== lineKind.series || table.refs[i] <= 0) return false
    const { trackTimestampsStaleness, honorTimestamps } = this.options
    return table.timed[i] === 0 || trackTimestampsStaleness || !honorTimestamps
  }

  /** Counts a refusal; true where the id is no longer known and the series must be asked for again. */
  protected isUnknownSeries(): boolean {
    const { refusal } = this.group
    if (refusal === 'unknown-series') {
      this.#isRefLost = true
      return true
    }
    this.refused.set(refusal, (this.refused.get(refusal) ?? 0) + 1)
    return false
  }
}
