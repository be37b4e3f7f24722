import { ParseError } from './parse-error.ts'

/** A query's text: knows the byte offset of each UTF-16 index, and its lines. */
export class SourceText {
  readonly text: string
  /** Byte offset of each index; undefined where the text is ASCII. */
  readonly #offsets: Uint32Array | undefined

  constructor(text: string) {
    this.text = text
    // oxlint-disable-next-line no-control-regex
    this.#offsets = /^[\x00-\x7f]*$/.test(text) ? undefined : byteOffsets(text)
  }

  byteAt(index: number): number {
    return this.#offsets ? this.#offsets[index] : index
  }

  /** A problem between two indexes. */
  error(start: number, end: number, message: string): ParseError {
    return this.errorAtBytes(this.byteAt(start), this.byteAt(end), message)
  }

  /** A problem between two byte offsets. */
  errorAtBytes(start: number, end: number, message: string): ParseError {
    return new ParseError([{ start, end, message }], this.#place(start))
  }

  #place(byte: number): string {
    let line = 1
    let lineStart = 0
    for (let i = 0; i < this.text.length && this.byteAt(i) < byte; i++) {
      if (this.text[i] !== '\n') continue
      line++
      lineStart = this.byteAt(i) + 1
    }
    return `${line}:${byte - lineStart + 1}`
  }
}

function byteOffsets(text: string): Uint32Array {
  const offsets = new Uint32Array(text.length + 1)
  let byte = 0
  for (let i = 0; i < text.length; i++) {
    offsets[i] = byte
    const code = text.codePointAt(i)!
    byte += utf8Length(code)
    if (code > 0xffff) offsets[++i] = byte
  }
  offsets[text.length] = byte
  return offsets
}

function utf8Length(code: number): number {
  if (code < 0x80) return 1
  // A lone low surrogate stands for one byte that is not UTF-8.
  if (code >= 0xdc00 && code <= 0xdfff) return 1
  if (code < 0x800) return 2
  return code < 0x10000 ? 3 : 4
}
