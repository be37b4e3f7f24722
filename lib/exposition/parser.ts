import { isUtf8 } from 'node:buffer'
import { Labels, METRIC_NAME } from '#lib/model'
import { boundText } from './bound-text.ts'
import type { EntryCursor, EntryKind, Exemplar, ParseOptions } from './cursor.ts'
import type { FamilyType } from './family.ts'
import { metadataLabels } from './label-list.ts'
import { parseFloatText } from './parse-float.ts'
import { duplicateName, isNameByte, show, unescapeText } from './text-pieces.ts'

const SPACE = 0x20
const TAB = 0x09
const QUOTE = 0x22
const BACKSLASH = 0x5c
const BRACE_CLOSE = 0x7d
const COMMA = 0x2c
const EQUAL = 0x3d

/** The byte that ends a line. */
export const NEWLINE = 0x0a
/** The byte that opens a list of labels. */
export const BRACE_OPEN = 0x7b

/**
 * What the parsers of both text formats share: a cursor over the bytes of one body. `next()` moves to the next entry
 * and fills the public fields, which are valid until the next call. It returns false at the end of the body and at
 * the first mistake, which `err` then tells.
 */
export abstract class Parser implements EntryCursor {
  kind: EntryKind
  /** Family of a metadata line; name of a series. */
  name: string
  /** Help, unit, or the text of a comment. */
  text: string
  /** Type of the family that the last metadata line named. */
  type: FamilyType
  /** Its unit. */
  unit: string
  /** name, value, name, value … of a series as the body has them, without the metric's name. */
  pairs: string[]
  value: number
  hasTimestamp: boolean
  timestampMs: number
  exemplar: Exemplar | undefined
  /** The text formats have none. */
  readonly histogram: undefined
  /** The series text of the entry is `bytes[seriesStart … seriesEnd)`, its value `bytes[valueStart … valueEnd)`. */
  seriesStart: number
  seriesEnd: number
  valueStart: number
  valueEnd: number
  /** `line 3, column 7: …`, or empty. */
  err: string
  /** Where the next entry begins. */
  pos: number
  protected readonly bytes: Buffer
  protected readonly end: number
  /** The family that `type` and `unit` belong to. */
  protected family: string
  protected readonly options: ParseOptions

  constructor(body: Uint8Array, options: ParseOptions = {}) {
    this.kind = 'none'
    this.name = ''
    this.text = ''
    this.type = 'unknown'
    this.unit = ''
    this.pairs = []
    this.value = 0
    this.hasTimestamp = false
    this.timestampMs = 0
    this.exemplar = undefined
    this.histogram = undefined
    this.seriesStart = 0
    this.seriesEnd = 0
    this.valueStart = 0
    this.valueEnd = 0
    this.err = ''
    this.pos = 0
    this.bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
    this.end = body.length
    this.family = ''
    this.options = options
  }

  /** Moves to the next entry. */
  abstract next(): boolean

  /** Goes on at a place of the body, as if the lines before it had left this family and type. */
  resume(pos: number, family: string, type: FamilyType): void {
    this.pos = pos
    this.family = family
    this.type = type
    this.unit = ''
  }

  /** Whether spaces may stand between the parts of a series, and raw newlines in a label's value. */
  protected abstract readonly isLoose: boolean

  /** The labels of the series, its name among them, with bounds of buckets and quantiles in one spelling. */
  labels(): Labels {
    const entries: [string, string][] = [[METRIC_NAME, this.name]]
    for (let i = 0; i < this.pairs.length; i += 2) entries.push([this.pairs[i], this.boundAt(i)])
    const labels = Labels.from(entries)
    if (!this.options.typeAndUnitLabels) return labels
    return labels.with(Object.fromEntries(metadataLabels(this.type, this.unit)))
  }

  exemplars(): readonly Exemplar[] {
    return this.exemplar ? [this.exemplar] : []
  }

  /** Only OpenMetrics tells it. */
  startMs(): number {
    return 0
  }

  get keyBytes(): Uint8Array {
    return this.bytes
  }

  get keyStart(): number {
    return this.seriesStart
  }

  get keyEnd(): number {
    return this.valueStart
  }

  /** The body has the key as it is. */
  makeKey(): void {}

  /** The text of a series as it stands in the body. */
  seriesText(): string {
    return this.bytes.toString('utf8', this.seriesStart, this.seriesEnd)
  }

  /** `1` and `1.0` are one bound: a target that changes its client library keeps its series. */
  private boundAt(i: number): string {
    const value = this.pairs[i + 1]
    const bound = this.type === 'histogram' ? 'le' : this.type === 'summary' ? 'quantile' : ''
    if (bound === '' || this.pairs[i] !== bound) return value
    const parsed = parseFloatText(value)
    return parsed === undefined ? value : boundText(parsed)
  }

  /** Reads `name`, `name{…}` or `{"name",…}`; the cursor stands behind it afterwards. */
  protected parseSeries(): boolean {
    this.seriesStart = this.pos
    this.name = ''
    this.pairs = []
    this.exemplar = undefined
    this.hasTimestamp = false
    if (this.bytes[this.pos] !== BRACE_OPEN) this.name = this.plainName(true)
    this.seriesEnd = this.pos
    if (this.isLoose) this.skipSpaces()
    if (this.bytes[this.pos] === BRACE_OPEN) {
      this.pos++
      if (!this.parseLabels(this.pairs, true)) return false
      this.seriesEnd = this.pos
    }
    if (this.name === '') return this.fail('metric name not set')
    const twice = duplicateName(this.pairs)
    return twice === '' || this.failAt(this.seriesStart, `label name ${JSON.stringify(twice)} is not unique`)
  }

  /** Reads labels up to the closing brace; a quoted string that has no value is the metric's name. */
  protected parseLabels(pairs: string[], isSeries: boolean): boolean {
    for (;;) {
      if (this.isLoose) this.skipSpaces()
      if (this.bytes[this.pos] === BRACE_CLOSE && this.pos < this.end) {
        this.pos++
        return true
      }
      if (!this.parseLabel(pairs, isSeries)) return false
      if (this.isLoose) this.skipSpaces()
      // Prometheus reads labels without a comma between them, so some exporter may write them.
      if (this.bytes[this.pos] === COMMA) this.pos++
    }
  }

  private parseLabel(pairs: string[], isSeries: boolean): boolean {
    const start = this.pos
    const isQuoted = this.bytes[start] === QUOTE
    const name = isQuoted ? this.quoted('label name') : this.plainName(false)
    if (name === undefined) return false
    if (name === '' && !isQuoted) return this.fail('expected label name')
    if (this.isLoose) this.skipSpaces()
    const byte = this.bytes[this.pos]
    if (isQuoted && isSeries && (byte === COMMA || byte === BRACE_CLOSE)) return this.setName(name, start)
    if (byte !== EQUAL) return this.fail('expected equal')
    this.pos++
    if (this.isLoose) this.skipSpaces()
    const value = this.quoted('label value')
    if (value === undefined) return false
    if (name === '') return this.failAt(start, 'empty label name')
    if (name === METRIC_NAME) return this.failAt(start, 'label name __name__ is reserved for the metric name')
    pairs.push(name, value)
    return true
  }

  private setName(name: string, start: number): boolean {
    if (this.name !== '') return this.failAt(start, 'metric name already set')
    if (name === '') return this.failAt(start, 'empty metric name')
    this.name = name
    return true
  }

  /** A name that needs no quotes; empty where there is none. */
  protected plainName(isMetric: boolean): string {
    const start = this.pos
    while (this.pos < this.end && isNameByte(this.bytes[this.pos], isMetric, this.pos > start)) this.pos++
    return this.bytes.toString('latin1', start, this.pos)
  }

  /** A string in double quotes; undefined after a mistake. */
  protected quoted(what: string): string | undefined {
    if (this.bytes[this.pos] !== QUOTE || this.pos >= this.end) {
      this.fail(`expected ${what}`)
      return undefined
    }
    const start = ++this.pos
    let hasEscape = false
    for (; this.pos < this.end; this.pos++) {
      const byte = this.bytes[this.pos]
      if (byte === QUOTE) return this.unquote(start, this.pos++, hasEscape, what)
      if (byte === NEWLINE && !this.isLoose) break
      if (byte === BACKSLASH) {
        hasEscape = true
        this.pos++
      }
    }
    this.pos = Math.min(this.pos, this.end)
    this.fail(`expected ${what}: the string has no closing quote`)
    return undefined
  }

  private unquote(start: number, end: number, hasEscape: boolean, what: string): string | undefined {
    const text = this.utf8(start, end)
    if (text === undefined) this.failAt(start, `invalid UTF-8 ${what}`)
    return text !== undefined && hasEscape ? unescapeText(text) : text
  }

  /** The bytes as a string; undefined where they are not UTF-8. */
  protected utf8(start: number, end: number): string | undefined {
    return isUtf8(this.bytes.subarray(start, end)) ? this.bytes.toString('utf8', start, end) : undefined
  }

  /** Reads the bytes up to a space or the end of the line as a float. */
  protected parseValue(): boolean {
    this.valueStart = this.pos
    this.valueEnd = this.pos = this.endOfWord()
    if (this.valueStart === this.valueEnd) return this.fail('expected value after metric')
    const value = parseFloatText(this.bytes.toString('latin1', this.valueStart, this.valueEnd))
    if (value === undefined) return this.failWord(this.valueStart, 'not a number')
    this.value = value
    return true
  }

  /** Where the word at the cursor ends. */
  protected endOfWord(): number {
    let end = this.pos
    while (end < this.end && !this.endsWord(this.bytes[end])) end++
    return end
  }

  protected endsWord(byte: number): boolean {
    return byte === SPACE || byte === NEWLINE || (this.isLoose && (byte === TAB || byte === BRACE_OPEN))
  }

  protected skipSpaces(): void {
    while (this.pos < this.end && (this.bytes[this.pos] === SPACE || this.bytes[this.pos] === TAB)) this.pos++
  }

  /** Where the line that holds the cursor ends: its newline, or the end of the body. */
  protected endOfLine(): number {
    const at = this.bytes.indexOf(NEWLINE, this.pos)
    return at === -1 || at > this.end ? this.end : at
  }

  /** A metadata line names a family: what was known of another one no longer counts. */
  protected enterFamily(name: string): void {
    this.name = name
    if (name === this.family) return
    this.family = name
    this.type = 'unknown'
    this.unit = ''
  }

  protected failWord(at: number, what: string): boolean {
    return this.failAt(at, `${what}: ${show(this.bytes.toString('latin1', at, this.endOfWord()))}`)
  }

  protected fail(what: string): boolean {
    const byte =
      this.pos < this.end ? show(this.bytes.toString('latin1', this.pos, this.pos + 1)) : 'the end of the body'
    return this.failAt(this.pos, `${what}, got ${byte}`)
  }

  protected failAt(at: number, what: string): boolean {
    let line = 1
    let lineStart = 0
    for (let i = this.bytes.indexOf(NEWLINE); i !== -1 && i < at; i = this.bytes.indexOf(NEWLINE, i + 1)) {
      line++
      lineStart = i + 1
    }
    this.kind = 'none'
    this.err = `line ${line}, column ${at - lineStart + 1}: ${what}`
    return false
  }
}
