import type { FamilyType } from './family.ts'
import { BRACE_OPEN, NEWLINE, Parser } from './parser.ts'

const HASH = 0x23
const TYPES = new Map<string, FamilyType>([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
  ['untyped', 'unknown'],
])

/** Reads the Prometheus text format 0.0.4 (and 1.0.0, which adds names in quotes). */
export class TextParser extends Parser {
  protected readonly isLoose = true

  next(): boolean {
    if (this.err !== '') return false
    this.skipBlank()
    if (this.pos >= this.end) {
      this.kind = 'none'
      return false
    }
    return this.bytes[this.pos] === HASH ? this.nextComment() : this.nextSeries()
  }

  private skipBlank(): void {
    this.skipSpaces()
    while (this.pos < this.end && this.bytes[this.pos] === NEWLINE) {
      this.pos++
      this.skipSpaces()
    }
  }

  private nextSeries(): boolean {
    this.kind = 'series'
    if (this.bytes[this.pos] !== BRACE_OPEN && !this.startsName()) return this.fail('expected a metric name')
    if (!this.parseSeries()) return false
    this.skipSpaces()
    if (!this.parseValue()) return false
    this.skipSpaces()
    if (!this.atLineEnd() && !this.parseTimestamp()) return false
    this.skipSpaces()
    if (!this.atLineEnd()) return this.fail('expected next entry after timestamp')
    this.pos = Math.min(this.pos + 1, this.end)
    return true
  }

  private startsName(): boolean {
    const start = this.pos
    const found = this.plainName(true) !== ''
    this.pos = start
    return found
  }

  private atLineEnd(): boolean {
    return this.pos >= this.end || this.bytes[this.pos] === NEWLINE
  }

  private parseTimestamp(): boolean {
    const start = this.pos
    const text = this.bytes.toString('latin1', start, this.endOfWord())
    if (!/^[+-]?\d+$/.test(text)) return this.failWord(start, 'expected whole milliseconds as timestamp')
    this.timestampMs = Number(text)
    if (!Number.isSafeInteger(this.timestampMs)) return this.failWord(start, 'timestamp out of range')
    this.hasTimestamp = true
    this.pos = start + text.length
    return true
  }

  /** `# HELP name …` and `# TYPE name …` are metadata, anything else after `#` is a comment. */
  private nextComment(): boolean {
    const start = this.pos
    const lineEnd = this.endOfLine()
    const word = this.bytes.toString('latin1', start, Math.min(lineEnd, start + 256))
    const keyword = /^#[ \t]+(HELP|TYPE)[ \t]+/.exec(word)
    if (!keyword) return this.comment(start, lineEnd)
    this.pos = start + keyword[0].length
    const name = this.bytes[this.pos] === 0x22 ? this.quoted('metric name') : this.plainName(true)
    if (name === undefined) return false
    if (name === '') return this.fail(`expected metric name after ${keyword[1]}`)
    this.enterFamily(name)
    return this.metadata(keyword[1])
  }

  private comment(start: number, lineEnd: number): boolean {
    this.kind = 'comment'
    this.text = this.bytes.toString('utf8', start, lineEnd)
    this.pos = Math.min(lineEnd + 1, this.end)
    return true
  }

  private metadata(keyword: string): boolean {
    const lineEnd = this.endOfLine()
    const start = Math.min(this.pos + 1, lineEnd)
    const text = this.utf8(start, lineEnd)
    if (text === undefined) return this.failAt(start, `invalid UTF-8 text of ${keyword}`)
    if (this.pos < lineEnd && !this.endsWord(this.bytes[this.pos])) {
      return this.fail(`expected a space after the metric name in ${keyword}`)
    }
    this.pos = Math.min(lineEnd + 1, this.end)
    return keyword === 'HELP' ? this.help(text) : this.typeLine(text, start)
  }

  private help(text: string): boolean {
    this.kind = 'help'
    this.text = this.helpText(text)
    return true
  }

  protected helpText(text: string): string {
    return text.replaceAll(/\\([\\n])/g, (_, char: string) => (char === 'n' ? '\n' : char))
  }

  private typeLine(text: string, start: number): boolean {
    const type = this.typeOf(text.trim())
    if (!type) return this.failAt(start, `invalid metric type ${JSON.stringify(text)}`)
    this.kind = 'type'
    this.type = type
    return true
  }

  protected typeOf(word: string): FamilyType | undefined {
    return TYPES.get(word)
  }
}
