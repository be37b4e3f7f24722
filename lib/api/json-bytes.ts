import { BRACKET, BRACKET_END, COMMA, putFloat, putSeconds, QUOTE } from './digits.ts'

/**
 * Writes JSON straight into bytes: the answer of a large range query is mostly numbers, and a string or an object per
 * point costs more than the query. Watched by json-bytes.bench.ts. Pieces written by `ascii` hold only ASCII.
 */
export class JsonBytes {
  #bytes: Buffer<ArrayBuffer>
  #at = 0

  constructor(capacity = 16 * 1024) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity)
  }

  /** Text that is JSON already and ASCII. */
  ascii(text: string): this {
    this.#reserve(text.length)
    this.#at += this.#bytes.write(text, this.#at, 'latin1')
    return this
  }

  /** A JSON string. */
  string(text: string): this {
    const json = JSON.stringify(text)
    this.#reserve(json.length * 3)
    this.#at += this.#bytes.write(json, this.#at, 'utf8')
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
    this.#reserve(24)
    this.#at = putSeconds(this.#bytes, this.#at, ms)
    return this
  }

  /** `[seconds,"value"]`: one point of an answer. */
  point(ms: number, value: number): this {
    this.#reserve(64)
    const bytes = this.#bytes
    bytes[this.#at++] = BRACKET
    let at = putSeconds(bytes, this.#at, ms)
    bytes[at++] = COMMA
    bytes[at++] = QUOTE
    at = putFloat(bytes, at, value)
    bytes[at++] = QUOTE
    bytes[at++] = BRACKET_END
    this.#at = at
    return this
  }

  /** What was written; the writer must not be used again. Its buffer may be moved to another thread. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#at)
  }

  #reserve(length: number): void {
    if (this.#at + length <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + length))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}
