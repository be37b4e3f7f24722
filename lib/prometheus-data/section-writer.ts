import { ByteWriter, crc32c } from '#lib/codec'
import { bytesOf } from './text.ts'

/** Up to here the codec's zigzag holds a number. */
const MAX_ZIGZAG = 2 ** 51
const WORD = 2 ** 32

/** Bytes of a file of Prometheus that grow while they are written. */
export class SectionWriter {
  readonly #out = new ByteWriter()

  get size(): number {
    return this.#out.at
  }

  clear(): void {
    this.#out.at = 0
  }

  byte(value: number): void {
    this.#out.reserve(1)
    this.#out.bytes[this.#out.at++] = value
  }

  /** 32 bits, highest byte first. */
  word(value: number): void {
    for (let shift = 24; shift >= 0; shift -= 8) this.byte((value >>> shift) & 0xff)
  }

  uint64(value: number): void {
    this.word(Math.floor(value / WORD))
    this.word(value >>> 0)
  }

  uvarint(value: number): void {
    this.#out.varint(value)
  }

  varint(value: number): void {
    if (Math.abs(value) < MAX_ZIGZAG) this.#out.zigzag(value)
    else this.#bigUvarint(value < 0 ? -2n * BigInt(value) - 1n : 2n * BigInt(value))
  }

  /** The difference of two times, which may be more than a double holds. */
  difference(later: number, earlier: number): void {
    const difference = later - earlier
    if (difference < MAX_ZIGZAG) this.uvarint(difference)
    else this.#bigUvarint(BigInt(later) - BigInt(earlier))
  }

  text(text: string): void {
    const bytes = bytesOf(text)
    this.uvarint(bytes.length)
    this.append(bytes)
  }

  append(bytes: Uint8Array): void {
    this.#out.append(bytes)
  }

  /** The checksum of what was written from a place on. */
  checksum(from: number): void {
    this.word(crc32c(this.#out.bytes, from, this.#out.at))
  }

  /** What was written; valid until the next write. */
  written(): Uint8Array {
    return this.#out.written()
  }

  #bigUvarint(value: bigint): void {
    for (; value >= 0x80n; value >>= 7n) this.byte(Number(value & 0x7fn) | 0x80)
    this.byte(Number(value))
  }
}

/** A section as its length, its content and the content's checksum. */
export function framed(content: Uint8Array): Uint8Array {
  const writer = new SectionWriter()
  writer.word(content.length)
  writer.append(content)
  writer.word(crc32c(content, 0, content.length))
  return writer.written()
}
