import { putFloat, putSeconds } from './digits.ts'
import { Gzip, PIECE } from './gzip.ts'
import { type PointHeads, RangeDeflater } from './range-deflater.ts'

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
  #heads = new Heads(0)
  readonly #packer: Gzip | RangeDeflater | undefined
  /** What is before has been handed to a deflater. */
  #handed = 0

  /** Where it is to be compressed, all but the last piece is handed on while it is written. */
  constructor(packer?: Gzip | RangeDeflater) {
    this.#bytes = Buffer.allocUnsafeSlow(16 * 1024)
    this.#view = viewOf(this.#bytes)
    this.#packer = packer
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
    if (times.length > this.#heads.ms.length) this.#heads = new Heads(times.length)
    const { ms, words, lengths, starts } = this.#heads
    // Together, for a deflater that is to see them together.
    if (this.#packer instanceof RangeDeflater) this.#reserve(POINT_BYTES * times.length)
    for (let i = 0; i < times.length; i++) {
      if (ms[i] !== times[i]) this.#heads.set(i, times[i])
      this.#reserve(POINT_BYTES)
      const view = this.#view
      const at = this.#at
      // Three floats at once for 24 bytes: digits never are a NaN, whose bits might change.
      view.setFloat64(at, words[3 * i], true)
      view.setFloat64(at + 8, words[3 * i + 1], true)
      view.setFloat64(at + 16, words[3 * i + 2], true)
      starts[i] = at
      this.#putValue(at + lengths[i], values[i])
      this.#view.setUint8(this.#at++, COMMA)
    }
    if (times.length === 0) return this
    this.#at--
    if (this.#packer instanceof RangeDeflater) this.#deflate(this.#packer, starts, values)
    return this
  }

  #deflate(deflater: RangeDeflater, starts: Uint32Array, values: Float64Array): void {
    const end = this.#at - CLOSING
    deflater.text(this.#bytes.subarray(this.#handed, starts[0]))
    deflater.points(this.#bytes, this.#view, starts, values, end, this.#heads)
    this.#handed = end
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
    return this.#packer instanceof Gzip && this.#packer.isBehind
  }

  async catchUp(): Promise<void> {
    if (this.#packer instanceof Gzip) await this.#packer.catchUp()
  }

  /** What was written and not handed on; the writer must not be used again. Its buffer may be moved to another thread. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(this.#handed, this.#at)
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#bytes.length) return
    if (this.#packer instanceof RangeDeflater) {
      this.#packer.text(this.#bytes.subarray(this.#handed, this.#at))
      this.#handed = this.#at = 0
      if (length <= this.#bytes.length) return
    } else if (this.#packer !== undefined && this.#at >= PIECE) {
      this.#packer.add(this.#bytes.subarray(0, this.#at))
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
/** `"]` after a value. */
const CLOSING = 2
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
class Heads implements PointHeads {
  readonly ms: Float64Array
  readonly words: Float64Array
  readonly lengths: Uint8Array
  readonly shared: Uint8Array
  readonly places: Float64Array
  readonly values: Float64Array
  /** Where the points of the series that is being written begin. */
  readonly starts: Uint32Array
  readonly #bytes: DataView

  constructor(count: number) {
    this.ms = new Float64Array(count).fill(NaN)
    this.words = new Float64Array(3 * count + 1)
    this.lengths = new Uint8Array(count)
    this.shared = new Uint8Array(count)
    this.places = new Float64Array(count)
    this.values = new Float64Array(count)
    this.starts = new Uint32Array(count)
    this.#bytes = new DataView(this.words.buffer)
  }

  set(i: number, ms: number): void {
    const bytes = this.#bytes
    const at = i * HEAD_BYTES
    this.ms[i] = ms
    this.places[i] = -Infinity
    this.lengths[i] = putHead(bytes, at, ms) - at
    this.#share(i)
    this.#share(i + 1)
  }

  #share(i: number): void {
    if (i === 0 || i >= this.shared.length) return
    const at = i * HEAD_BYTES
    const most = Math.min(this.lengths[i], this.lengths[i - 1])
    let shared = 0
    while (shared < most && this.#bytes.getUint8(at + shared) === this.#bytes.getUint8(at + shared - HEAD_BYTES))
      shared++
    this.shared[i] = shared
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
