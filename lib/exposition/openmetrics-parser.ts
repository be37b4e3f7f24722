import { Labels } from '#lib/model'
import { CreatedTimes } from './created-times.ts'
import type { FamilyType } from './family.ts'
import { parseFloatText } from './parse-float.ts'
import { BRACE_OPEN, NEWLINE, Parser } from './parser.ts'
import { unescapeText } from './text-pieces.ts'

const HASH = 0x23
const SPACE = 0x20
const TYPES: readonly FamilyType[] = [
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
  'unknown',
]

/** Reads OpenMetrics 1.0. The body is only whole when it ends in `# EOF`. */
export class OpenMetricsParser extends Parser {
  protected readonly isLoose = false
  private created: CreatedTimes | undefined = undefined

  next(): boolean {
    if (this.err !== '') return false
    do {
      if (this.pos >= this.end) return this.failAt(this.end, 'data does not end with # EOF')
      if (this.bytes[this.pos] === HASH) return this.nextMetadata()
      if (!this.nextSeries()) return false
    } while (this.options.skipCreated && this.isCreated)
    return true
  }

  /** Whether the series only tells when another one began. */
  get isCreated(): boolean {
    return this.isStarted && this.name.endsWith('_created')
  }

  /** Whether series of this type have a beginning. */
  private get isStarted(): boolean {
    return this.type === 'counter' || this.type === 'histogram' || this.type === 'summary'
  }

  override startMs(): number {
    if (this.kind !== 'series' || !this.isStarted) return 0
    this.created ??= new CreatedTimes(new OpenMetricsParser(this.bytes.subarray(0, this.end)))
    return this.created.find(this.name, this.pairs, this.seriesStart, this.family, this.type)
  }

  private nextMetadata(): boolean {
    const start = this.pos
    const keyword = /^# (EOF|(?:HELP|TYPE|UNIT) )/.exec(this.bytes.toString('latin1', start, start + 7))
    if (!keyword) return this.fail('expected a valid start token')
    this.pos = start + keyword[0].length
    if (keyword[1] === 'EOF') return this.endOfBody()
    const word = keyword[1].trimEnd()
    const name = this.bytes[this.pos] === 0x22 ? this.quoted('metric name') : this.plainName(true)
    if (name === undefined) return false
    if (name === '') return this.fail(`expected metric name after ${word}`)
    this.enterFamily(name)
    if (this.bytes[this.pos] !== SPACE) return this.fail(`expected text in ${word}`)
    return this.metadata(word)
  }

  private endOfBody(): boolean {
    if (this.pos < this.end && this.bytes[this.pos] === NEWLINE) this.pos++
    if (this.pos < this.end) return this.failAt(this.pos, 'unexpected data after # EOF')
    this.kind = 'none'
    return false
  }

  private metadata(word: string): boolean {
    const start = this.pos + 1
    const lineEnd = this.endOfLine()
    const text = this.utf8(start, lineEnd)
    if (text === undefined) return this.failAt(start, `invalid UTF-8 text of ${word}`)
    this.pos = Math.min(lineEnd + 1, this.end)
    if (word === 'TYPE') return this.typeLine(text, start)
    if (word === 'UNIT') return this.unitLine(text, start)
    this.kind = 'help'
    this.text = unescapeText(text)
    return true
  }

  private typeLine(text: string, start: number): boolean {
    const type = TYPES.find((known) => known === text)
    if (!type) return this.failAt(start, `invalid metric type ${JSON.stringify(text)}`)
    this.kind = 'type'
    this.type = type
    return true
  }

  private unitLine(text: string, start: number): boolean {
    if (text !== '' && !this.name.endsWith(`_${text}`)) {
      return this.failAt(start, `unit ${JSON.stringify(text)} not a suffix of metric ${JSON.stringify(this.name)}`)
    }
    this.kind = 'unit'
    this.unit = text
    this.text = text
    return true
  }

  private nextSeries(): boolean {
    this.kind = 'series'
    const start = this.pos
    if (this.bytes[start] !== BRACE_OPEN && this.plainName(true) === '')
      return this.fail('expected a valid start token')
    this.pos = start
    if (!this.parseSeries()) return false
    if (!this.skipSpace()) return this.fail('expected value after metric')
    if (!this.parseValue()) return false
    return this.parseRest()
  }

  /** The timestamp and the exemplar, each of which may be missing. */
  private parseRest(): boolean {
    if (this.atSpace() && this.bytes[this.pos + 1] !== HASH) {
      const seconds = this.parseSeconds('timestamp')
      if (seconds === undefined) return false
      this.hasTimestamp = true
      this.timestampMs = Math.trunc(seconds * 1000)
    }
    if (this.atSpace() && this.bytes.toString('latin1', this.pos, this.pos + 4) === ' # {' && !this.parseExemplar())
      return false
    if (this.pos >= this.end) return this.failAt(this.end, 'data does not end with # EOF')
    if (this.bytes[this.pos] !== NEWLINE) return this.fail('expected next entry after timestamp')
    this.pos++
    return true
  }

  private parseExemplar(): boolean {
    this.pos += 4
    const pairs: string[] = []
    if (!this.parseLabels(pairs, false)) return false
    if (!this.skipSpace()) return this.fail('expected value after exemplar labels')
    const start = this.pos
    const value = parseFloatText(this.word())
    if (value === undefined) return this.failWord(start, 'exemplar value is not a number')
    const seconds = this.atSpace() ? this.parseSeconds('exemplar timestamp') : Number.NaN
    if (seconds === undefined) return false
    const timestampMs = Number.isNaN(seconds) ? undefined : Math.trunc(seconds * 1000)
    this.exemplar = { labels: labelsOf(pairs), value, timestampMs }
    return true
  }

  /** A space and a time in seconds; undefined after a mistake. */
  private parseSeconds(what: string): number | undefined {
    const start = ++this.pos
    const seconds = parseFloatText(this.word())
    if (seconds !== undefined && Number.isSafeInteger(Math.trunc(seconds * 1000))) return seconds
    this.pos = start
    this.failWord(start, `invalid ${what}`)
    return undefined
  }

  private word(): string {
    const start = this.pos
    this.pos = this.endOfWord()
    return this.bytes.toString('latin1', start, this.pos)
  }

  private atSpace(): boolean {
    return this.pos < this.end && this.bytes[this.pos] === SPACE
  }

  private skipSpace(): boolean {
    if (!this.atSpace()) return false
    this.pos++
    return true
  }
}

function labelsOf(pairs: readonly string[]): Labels {
  const entries: [string, string][] = []
  for (let i = 0; i < pairs.length; i += 2) entries.push([pairs[i], pairs[i + 1]])
  return Labels.from(entries)
}
