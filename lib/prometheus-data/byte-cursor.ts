import { CodecError } from '#lib/codec'
import { textOf } from './text.ts'

const WORD = 2 ** 32

/** Reads Go's and Prometheus' numbers from bytes[at, end). A read past the end, or a number that a double cannot hold, throws a CodecError. */
export class ByteCursor {
  readonly bytes: Uint8Array
  at: number
  readonly end: number
  readonly #view: DataView

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.end - this.at
  }

  byte(): number {
    return this.bytes[this.#take(1)]
  }

  /** 32 bits, highest byte first. */
  word(): number {
    return this.#view.getUint32(this.#take(4))
  }

  /** An unsigned number of eight bytes. */
  uint64(): number {
    return exact(this.word() * WORD + this.word())
  }

  /** A signed number of eight bytes. */
  int64(): number {
    return exact((this.word() | 0) * WORD + this.word())
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8))
  }

  uvarint(): number {
    const first = this.bytes[this.at]
    if (first < 0x80 && this.at < this.end) {
      this.at++
      return first
    }
    return exact(this.#long())
  }

  varint(): number {
    const first = this.bytes[this.at]
    if (first < 0x80 && this.at < this.end) {
      this.at++
      return (first >>> 1) ^ -(first & 1)
    }
    const start = this.at
    const value = this.#long()
    // Twice the number may be more than a double holds where the number is not.
    if (value > Number.MAX_SAFE_INTEGER) return Number(signedOf(this.#big(start)))
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** A number and an unsigned varint together: the sum may be small where the varint is not. */
  uvarintAfter(base: number): number {
    const start = this.at
    const value = this.#long()
    if (value <= Number.MAX_SAFE_INTEGER) return exact(base + value)
    return exact(Number(BigInt(base) + BigInt.asUintN(64, this.#big(start))))
  }

  /** An unsigned varint of up to 64 bits. */
  bigUvarint(): bigint {
    const start = this.at
    this.#long()
    return BigInt.asUintN(64, this.#big(start))
  }

  /** A signed varint of up to 64 bits. */
  bigVarint(): bigint {
    const value = this.bigUvarint()
    return value % 2n === 0n ? value / 2n : -(value / 2n) - 1n
  }

  /** How many things follow that take at least `least` bytes each. */
  count(least: number): number {
    const count = this.uvarint()
    if (count * least > this.left) throw new CodecError(`${count} entries in ${this.left} bytes at ${this.at}`)
    return count
  }

  /** Bytes after their length, as text. */
  text(): string {
    const length = this.uvarint()
    const from = this.#take(length)
    return textOf(this.bytes, from, from + length)
  }

  skip(length: number): void {
    this.#take(length)
  }

  #take(length: number): number {
    const from = this.at
    if (length > this.end - from) throw new CodecError(`unexpected end at ${this.end}`)
    this.at = from + length
    return from
  }

  #long(): number {
    let value = 0
    for (let i = 0, scale = 1; i < 10; i++, scale *= 128) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
    throw new CodecError(`varint: too long at ${this.at}`)
  }

  #big(from: number): bigint {
    let value = 0n
    for (let i = this.at - 1; i >= from; i--) value = (value << 7n) | BigInt(this.bytes[i] & 0x7f)
    return value
  }
}

function signedOf(value: bigint): bigint {
  const signed = value % 2n === 0n ? value / 2n : -(value / 2n) - 1n
  exact(Number(signed))
  return signed
}

function exact(value: number): number {
  if (!Number.isSafeInteger(value)) throw new CodecError(`number ${value} is out of range`)
  return value
}
