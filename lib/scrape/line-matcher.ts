/**
 * Matches the lines of a body against those of the scrape before. A target exposes nearly the same lines in the same
 * order each time: a line whose bytes up to the value are unchanged costs a compare, 16 bytes at a time, and a number.
 * Only new lines go through the plain parser, against which this is tested. Watched by match.bench.ts.
 */
import { NumberCursor, OpenMetricsParser, type FamilyType, type Parser, TextParser } from '#lib/exposition'
import type { BodyBuffer } from '#lib/http'
import type { Labels } from '#lib/model'
import type { SampleGroup, SeriesRef } from '#lib/storage'
import { hasLineAt } from './line-compare.ts'
import { lineKind } from './line-table.ts'
import type { PoolOptions } from './pool.ts'
import { DROPPED, SeriesMatcher } from './series-matcher.ts'

/** The formats whose bodies are lines. */
export type LineFormat = 'text' | 'openmetrics'

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

/** The samples of one target, scrape after scrape. */
export class LineMatcher extends SeriesMatcher {
  readonly #number: NumberCursor
  readonly #familyIds: Map<string, number>
  readonly #familyNames: string[]
  #format: LineFormat
  #parser: Parser
  #pos: number
  #family: number
  #type: number

  constructor(group: SampleGroup, labels: Labels, options: PoolOptions) {
    super(group, labels, options)
    this.#number = new NumberCursor()
    this.#familyIds = new Map([['', 0]])
    this.#familyNames = ['']
    this.#format = 'text'
    this.#parser = new TextParser(new Uint8Array(0))
    this.#pos = 0
    this.#family = 0
    this.#type = 0
  }

  /** Starts with a body, which must stay as it is until `step` says that it is done. */
  begin(body: BodyBuffer, format: LineFormat): void {
    const bytes = body.seal()
    this.start(format === this.#format)
    this.#parser = format === 'openmetrics' ? new OpenMetricsParser(bytes) : new TextParser(bytes)
    this.#format = format
    this.#pos = 0
    this.#family = 0
    this.#type = 0
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

  /** Takes lines that are the same as in the table, in its order, until one is not or a step is full. */
  #matchLines(body: BodyBuffer): void {
    const lines = this.lines
    const { lengths, refs, kinds, types, count } = lines
    const { bytes, length: end } = body
    const number = this.#number
    const group = this.group
    const last = Math.min(end, this.#pos + STEP_BYTES)
    let pos = this.#pos
    let i = this.line
    for (; i < count && pos < last; i++) {
      if (!hasLineAt(body, pos, lines, i)) break
      if (kinds[i] !== lineKind.series) {
        this.#enterFamily(lines.families[i], kinds[i], types[i])
        if (this.isChanged) this.changed.appendLine(lines, i)
        pos += lengths[i]
        continue
      }
      if (types[i] !== this.#type || refs[i] === 0 || !number.read(bytes, pos + lengths[i])) break
      let after = number.pos
      if (bytes[after] === NEWLINE) {
        if (lines.timed[i] === 1) break
        if (refs[i] === DROPPED) this.dropped++
        else if (!group.add(refs[i], number.value) && this.isUnknownSeries()) break
      } else {
        if (refs[i] === DROPPED) break
        after = this.#addTimed(bytes, after, refs[i], lines.timed[i])
        if (after === -1) break
      }
      this.samples++
      if (this.isChanged) this.changed.appendLine(lines, i)
      pos = after + 1
    }
    this.#pos = pos < end ? pos : end
    this.line = i
  }

  /** Adds a sample whose timestamp begins behind `space`; the end of its line, or -1 where the parser must look. */
  #addTimed(bytes: Uint8Array, space: number, ref: SeriesRef, timed: number): number {
    if (this.#format !== 'text' || bytes[space] !== SPACE || timed === 0) return -1
    let i = space + 1
    let timeMs = 0
    for (let digit = bytes[i] - ZERO; digit >= 0 && digit <= 9; digit = bytes[++i] - ZERO) timeMs = timeMs * 10 + digit
    if (i === space + 1 || i > space + 16 || bytes[i] !== NEWLINE) return -1
    const isTaken = this.options.honorTimestamps
      ? this.group.addAt(ref, timeMs, this.#number.value)
      : this.group.add(ref, this.#number.value)
    return !isTaken && this.isUnknownSeries() ? -1 : i
  }

  /** Takes one line by the parser: a new one, a moved one, an odd number, or the end. False when the body is done. */
  #parseLine(body: BodyBuffer): boolean {
    const parser = this.#parser
    parser.resume(this.#pos, this.#familyNames[this.#family], TYPES[this.#type])
    if (!parser.next()) {
      this.err = parser.err
      if (this.err === '') this.finish()
      return false
    }
    if (parser.kind === 'series') this.take(parser, body.bytes, this.#pos, parser.valueStart, this.#type)
    else this.#parsedComment(body)
    this.#pos = parser.pos
    return this.err === ''
  }

  #parsedComment(body: BodyBuffer): void {
    const parser = this.#parser
    const at = this.lines.find(body.bytes, this.#pos, parser.pos, -1, this.line)
    const kind = lineKind[parser.kind as 'comment']
    const family = parser.kind === 'comment' ? 0 : this.#familyId(parser.name)
    const type = parser.kind === 'type' ? TYPES.indexOf(parser.type) : 0
    if (at === -1) this.addMetadata(parser)
    this.#enterFamily(family, kind, type)
    // A comment that ends with the body and not with a newline would also match the beginning of a longer one.
    if (body.bytes[parser.pos - 1] !== NEWLINE) return
    if (at !== this.line || this.isChanged) {
      this.change()
      this.changed.append(body.bytes, this.#pos, parser.pos, { kind, ref: 0, type, family, timed: 0 })
    }
    if (at !== -1) this.line = at + 1
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
}
