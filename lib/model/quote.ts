const named: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
}

const NEEDS_ESCAPE = /["\\]|[^\x20-\x7e]/u
const PRINTABLE = /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u

/** Text in double quotes with Go's escapes (strconv.Quote). A lone U+DC80 … U+DCFF stands for a byte that is not UTF-8. */
export function quote(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return `"${text}"`
  let quoted = '"'
  for (const char of text) quoted += escaped(char)
  return quoted + '"'
}

function escaped(char: string): string {
  if (char in named) return named[char]
  const code = char.codePointAt(0)!
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${hex(code - 0xdc00, 2)}`
  if (code === 0x20 || PRINTABLE.test(char)) return char
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

const simple: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}

/** The text between quotes (strconv.Unquote); undefined where it is not a Go string. */
export function unquote(quoted: string): string | undefined {
  const mark = quoted[0]
  const inner = quoted.slice(1, -1)
  if (quoted.length < 2 || quoted.at(-1) !== mark) return undefined
  if (mark === '`') return inner.includes('`') ? undefined : inner.replaceAll('\r', '')
  if (mark !== '"' || inner.includes('\n')) return undefined
  const read = readEscapes(inner, '"')
  return 'text' in read ? read.text : undefined
}

/** What stands for an escape: text, or raw bytes that make UTF-8 together with their neighbours. */
export type Unescaped = { readonly text: string } | { readonly error: string; readonly at: number }

/** Replaces the escapes in a string that was quoted by `mark`; names the first bad one as Prometheus does. */
export function readEscapes(inner: string, mark: string): Unescaped {
  if (!inner.includes('\\')) return inner.includes(mark) ? { error: 'invalid syntax', at: 0 } : { text: inner }
  let text = ''
  let bytes: number[] = []
  for (let at = 0; at < inner.length;) {
    if (inner[at] === mark) return { error: 'invalid syntax', at }
    if (inner[at] !== '\\') {
      text += bytesToText(bytes) + inner[at++]
      bytes = []
      continue
    }
    const escape = readEscape(inner, at + 1, mark)
    if ('error' in escape) return escape
    if (escape.isByte) {
      bytes.push(escape.code)
    } else {
      text += bytesToText(bytes) + String.fromCodePoint(escape.code)
      bytes = []
    }
    at = escape.end
  }
  return { text: text + bytesToText(bytes) }
}

type Escape =
  | { readonly code: number; readonly isByte: boolean; readonly end: number }
  | { readonly error: string; readonly at: number }

function readEscape(text: string, at: number, mark: string): Escape {
  const char = text[at] ?? ''
  if (char === mark) return { code: mark.charCodeAt(0), isByte: false, end: at + 1 }
  if (char in simple) return { code: simple[char].charCodeAt(0), isByte: false, end: at + 1 }
  if (char >= '0' && char <= '7') return readDigits(text, at, 3, 8)
  if (char === 'x') return readDigits(text, at + 1, 2, 16)
  if (char === 'u') return readDigits(text, at + 1, 4, 16)
  if (char === 'U') return readDigits(text, at + 1, 8, 16)
  if (char === '') return { error: 'escape sequence not terminated', at }
  return { error: `unknown escape sequence ${codePoint(text, at)}`, at }
}

function readDigits(text: string, at: number, count: number, base: number): Escape {
  let code = 0
  for (let i = at; i < at + count; i++) {
    const char = text[i]
    if (char === undefined) return { error: 'escape sequence not terminated', at: i }
    const digit = parseInt(char, base)
    if (Number.isNaN(digit)) return { error: `illegal character ${codePoint(text, i)} in escape sequence`, at: i }
    code = code * base + digit
  }
  const isByte = count < 4
  if ((isByte && code > 255) || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
    return { error: 'escape sequence is an invalid Unicode code point', at }
  }
  return { code, isByte, end: at + count }
}

/** `U+0063 'c'`. */
function codePoint(text: string, at: number): string {
  const code = text.codePointAt(at)!
  return `U+${hex(code, 4).toUpperCase()} '${String.fromCodePoint(code)}'`
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes as text; one that is not UTF-8 becomes a lone surrogate U+DC00 + byte. */
export function bytesToText(bytes: readonly number[] | Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes[at])
    const sequence = Uint8Array.from(bytes.slice(at, at + length))
    const char = sequence.length === length ? decodeOne(sequence) : undefined
    text += char ?? String.fromCharCode(0xdc00 + bytes[at])
    at += char === undefined ? 1 : length
  }
  return text
}

function sequenceLength(first: number): number {
  if (first < 0xc0) return 1
  if (first < 0xe0) return 2
  return first < 0xf0 ? 3 : 4
}

function decodeOne(sequence: Uint8Array): string | undefined {
  try {
    return strict.decode(sequence)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
