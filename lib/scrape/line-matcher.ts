/**
 * Matches the lines of a body against those of the scrape before. A target exposes nearly the same lines in the same
 * order each time: a line whose bytes up to the value are unchanged costs a compare, 16 bytes at a time, and a number.
 * Only new lines go through the plain parser, against which this is tested. Watched by match.bench.ts.
 */
import { NumberCursor, OpenMetricsParser, type FamilyType, type Parser, TextParser } from '#lib/exposition'
import { type BodyBuffer, formatSize } from '#lib/http'
import type { Labels } from '#lib/model'
import type { SampleGroup, SeriesRef } from '#lib/storage'
import { hasLineAt } from './line-compare.ts'
import { lineKind, LineTable } from './line-table.ts'
import type { PoolOptions } from './pool.ts'
import { SeriesLabeler } from './series-labeler.ts'

/** The formats that a body can have. */
export type BodyFormat = 'text' | 'openmetrics'

const NEWLINE = 0x0a
const SPACE = 0x20
const ZERO = 0x30
const TYPES: readonly FamilyType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
]

/** How much of a body is matched before other work gets its turn. */
const STEP_BYTES = 1 << 20
const STEP_PARSED_LINES = 2000

/** A line longer than this is an attack or an accident; no store wants it as labels. */
const SERIES_LIMIT_BYTES = 1 << 20
/** In the place of an id: the pool's rules drop this line. */
const DROPPED = -1

/** What is kept of a help text. */
const HELP_LIMIT = 16 * 1024

/** The samples of one target, scrape after scrape. */
export class LineMatcher {
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
  /** Which limit of samples it broke, if that is why. */
  brokenLimit: '' | 'sample-limit' | 'namespace-sample-limit'
  readonly #group: SampleGroup
  readonly #labeler: SeriesLabeler
  readonly #options: PoolOptions
  readonly #number: NumberCursor
  readonly #familyIds: Map<string, number>
  readonly #familyNames: string[]
  /** The lines of the last accepted body. */
  #table: LineTable
  /** The lines of this body, while they differ from those. */
  #next: LineTable
  #isChanged: boolean
  /** Whether the series of the table have their stale markers already. */
  #isStale: boolean
  #format: BodyFormat
  /** The lines that this body is matched against: `#table`, or none where the format changed. */
  #lines: LineTable
  #parser: Parser
  #pos: number
  #line: number
  #family: number
  #type: number
  #isRefLost: boolean

  constructor(group: SampleGroup, labels: Labels, options: PoolOptions) {
    this.samples = 0
    this.dropped = 0
    this.allowance = Infinity
    this.added = 0
    this.refused = new Map()
    this.err = ''
    this.brokenLimit = ''
    this.#group = group
    this.#labeler = new SeriesLabeler(labels, options)
    this.#options = options
    this.#number = new NumberCursor()
    this.#familyIds = new Map([['', 0]])
    this.#familyNames = ['']
    this.#table = new LineTable()
    this.#next = new LineTable()
    this.#isChanged = false
    this.#isStale = true
    this.#format = 'text'
    this.#lines = this.#table
    this.#parser = new TextParser(new Uint8Array(0))
    this.#pos = 0
    this.#line = 0
    this.#family = 0
    this.#type = 0
    this.#isRefLost = false
  }

  /** Starts with a body, which must stay as it is until `step` says that it is done. */
  begin(body: BodyBuffer, format: BodyFormat): void {
    const bytes = body.seal()
    this.samples = 0
    this.dropped = 0
    this.added = 0
    this.err = ''
    this.brokenLimit = ''
    this.refused.clear()
    this.#isChanged = false
    this.#lines = format === this.#format ? this.#table : new LineTable()
    this.#parser = format === 'openmetrics' ? new OpenMetricsParser(bytes) : new TextParser(bytes)
    this.#format = format
    this.#pos = 0
    this.#line = 0
    this.#family = 0
    this.#type = 0
    this.#isRefLost = false
  }

  /**
   * Adds samples of the body to the group, whose commit has begun, and at the end stale markers for the series that
   * are gone. Returns whether it is done; where not, it wants to be called again. A body that is refused leaves `err`,
   * and the caller rolls back.
   */
  step(body: BodyBuffer): boolean {
    const last = this.#pos + STEP_BYTES
    for (let parsed = 0; parsed < STEP_PARSED_LINES; parsed++) {
      this.#matchLines(body)
      if (!this.#parseLine(body)) return true
      if (this.#pos > last) break
    }
    return false
  }

  /** The commit of the last body succeeded: the next one is matched against its lines. */
  accept(): void {
    this.#isStale = false
    if (!this.#isChanged) return
    const old = this.#table
    this.#table = this.#next
    this.#next = old
    this.#isChanged = false
  }

  /** Adds stale markers for all series: the target failed or is gone. Once, until a body comes again. */
  addStaleForAll(): void {
    if (this.#isStale) return
    const table = this.#table
    for (let i = 0; i < table.count; i++) if (this.#isTracked(table, i)) this.#group.addStale(table.refs[i])
  }

  /** The commit of the stale markers succeeded. */
  acceptStale(): void {
    this.#isStale = true
  }

  /** Takes lines that are the same as in the table, in its order, until one is not or a step is full. */
  #matchLines(body: BodyBuffer): void {
    const lines = this.#lines
    const { lengths, refs, kinds, types, count } = lines
    const { bytes, length: end } = body
    const number = this.#number
    const group = this.#group
    const last = Math.min(end, this.#pos + STEP_BYTES)
    let pos = this.#pos
    let i = this.#line
    for (; i < count && pos < last; i++) {
      if (!hasLineAt(body, pos, lines, i)) break
      if (kinds[i] !== lineKind.series) {
        this.#enterFamily(lines.families[i], kinds[i], types[i])
        if (this.#isChanged) this.#next.appendLine(lines, i)
        pos += lengths[i]
        continue
      }
      if (types[i] !== this.#type || refs[i] === 0 || !number.read(bytes, pos + lengths[i])) break
      let after = number.pos
      if (bytes[after] === NEWLINE) {
        if (lines.timed[i] === 1) break
        if (refs[i] === DROPPED) this.dropped++
        else if (!group.add(refs[i], number.value) && this.#isUnknownSeries()) break
      } else {
        if (refs[i] === DROPPED) break
        after = this.#addTimed(bytes, after, refs[i], lines.timed[i])
        if (after === -1) break
      }
      this.samples++
      if (this.#isChanged) this.#next.appendLine(lines, i)
      pos = after + 1
    }
    this.#pos = pos < end ? pos : end
    this.#line = i
  }

  /** Adds a sample whose timestamp begins behind `space`; the end of its line, or -1 where the parser must look. */
  #addTimed(bytes: Uint8Array, space: number, ref: SeriesRef, timed: number): number {
    if (this.#format !== 'text' || bytes[space] !== SPACE || timed === 0) return -1
    let i = space + 1
    let timeMs = 0
    for (let digit = bytes[i] - ZERO; digit >= 0 && digit <= 9; digit = bytes[++i] - ZERO) timeMs = timeMs * 10 + digit
    if (i === space + 1 || i > space + 16 || bytes[i] !== NEWLINE) return -1
    const isTaken = this.#options.honorTimestamps
      ? this.#group.addAt(ref, timeMs, this.#number.value)
      : this.#group.add(ref, this.#number.value)
    return !isTaken && this.#isUnknownSeries() ? -1 : i
  }

  /** Takes one line by the parser: a new one, a moved one, an odd number, or the end. False when the body is done. */
  #parseLine(body: BodyBuffer): boolean {
    const parser = this.#parser
    parser.resume(this.#pos, this.#familyNames[this.#family], TYPES[this.#type])
    if (!parser.next()) {
      this.err = parser.err
      if (this.err === '') this.#finish()
      return false
    }
    if (parser.kind === 'series') this.#parsedSeries(body)
    else this.#parsedComment(body)
    this.#pos = parser.pos
    return this.err === ''
  }

  #finish(): void {
    this.#checkSampleLimit()
    if (this.err !== '') return
    if (this.#line !== this.#lines.count || this.#lines !== this.#table) this.#change()
    if (this.#isChanged && !this.#isStale) this.#addStaleForGone()
  }

  #parsedSeries(body: BodyBuffer): void {
    const { valueStart, hasTimestamp } = this.#parser
    const at = this.#lines.find(body.bytes, this.#pos, valueStart, this.#type, this.#line)
    const known = at === -1 || this.#isRefLost ? 0 : this.#lines.refs[at]
    this.#isRefLost = false
    const ref = this.#addSample(known)
    this.samples++
    if (ref === DROPPED) this.dropped++
    else if (at === -1) this.added++
    if (this.err !== '') return
    const timed = hasTimestamp ? 1 : 0
    if (at === this.#line && !this.#isChanged) {
      this.#lines.refs[at] = ref
      this.#lines.timed[at] = timed
    } else {
      this.#change()
      const line = { kind: lineKind.series, ref, type: this.#type, family: 0, timed }
      this.#next.append(body.bytes, this.#pos, valueStart, line)
    }
    if (at !== -1) this.#line = at + 1
  }

  /** Adds the parser's sample; its series is asked for where it is not known. The id, 0 when refused, or DROPPED. */
  #addSample(known: SeriesRef): SeriesRef {
    if (known === DROPPED) return known
    let ref = known
    if (ref === 0 || (!this.#addValue(ref) && this.#isUnknownSeries())) {
      ref = this.#newSeries()
      if (ref > 0 && !this.#addValue(ref)) this.#isUnknownSeries()
    }
    this.#isRefLost = false
    return ref
  }

  #addValue(ref: SeriesRef): boolean {
    const { value, hasTimestamp, timestampMs } = this.#parser
    const isTimed = hasTimestamp && this.#options.honorTimestamps
    return isTimed ? this.#group.addAt(ref, timestampMs, value) : this.#group.add(ref, value)
  }

  #newSeries(): SeriesRef {
    this.#checkSampleLimit()
    if (this.#parser.seriesEnd - this.#parser.seriesStart > SERIES_LIMIT_BYTES) {
      this.err = `a series is longer than ${formatSize(SERIES_LIMIT_BYTES)} (metric: ${this.#parser.name.slice(0, 50)})`
    }
    if (this.err !== '') return 0
    const labels = this.#labeler.label(this.#parser.labels())
    this.err = this.#labeler.err
    if (labels === undefined) return this.err === '' ? DROPPED : 0
    const ref = this.#group.series(labels)
    if (ref === 0) this.#isUnknownSeries()
    return ref
  }

  /** A hostile body must not make series beyond the limit before it is refused. */
  #checkSampleLimit(): void {
    const { sampleLimit } = this.#options
    const kept = this.samples - this.dropped
    if (sampleLimit > 0 && kept > sampleLimit) {
      this.err = `sample limit exceeded (sample_limit: ${sampleLimit})`
      this.brokenLimit = 'sample-limit'
    } else if (kept > this.allowance) {
      this.err = 'the sample limit of the namespace is exceeded'
      this.brokenLimit = 'namespace-sample-limit'
    }
  }

  #parsedComment(body: BodyBuffer): void {
    const parser = this.#parser
    const at = this.#lines.find(body.bytes, this.#pos, parser.pos, -1, this.#line)
    const kind = lineKind[parser.kind as 'comment']
    const family = parser.kind === 'comment' ? 0 : this.#familyId(parser.name)
    const type = parser.kind === 'type' ? TYPES.indexOf(parser.type) : 0
    if (at === -1) this.#addMetadata()
    this.#enterFamily(family, kind, type)
    // A comment that ends with the body and not with a newline would also match the beginning of a longer one.
    if (body.bytes[parser.pos - 1] !== NEWLINE) return
    if (at !== this.#line || this.#isChanged) {
      this.#change()
      this.#next.append(body.bytes, this.#pos, parser.pos, { kind, ref: 0, type, family, timed: 0 })
    }
    if (at !== -1) this.#line = at + 1
  }

  #addMetadata(): void {
    const { kind, name, text, type, unit } = this.#parser
    if (kind === 'help') this.#group.metadata(name, '', text.slice(0, HELP_LIMIT), '')
    else if (kind === 'type') this.#group.metadata(name, type, '', '')
    else if (kind === 'unit') this.#group.metadata(name, '', '', unit)
  }

  /** What the parser does at a line of metadata: another family has no type until one is told. */
  #enterFamily(family: number, kind: number, type: number): void {
    if (kind === lineKind.comment) return
    if (family !== this.#family) this.#type = 0
    this.#family = family
    if (kind === lineKind.type) this.#type = type
  }

  #familyId(name: string): number {
    let id = this.#familyIds.get(name)
    if (id === undefined) {
      this.#familyIds.set(name, (id = this.#familyNames.length))
      this.#familyNames.push(name)
    }
    return id
  }

  /** From here on the lines are not those of the table: what was matched so far goes over. */
  #change(): void {
    if (this.#isChanged) return
    this.#isChanged = true
    this.#next.copyFrom(this.#lines, this.#line)
  }

  #addStaleForGone(): void {
    const { refs, count, kinds } = this.#next
    const present = new Set<SeriesRef>()
    for (let i = 0; i < count; i++) if (kinds[i] === lineKind.series) present.add(refs[i])
    const old = this.#table
    for (let i = 0; i < old.count; i++) {
      if (this.#isTracked(old, i) && !present.has(old.refs[i])) this.#group.addStale(old.refs[i])
    }
  }

  /** A series that brings its own times ends when they end. */
  #isTracked(table: LineTable, i: number): boolean {
    if (table.kinds[i] !== lineKind.series || table.refs[i] <= 0) return false
    const { trackTimestampsStaleness, honorTimestamps } = this.#options
    return table.timed[i] === 0 || trackTimestampsStaleness || !honorTimestamps
  }

  /** Counts a refusal; true where the id is no longer known and the series must be asked for again. */
  #isUnknownSeries(): boolean {
    const { refusal } = this.#group
    if (refusal === 'unknown-series') {
      this.#isRefLost = true
      return true
    }
    this.refused.set(refusal, (this.refused.get(refusal) ?? 0) + 1)
    return false
  }
}
