import { CodecError } from '#lib/codec'

/** The largest whole number that a double holds exactly, with all below it. */
export const MAX_EXACT: number = Number.MAX_SAFE_INTEGER
const WORD = 2 ** 32
/** Widths of a variable-width integer, by the number of ones before it. */
const WIDTHS = [0, 3, 6, 9, 12, 18, 25, 56, 64]

/**
 * Reads bits, highest first, as Prometheus' chunks have them. A number that a double cannot hold exactly clears `isExact`: the
 * chunk is then read again by `reference.ts`, which counts in BigInt. A read past the end throws a CodecError.
 */
export class BitReader {
  bytes: Uint8Array = new Uint8Array()
  /** In bits. */
  position = 0
  end = 0
  isExact = true
  /** The words that `take64` read last. */
  high = 0
  low = 0

  /** Starts at byte `from`; `to` is the byte after the last. */
  start(bytes: Uint8Array, from: number, to: number): void {
    this.bytes = bytes
    this.position = from * 8
    this.end = to * 8
    this.isExact = true
  }

  bit(): number {
    const at = this.position
    if (at >= this.end) this.fail()
    this.position = at + 1
    return (this.bytes[at >>> 3] >>> (7 - (at & 7))) & 1
  }

  /** An unsigned number of 1 to 32 bits. */
  take(bits: number): number {
    const at = this.position
    const next = at + bits
    if (next > this.end) this.fail()
    this.position = next
    const { bytes } = this
    const byte = at >>> 3
    const used = (at & 7) + bits
    const word = ((bytes[byte] << 24) | (bytes[byte + 1] << 16) | (bytes[byte + 2] << 8) | bytes[byte + 3]) << (at & 7)
    if (used <= 32) return word >>> (32 - bits)
    return ((word | (bytes[byte + 4] >>> (8 - (at & 7)))) >>> (32 - bits)) >>> 0
  }

  /** 1 to 64 bits, into `high` and `low`. */
  take64(bits: number): void {
    this.high = bits > 32 ? this.take(bits - 32) : 0
    this.low = this.take(bits > 32 ? 32 : bits)
  }

  /** How many ones stand before the next zero; `most` ≤ 8 ones have no zero after them. */
  ones(most: number): number {
    const { bytes, position } = this
    const byte = position >>> 3
    const word = ((bytes[byte] << 24) | (bytes[byte + 1] << 16)) << (position & 7)
    const found = Math.clz32(~word)
    const count = found < most ? found : most
    const next = position + (found < most ? found + 1 : most)
    if (next > this.end) this.fail()
    this.position = next
    return count
  }

  /** Go's uvarint, wherever in a byte it begins. */
  uvarint(): number {
    let value = 0
    for (let i = 0, scale = 1; i < 10; i++, scale *= 128) {
      const byte = this.take(8)
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return this.#exact(value)
    }
    throw new CodecError(`varint: too long at bit ${this.position}`)
  }

  /** Go's varint. */
  varint(): number {
    const value = this.uvarint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** A signed number of 64 bits. */
  int64(): number {
    this.take64(64)
    return this.#exact((this.high | 0) * WORD + this.low)
  }

  /** A signed number of less than 31 or more than 32 bits, of which the highest positive is 2^(bits-1): Prometheus leaves out its negative. */
  signed(bits: number): number {
    if (bits < 31) {
      // Shifts, not powers: those took most of the time of a chunk.
      const value = this.take(bits)
      return value > 1 << (bits - 1) ? value - (1 << bits) : value
    }
    this.take64(bits)
    const half = 2 ** (bits - 33)
    const isNegative = this.high > half || (this.high === half && this.low > 0)
    return this.#exact((isNegative ? this.high - 2 * half : this.high) * WORD + this.low)
  }

  /** Prometheus' variable-width signed integer. */
  varbitInt(): number {
    const ones = this.ones(8)
    if (ones === 0) return 0
    return ones === 8 ? this.int64() : this.signed(WIDTHS[ones])
  }

  /** Prometheus' variable-width unsigned integer. */
  varbitUint(): number {
    const ones = this.ones(8)
    if (ones === 0) return 0
    const width = WIDTHS[ones]
    if (width <= 32) return this.take(width)
    this.take64(width)
    return this.#exact(this.high * WORD + this.low)
  }

  fail(): never {
    throw new CodecError(`unexpected end at bit ${this.position} of ${this.end}`)
  }

  #exact(value: number): number {
    if (value > MAX_EXACT || value < -MAX_EXACT) this.isExact = false
    return value
  }
}
