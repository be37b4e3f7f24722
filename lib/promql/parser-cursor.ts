import type { Span } from './ast.ts'
import { describeToken, Lexer, type Token } from './lexer.ts'
import { SourceText } from './source-text.ts'

/** Deeper expressions are refused, so that no query can overflow the stack of what walks it. */
const MAX_DEPTH = 500

/** What may be written in a query; each is refused where false. Named after Prometheus' feature flags. */
export interface ParseOptions {
  /** Experimental functions and aggregations. */
  readonly experimentalFunctions?: boolean
  /** `[5m * 2]`, `offset step()`. */
  readonly durationExpressions?: boolean
  /** `anchored` and `smoothed`. */
  readonly extendedRangeSelectors?: boolean
  /** `fill(0)`, `fill_left(0)`, `fill_right(0)`. */
  readonly fillModifiers?: boolean
}

/** The parser's place in a query: one token looked at, the rest ahead. */
export class Cursor {
  readonly source: SourceText
  readonly options: ParseOptions
  readonly #lexer: Lexer
  readonly #depths = new WeakMap<object, number>()
  #nesting = 0
  #aggregations = 0
  #later: (() => never) | undefined
  token: Token
  /** In the second argument of `info`, where a selector may match every series. */
  inInfo = false
  /** Where the token before ended. */
  lastEnd = 0

  constructor(text: string, options: ParseOptions) {
    this.source = new SourceText(text)
    this.options = options
    this.#lexer = new Lexer(this.source)
    this.token = this.#lexer.next()
  }

  /** Takes the token. */
  take(): Token {
    const token = this.token
    this.lastEnd = token.end
    if (token.kind !== 'end') this.token = this.#lexer.next()
    return token
  }

  /** Whether the token is this sign, operator or keyword. */
  at(value: string): boolean {
    const { kind, value: text } = this.token
    return text === value && kind !== 'string' && kind !== 'identifier' && kind !== 'metric-identifier'
  }

  /** Takes the token if it is this one. */
  takeIf(value: string): boolean {
    if (!this.at(value)) return false
    this.take()
    return true
  }

  /** Takes this sign or says what was expected; nothing of what that is without a context. */
  expect(value: string, context = ''): Token {
    if (this.at(value)) return this.take()
    return context === '' ? this.unexpected() : this.unexpected(context, `"${value}"`)
  }

  /** Without a context of its own a token is unexpected in the aggregation around it, however far out that begins. */
  unexpected(context = this.#aggregations > 0 ? 'aggregation' : '', expected = ''): never {
    const { token } = this
    const place = context && ` in ${context}`
    const wanted = expected && `, expected ${expected}`
    throw this.source.error(token.start, token.end, `unexpected ${describeToken(token)}${place}${wanted}`)
  }

  /** Bytes from an index to the end of the last token. */
  spanFrom(start: number): Span {
    return this.span(start, this.lastEnd)
  }

  span(start: number, end: number): Span {
    return { start: this.source.byteAt(start), end: this.source.byteAt(end) }
  }

  readonly refuse = (span: Span, message: string): never => {
    throw this.source.errorAtBytes(span.start, span.end, message)
  }

  /** Says what is wrong with types: that counts once the whole text is known to parse, and the first of it alone. */
  readonly refuseLater = (span: Span, message: string): void => {
    this.#later ??= () => this.refuse(span, message)
  }

  /** The text has come to its end. */
  finish(): void {
    if (this.token.kind !== 'end') this.unexpected()
    this.#later?.()
  }

  /** Parses what lies one level deeper in the text. */
  nested<T>(parse: () => T): T {
    if (++this.#nesting > MAX_DEPTH) this.#tooDeep()
    const result = parse()
    this.#nesting--
    return result
  }

  /** Parses what stands behind the name of an aggregation. */
  aggregation<T>(parse: () => T): T {
    this.#aggregations++
    const result = parse()
    this.#aggregations--
    return result
  }

  /** Notes a node above others and refuses a tree that grows too deep, as a long chain of operators does. */
  above<T extends object>(node: T, ...children: readonly (object | undefined)[]): T {
    let depth = 0
    for (const child of children) if (child) depth = Math.max(depth, this.#depths.get(child) ?? 0)
    if (depth >= MAX_DEPTH) this.#tooDeep()
    this.#depths.set(node, depth + 1)
    return node
  }

  #tooDeep(): never {
    throw this.source.error(
      this.token.start,
      this.token.end,
      `expression is nested deeper than ${MAX_DEPTH} levels; split it into recording rules`,
    )
  }
}
