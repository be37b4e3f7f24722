import { putFloat, putSeconds } from './digits.ts'
import { type Gzip, PIECE } from './gzip.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const BRACKET = 0x5b
const BACKSLASH = 0x5c
const BRACKET_END = 0x5d

/**
 * Writes JSON straight into bytes: the answer of a large range query is mostly numbers, and a string or an object per
 * point costs more than the query. Watched by json-bytes.bench.ts. Pieces written by `ascii` hold only ASCII.
 */
export class JsonBytes {
  #bytes: Buffer<ArrayBuffer>
  #view: DataView
  #at = 0
  #heads = newHeads(0)

  readonly #gzip: Gzip | undefined

  /** Where it is to be compressed, all but the last piece is handed on while it is written. */
  constructor(gzip?: Gzip) {
    this.#bytes = Buffer.allocUnsafeSlow(16 * 1024)
    this.#view = viewOf(this.#bytes)
    this.#gzip = gzip
  }

  /** Text that is JSON already and ASCII. */
  ascii(text: string): this {
    this.#reserve(text.length)
    for (let i = 0; i < text.length; i++) this.#bytes[this.#at++] = text.charCodeAt(i)
    return this
  }

  /** A JSON string. Most are short and of plain letters, which go as they are. */
  string(text: string): this {
    this.#reserve(text.length + 2)
    const bytes = this.#bytes
    let at = this.#at
    bytes[at++] = QUOTE
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) return this.value(text)
      bytes[at++] = code
    }
    bytes[at++] = QUOTE
    this.#at = at
    return this
  }

  /** Any small value. */
  value(value: unknown): this {
    const json = JSON.stringify(value)
    this.#reserve(json.length * 3)
    this.#at += this.#bytes.write(json, this.#at, 'utf8')
    return this
  }

  /** Milliseconds as seconds with at most three decimals, as Prometheus writes a point's time. */
  seconds(ms: number): this {
    this.#reserve(32)
    this.#at = putSeconds(this.#view, this.#at, ms)
    return this
  }

  /** `[seconds,"value"]`: one point of an answer. */
  point(ms: number, value: number): this {
    this.#reserve(POINT_BYTES)
    this.#putValue(putHead(this.#view, this.#at, ms), value)
    return this
  }

  /** Points with commas between. Most series have points at the same times: the text of the n-th point's is kept for the next. */
  points(times: Float64Array, values: Float64Array): this {
    if (times.length > this.#heads.ms.length) this.#heads = newHeads(times.length)
    const { ms, words, bytes, lengths } = this.#heads
    for (let i = 0; i < times.length; i++) {
      if (ms[i] !== times[i]) {
        ms[i] = times[i]
        lengths[i] = putHead(bytes, i * HEAD_BYTES, times[i]) - i * HEAD_BYTES
      }
      this.#reserve(POINT_BYTES)
      const view = this.#view
      const at = this.#at
      // Three floats at once for 24 bytes: digits never are a NaN, whose bits might change.
      view.setFloat64(at, words[3 * i], true)
      view.setFloat64(at + 8, words[3 * i + 1], true)
      view.setFloat64(at + 16, words[3 * i + 2], true)
      this.#putValue(at + lengths[i], values[i])
      this.#view.setUint8(this.#at++, COMMA)
    }
    if (times.length > 0) this.#at--
    return this
  }

  #putValue(at: number, value: number): void {
    const view = this.#view
    at = putFloat(view, at, value)
    view.setUint8(at++, QUOTE)
    view.setUint8(at++, BRACKET_END)
    this.#at = at
  }

  /** Whether what compresses it has fallen behind: before more is written, `catchUp` is to be awaited. */
  get isBehind(): boolean {
    return this.#gzip?.isBehind === true
  }

  async catchUp(): Promise<void> {
    await this.#gzip?.catchUp()
  }

  /** What was written and not handed on; the writer must not be used again. Its buffer may be moved to another thread. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#at)
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#bytes.length) return
    if (this.#gzip !== undefined && this.#at >= PIECE) {
      this.#gzip.add(this.#bytes.subarray(0, this.#at))
      this.#at = 0
      this.#bytes = Buffer.allocUnsafeSlow(Math.max(PIECE + 4096, length))
      this.#view = viewOf(this.#bytes)
      return
    }
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + length))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
    this.#view = viewOf(larger)
  }
}

/** `[seconds,"`: the longest is `[-9007199254740.991,"`. */
const HEAD_BYTES = 24
/** A beginning, a float, and what closes both. */
const POINT_BYTES = HEAD_BYTES + 32 + 8

function putHead(view: DataView, at: number, ms: number): number {
  view.setUint8(at, BRACKET)
  at = putSeconds(view, at + 1, ms)
  view.setUint8(at, COMMA)
  view.setUint8(at + 1, QUOTE)
  return at + 2
}

/** The beginnings of points by their place in a series. */
function newHeads(count: number) {
  const words = new Float64Array(3 * count + 1)
  const ms = new Float64Array(count).fill(NaN)
  return { ms, words, bytes: new DataView(words.buffer), lengths: new Uint8Array(count) }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
