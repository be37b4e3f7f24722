import { isLegacyLabelName, isLegacyMetricName } from '#lib/model'
import type { FamilyType } from './family.ts'
import { NEWLINE } from './parser.ts'
import { TextParser } from './text-parser.ts'
import { show } from './text-pieces.ts'

/** How names are looked at. */
export interface StrictOptions {
  /** Only names that need no quotes. */
  readonly legacyNames?: boolean
}

/**
 * Reads the text format as Prometheus' client library does: stricter than its server about strings and the end of the
 * last line, and with histograms that go up and down.
 */
export class StrictTextParser extends TextParser {
  readonly #strict: StrictOptions

  constructor(body: Uint8Array, strict: StrictOptions = {}) {
    super(body)
    this.#strict = strict
  }

  override next(): boolean {
    return super.next() ? this.#isStrict() : this.#isWhole()
  }

  #isStrict(): boolean {
    if (this.kind === 'comment') return true
    if (!this.#strict.legacyNames) return true
    if (!isLegacyMetricName(this.name)) return this.failAt(this.seriesStart, `invalid metric name ${show(this.name)}`)
    const wrong = this.kind === 'series' && this.pairs.find((text, i) => i % 2 === 0 && !isLegacyLabelName(text))
    return wrong ? this.failAt(this.seriesStart, `invalid label name ${show(wrong)}`) : true
  }

  /** A last line that does not end may be one that was cut off. */
  #isWhole(): boolean {
    if (this.err !== '' || this.end === 0) return false
    const last = this.bytes.lastIndexOf(NEWLINE, this.end - 1)
    if (this.bytes.toString('latin1', last + 1, this.end).trim() === '') return false
    return this.failAt(this.end, 'unexpected end of input stream')
  }

  protected override quoted(what: string): string | undefined {
    const start = this.pos + 1
    const text = super.quoted(what)
    if (text === undefined) return undefined
    const raw = this.bytes.toString('latin1', start, this.pos - 1)
    const mistake = raw.includes('\n') ? `${what} contains unescaped new-line` : escapeMistake(raw)
    if (mistake === '') return text
    this.failAt(start, mistake)
    return undefined
  }

  protected override helpText(text: string): string {
    return text.trimStart().replaceAll(/\\([\\"n])/g, (_, char: string) => (char === 'n' ? '\n' : char))
  }

  protected override typeOf(word: string): FamilyType | undefined {
    const lower = word.toLowerCase()
    return lower === 'gaugehistogram' || lower === 'gauge_histogram' ? 'gaugehistogram' : super.typeOf(lower)
  }
}

function escapeMistake(raw: string): string {
  const wrong = /\\.?/s.exec(raw.replaceAll(/\\[\\"n]/g, ''))?.[0] ?? ''
  return wrong === '' ? '' : `invalid escape sequence ${show(wrong)}`
}
