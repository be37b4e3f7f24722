import { CodecError } from './codec-error.ts'

/** The longest varint of a number up to 2^53. */
export const MAX_VARINT_BYTES = 8

/** Appends a whole number 0 … 2^53, seven bits a byte, low bits first; returns the end position. */
export function writeVarint(out: Uint8Array, at: number, n: number): number {
  while (n >= 0x80000000) {
    out[at++] = (n % 128) | 0x80
    n = Math.floor(n / 128)
  }
  while (n >= 0x80) {
    out[at++] = (n & 0x7f) | 0x80
    n >>>= 7
  }
  out[at++] = n
  return at
}

/** Appends a whole number within ±2^52, its sign in the lowest bit; returns the end position. */
export function writeZigzag(out: Uint8Array, at: number, n: number): number {
  return writeVarint(out, at, n < 0 ? -2 * n - 1 : 2 * n)
}

/** Reads bytes one after the other. `at` is the next byte; a read throws a CodecError past `end`. */
export class ByteReader {
  readonly bytes: Uint8Array
  at: number
  end: number
  #view: DataView | undefined

  constructor(bytes: Uint8Array, at: number, end: number = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
    this.#view = undefined
  }

  /** All the bytes, to read words of. */
  get view(): DataView {
    this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength)
    return this.#view
  }

  byte(): number {
    if (this.at >= this.end) throw new CodecError(`unexpected end at ${this.at}`)
    return this.bytes[this.at++]
  }

  varint(): number {
    if (this.at < this.end && this.bytes[this.at] < 0x80) return this.bytes[this.at++]
    return this.#longVarint()
  }

  zigzag(): number {
    const n = this.varint()
    if (n <= 0x7fffffff) return (n >>> 1) ^ -(n & 1)
    return n % 2 === 0 ? n / 2 : -(n + 1) / 2
  }

  #longVarint(): number {
    const { bytes, end } = this
    let at = this.at
    let n = 0
    // Bits of a word for as long as they fit into one: most numbers end there.
    for (let shift = 0; shift < 28 && at < end; shift += 7) {
      const byte = bytes[at++]
      n |= (byte & 0x7f) << shift
      if (byte >= 0x80) continue
      this.at = at
      return n
    }
    for (let scale = 2 ** 28, i = 4; i < MAX_VARINT_BYTES && at < end; i++) {
      const byte = bytes[at++]
      n += (byte & 0x7f) * scale
      scale *= 128
      if (byte >= 0x80) continue
      this.at = at
      return n
    }
    this.at = at
    throw new CodecError(at < end ? `varint: too long at ${at}` : `varint: unexpected end at ${at}`)
  }
}
