import { ByteWriter } from '#lib/codec'

/** Widths of a variable-width integer, by the number of ones before it. */
const WIDTHS = [0n, 3n, 6n, 9n, 12n, 18n, 25n, 56n] as const
const LOW_WORD = 0xffffffffn

/** Writes bits, highest first, as Prometheus' chunks have them. */
export class BitWriter {
  readonly #out = new ByteWriter(1024)
  #held = 0
  #heldBits = 0

  clear(): void {
    this.#out.at = 0
    this.#held = 0
    this.#heldBits = 0
  }

  /** How many bytes are begun. */
  get length(): number {
    return this.#out.at + (this.#heldBits > 0 ? 1 : 0)
  }

  /** The low `bits` ≤ 32 of a word. */
  put(word: number, bits: number): void {
    this.#out.reserve(5)
    while (bits > 0) {
      const part = Math.min(8 - this.#heldBits, bits)
      bits -= part
      this.#held = (this.#held << part) | ((word >>> bits) & ((1 << part) - 1))
      this.#heldBits += part
      if (this.#heldBits < 8) continue
      this.#out.bytes[this.#out.at++] = this.#held
      this.#held = 0
      this.#heldBits = 0
    }
  }

  /** The low `bits` ≤ 64 of two words. */
  put64(high: number, low: number, bits: number): void {
    if (bits > 32) this.put(high, bits - 32)
    this.put(low, Math.min(bits, 32))
  }

  putBig(value: bigint, bits: bigint): void {
    this.put64(Number((value >> 32n) & LOW_WORD), Number(value & LOW_WORD), Number(bits))
  }

  /** Go's uvarint. */
  uvarint(value: bigint): void {
    for (; value >= 0x80n; value >>= 7n) this.put(Number(value & 0x7fn) | 0x80, 8)
    this.put(Number(value), 8)
  }

  /** Go's varint. */
  varint(value: bigint): void {
    this.uvarint(value < 0n ? -2n * value - 1n : 2n * value)
  }

  /** Prometheus' variable-width signed integer. */
  varbitInt(value: bigint): void {
    let ones = value === 0n ? 0 : 1
    while (ones > 0 && ones < 8 && !fits(value, WIDTHS[ones])) ones++
    this.#varbit(value, ones)
  }

  /** Prometheus' variable-width unsigned integer. */
  varbitUint(value: bigint): void {
    let ones = value === 0n ? 0 : 1
    while (ones > 0 && ones < 8 && value >> WIDTHS[ones] > 0n) ones++
    this.#varbit(value, ones)
  }

  /** A copy of what was written, the last byte filled with zeros. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.length)
    bytes.set(this.#out.written())
    if (this.#heldBits > 0) bytes[this.#out.at] = this.#held << (8 - this.#heldBits)
    return bytes
  }

  #varbit(value: bigint, ones: number): void {
    if (ones < 8) this.put((1 << (ones + 1)) - 2, ones + 1)
    else this.put(0xff, 8)
    if (ones > 0) this.putBig(value, ones < 8 ? WIDTHS[ones] : 64n)
  }
}

/** Whether a signed number fits into so many bits, of which Prometheus takes one positive more and one negative less. */
export function fits(value: bigint, bits: bigint): boolean {
  const half = 1n << (bits - 1n)
  return value > -half && value <= half
}
