import { CodecError } from '#lib/codec'
import type { BitReader } from './bit-reader.ts'
import type { BitWriter } from './bit-writer.ts'
import { HIGH, LOW, trailingZeros } from './words.ts'

/** No window was written yet. */
const NO_WINDOW = 255

/**
 * Floats that are stored by the bits in which each differs from the one before it in its own column: `0` the same, `10` in the
 * window of the last difference, `11` in a new one (5 bits of leading zeros, 6 of width, 0 for 64).
 */
export class XorState {
  /** The last value of each column. */
  words: Uint32Array = new Uint32Array(2)
  #leading = new Uint8Array(1)
  #trailing = new Uint8Array(1)

  /** Makes so many columns, all 0, to be read. */
  start(columns: number): void {
    if (this.#leading.length < columns) {
      this.words = new Uint32Array(columns * 2)
      this.#leading = new Uint8Array(columns)
      this.#trailing = new Uint8Array(columns)
      return
    }
    this.words.fill(0, 0, columns * 2)
    this.#leading.fill(0, 0, columns)
    this.#trailing.fill(0, 0, columns)
  }

  /** As `start`, to be written: the first difference makes a window. */
  startWriting(columns: number): void {
    this.start(columns)
    this.#leading.fill(NO_WINDOW)
  }

  set(column: number, high: number, low: number): void {
    this.words[2 * column + HIGH] = high
    this.words[2 * column + LOW] = low
  }

  /** Reads a whole value. */
  readRaw(reader: BitReader, column: number): void {
    reader.take64(64)
    this.set(column, reader.high, reader.low)
  }

  read(reader: BitReader, column: number): void {
    const ones = reader.ones(2)
    if (ones === 1) this.readInWindow(reader, column)
    else if (ones === 2) this.readNewWindow(reader, column)
  }

  readNewWindow(reader: BitReader, column: number): void {
    const leading = reader.take(5)
    const width = reader.take(6) || 64
    if (leading + width > 64) throw new CodecError(`no such window at bit ${reader.position}`)
    this.#leading[column] = leading
    this.#trailing[column] = 64 - leading - width
    this.readInWindow(reader, column)
  }

  readInWindow(reader: BitReader, column: number): void {
    const trailing = this.#trailing[column]
    reader.take64(64 - this.#leading[column] - trailing)
    const { high, low } = reader
    const { words } = this
    if (trailing === 0) {
      words[2 * column + HIGH] ^= high
      words[2 * column + LOW] ^= low
    } else if (trailing >= 32) words[2 * column + HIGH] ^= low << (trailing - 32)
    else {
      words[2 * column + HIGH] ^= (high << trailing) | (low >>> (32 - trailing))
      words[2 * column + LOW] ^= low << trailing
    }
  }

  write(writer: BitWriter, column: number, high: number, low: number): void {
    const diffHigh = high ^ this.words[2 * column + HIGH]
    const diffLow = low ^ this.words[2 * column + LOW]
    if (diffHigh === 0 && diffLow === 0) return writer.put(0, 1)
    this.set(column, high, low)
    const leading = Math.min(31, diffHigh === 0 ? 32 + Math.clz32(diffLow) : Math.clz32(diffHigh))
    const trailing = diffLow === 0 ? 32 + trailingZeros(diffHigh) : trailingZeros(diffLow)
    if (leading >= this.#leading[column] && trailing >= this.#trailing[column]) writer.put(0b10, 2)
    else {
      this.#leading[column] = leading
      this.#trailing[column] = trailing
      writer.put(0b11, 2)
      writer.put(leading, 5)
      writer.put((64 - leading - trailing) & 63, 6)
    }
    this.#writeDifference(writer, column, diffHigh, diffLow)
  }

  #writeDifference(writer: BitWriter, column: number, high: number, low: number): void {
    const trailing = this.#trailing[column]
    const width = 64 - this.#leading[column] - trailing
    if (trailing >= 32) return writer.put(high >>> (trailing - 32), width)
    if (trailing > 0) {
      low = (low >>> trailing) | (high << (32 - trailing))
      high >>>= trailing
    }
    writer.put64(high, low, width)
  }
}
