import { quote, readEscapes } from '#lib/model'
import { scanNumber } from './number-scan.ts'
import type { SourceText } from './source-text.ts'

/** What a token is; punctuation and operators are their own text. */
export type TokenKind =
  | 'end'
  | 'identifier'
  | 'metric-identifier'
  | 'string'
  | 'number'
  | 'duration'
  | 'operator'
  | 'keyword'
  | 'aggregator'
  | 'punctuation'

/** A word or sign of a query, between two indexes of its text. */
export interface Token {
  readonly kind: TokenKind
  /** Lower-cased where it is a keyword or aggregator. */
  readonly value: string
  readonly text: string
  readonly start: number
  readonly end: number
}

const wordOperators = new Set(['and', 'or', 'unless', 'atan2'])
const aggregators = new Set(
  'sum avg count min max group stddev stdvar topk bottomk count_values quantile limitk limit_ratio'.split(' '),
)
const keywords = new Set(
  'offset smoothed anchored by without on ignoring group_left group_right bool fill fill_left fill_right start end step range min_of max_of'.split(
    ' ',
  ),
)

const wordsOfDuration = new Set(['step', 'range', 'min_of', 'max_of'])
/** Keywords that are functions, or could be; named by their text alone where they are not expected. */
export const functionWords = new Set(['start', 'end', ...wordsOfDuration])

const SPACE = /(?:[ \t\n\r]|#[^\n\r]*)*/y
const WORD = /[a-zA-Z_:][a-zA-Z0-9_:]*/y
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y
/** No comments stand in a duration. */
const BLANK = /[ \t\n\r]*/y
const OPERATOR = /==|!=|=~|!~|<=|>=|<\/|>\/|[-+*/%^<>@]/y

/** Cuts a query into tokens. The signs `{` and `[` change what is expected until they are closed. */
export class Lexer {
  readonly #source: SourceText
  readonly #text: string
  #at = 0
  #parens = 0
  #inBraces = false
  #inBrackets = false
  /** In brackets, before the first number. */
  #inDuration = false
  #sawColon = false

  constructor(source: SourceText) {
    this.#source = source
    this.#text = source.text
  }

  next(): Token {
    this.#match(this.#inDuration ? BLANK : SPACE)
    if (this.#at >= this.#text.length) return this.#end()
    if (this.#inBraces) return this.#insideBraces()
    return this.#statement()
  }

  #end(): Token {
    if (this.#inBraces) this.#fail('unexpected end of input inside braces')
    if (this.#inDuration) this.#fail('unexpected end of input in duration expression')
    if (this.#parens > 0) this.#fail('unclosed left parenthesis')
    if (this.#inBrackets) this.#fail('unclosed left bracket')
    return this.#token('end', this.#at, '')
  }

  #statement(): Token {
    const start = this.#at
    const char = this.#text[start]
    if (/[\d.]/.test(char)) return this.#number()
    if (char === ':' && this.#inBrackets) return this.#colon()
    if (/[a-zA-Z_:]/.test(char)) return this.#word()
    if (char === '"' || char === "'" || char === '`') {
      if (this.#inDuration) this.#failOddly()
      return this.#string()
    }
    return this.#sign(char, start)
  }

  #sign(char: string, start: number): Token {
    switch (char) {
      case '{':
        if (this.#inDuration) this.#failOddly()
        this.#inBraces = true
        return this.#punctuation(char)
      case ',':
        return this.#punctuation(char)
      case '(':
        this.#parens++
        return this.#punctuation(char)
      case ')':
        // Prometheus has taken it before it finds out.
        if (--this.#parens < 0) this.#failAt(start + 1, "unexpected right parenthesis ')'")
        return this.#punctuation(char)
      case '[':
        if (this.#inDuration) this.#failOddly()
        if (this.#inBrackets) this.#fail("unexpected left bracket '['")
        this.#inBrackets = true
        this.#inDuration = true
        this.#sawColon = false
        return this.#punctuation(char)
      case ']':
        if (!this.#inBrackets) this.#fail("unexpected right bracket ']'")
        this.#inBrackets = false
        this.#inDuration = false
        return this.#punctuation(char)
    }
    return this.#operator(char, start)
  }

  #operator(char: string, start: number): Token {
    if (this.#inDuration && !/[-+*/%^]/.test(char)) this.#failOddly()
    const text = this.#match(OPERATOR)
    const after = this.#source.text.codePointAt(start + 1)
    if (text === '=~' || text === '!~' || (text === '' && char === '!')) {
      const next = after === undefined ? "'\\ufffd'" : quoteChar(String.fromCodePoint(after))
      this.#failAt(start, `unexpected character after '${char}': ${next}`)
    }
    if (text !== '') return this.#token('operator', start, text)
    if (char === '=') return this.#punctuation(char)
    return this.#failOddly()
  }

  /** Nothing begins with this character here. */
  #failOddly(): never {
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at)!)
    return this.#fail(`unexpected character${this.#inDuration ? ' in duration expression' : ''}: ${quoteChar(char)}`)
  }

  #colon(): Token {
    if (this.#sawColon && !this.#inDuration) this.#fail("unexpected colon ':'")
    if (this.#sawColon) this.#failAt(this.#at + 1, 'unexpected repeated colon in duration expression')
    this.#sawColon = true
    return this.#punctuation(':')
  }

  #insideBraces(): Token {
    const start = this.#at
    const char = this.#text[start]
    if (/[a-zA-Z_]/.test(char)) return this.#token('identifier', start, this.#match(LABEL))
    if (char === '"' || char === "'" || char === '`') return this.#string()
    if (char === '{') this.#fail("unexpected left brace '{'")
    if (char === '}') this.#inBraces = false
    if (char === '}' || char === ',') return this.#punctuation(char)
    if (char === '=' || char === '!') {
      const two = this.#text.slice(start, start + 2)
      if (two === '=~' || two === '!~' || two === '!=') {
        this.#at += 2
        return this.#token('operator', start, two)
      }
      if (char === '=') return this.#punctuation(char)
      const after = this.#text.codePointAt(start + 1)
      this.#fail(
        `unexpected character after '!' inside braces: ${quoteChar(after === undefined ? '\ufffd' : String.fromCodePoint(after))}`,
      )
    }
    return this.#fail(
      `unexpected character inside braces: ${quoteChar(String.fromCodePoint(this.#text.codePointAt(start)!))}`,
    )
  }

  #word(): Token {
    const start = this.#at
    const text = this.#match(WORD)
    const value = text.toLowerCase()
    if (this.#inBrackets) return this.#wordOfDuration(start, text, value)
    // A metric may be called `fill`; a modifier has parentheses.
    if (/^fill(?:_left|_right)?$/.test(value) && !this.#isAtParenthesis()) return this.#token('identifier', start, text)
    if (wordOperators.has(value)) return this.#token('operator', start, text, value)
    if (aggregators.has(value)) return this.#token('aggregator', start, text, value)
    if (keywords.has(value)) return this.#token('keyword', start, text, value)
    if (value === 'inf' || value === 'nan') return this.#token('number', start, text, value)
    return this.#token(text.includes(':') ? 'metric-identifier' : 'identifier', start, text)
  }

  #isAtParenthesis(): boolean {
    BLANK.lastIndex = this.#at
    return this.#text[this.#at + BLANK.exec(this.#text)![0].length] === '('
  }

  #wordOfDuration(start: number, text: string, value: string): Token {
    if (wordsOfDuration.has(value)) return this.#token('keyword', start, text, value)
    this.#at = start
    return this.#inDuration
      ? this.#failOddly()
      : this.#fail(`unexpected character: ${quoteChar(text[0])}, expected ':'`)
  }

  #number(): Token {
    const start = this.#at
    if (!/^\.?\d/.test(this.#text.slice(start, start + 2))) this.#failOddly()
    // Behind a number Prometheus reads on as outside of brackets.
    this.#inDuration = false
    const { kind, end } = scanNumber(this.#text, start)
    const text = this.#text.slice(start, end)
    if (kind === undefined) return this.#failAt(start, `bad number or duration syntax: ${quote(text)}`)
    this.#at = end
    return this.#token(kind, start, text)
  }

  #string(): Token {
    const start = this.#at
    const mark = this.#text[start]
    let end = start + 1
    while (end < this.#text.length && this.#text[end] !== mark) {
      const char = this.#text[end]
      if (char === '\n' && mark !== '`') this.#fail('unterminated quoted string')
      end += char === '\\' && mark !== '`' ? 2 : 1
    }
    const inner = this.#text.slice(start + 1, Math.min(end, this.#text.length))
    if (!inner.isWellFormed()) this.#fail('invalid UTF-8 rune')
    const read = mark === '`' ? { text: inner.replaceAll('\r', '') } : readEscapes(inner, mark)
    const isOpen = end >= this.#text.length
    if ('error' in read && read.error !== 'escape sequence not terminated') this.#fail(read.error)
    // An escape that the closing mark cuts short has the mark in it.
    if ('error' in read && !isOpen)
      this.#fail(`illegal character U+00${mark.codePointAt(0)!.toString(16)} '${mark}' in escape sequence`)
    if (isOpen && mark === '`') this.#fail('unterminated raw string')
    if (isOpen) this.#fail('unterminated quoted string')
    this.#at = end + 1
    return this.#token('string', start, this.#text.slice(start, this.#at), 'text' in read ? read.text : '')
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (!match) return ''
    this.#at += match[0].length
    return match[0]
  }

  #punctuation(char: string): Token {
    return this.#token('punctuation', this.#at++, char)
  }

  #token(kind: TokenKind, start: number, text: string, value = text): Token {
    return { kind, value, text, start, end: start + text.length }
  }

  #fail(message: string): never {
    return this.#failAt(this.#at, message)
  }

  /** Nothing after a bad character can be read, so the place reaches to the end. */
  #failAt(start: number, message: string): never {
    throw this.#source.error(start, this.#text.length, message)
  }
}

function quoteChar(char: string): string {
  if (char === "'") return String.raw`'\''`
  return char === '"' ? `'"'` : `'${quote(char).slice(1, -1)}'`
}

/** A token as error messages name it. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'end of input'
    case 'keyword':
      return functionWords.has(token.value) ? quote(token.text) : `<${token.text}>`
    case 'operator':
      return `<op:${token.text}>`
    case 'aggregator':
      return `<aggr:${token.text}>`
    case 'identifier':
      return `identifier ${quote(token.text)}`
    case 'metric-identifier':
      return `metric identifier ${quote(token.text)}`
    case 'punctuation':
      return quote(token.text)
    default:
      return `${token.kind} ${token.text.length > 10 ? `${quote(token.text.slice(0, 10))}...` : quote(token.text)}`
  }
}
