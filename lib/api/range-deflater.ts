import { crc32 } from 'node:zlib'
import {
  blockHead,
  distanceCode,
  END_OF_BLOCK,
  lengthCode,
  literalCode,
  MAX_DISTANCE,
  MAX_MATCH,
  MIN_MATCH,
  pairCode,
} from './deflate-code.ts'
import type { PackedPart } from './range-part.ts'

/** How points begin (`[1435781430.781,"`), by their place in a series: mostly as those of the series before do. */
export interface PointHeads {
  /** Bytes of each. */
  readonly lengths: Uint8Array
  /** With how many of them the point before begins too. */
  readonly shared: Uint8Array
  /** Where each was written last, in bytes from the text's beginning, and the value behind it; -Infinity where it has changed since. */
  readonly places: Float64Array
  readonly values: Float64Array
}

/** `"],` stands between points. */
const BETWEEN = 3
/** A literal has at most 15 bits, and a match of three bytes 36. */
const WORST_BYTES_PER_BYTE = 2
/** Of a rate, with what is before it. */
const BYTES_PER_POINT = 14
/** Fewer bytes that are alike are not worth a match. */
const MIN_LIKENESS = 8

/**
 * Deflates the text of a range answer (RFC 1951), or of a part of it, while it is written, told what it is made of: nothing is searched for. What
 * stands before a value is taken from the series before, labels too as far as they are alike, and digits are Huffman codes
 * two at a time. Whoever inflates it has the text back; result-json.test.ts does so.
 */
export class RangeDeflater {
  #crc = 0
  /** Bytes of text so far. */
  #size = 0
  #out: Uint8Array<ArrayBuffer>
  #view: DataView
  #at = 0
  #hold = 0
  #used = 0
  /** What stood before the points of the last series, and where. */
  #like = new Uint8Array(0)
  #likeAt = -Infinity

  /** About so many points are to come. */
  constructor(points: number) {
    this.#out = new Uint8Array(4096 + points * BYTES_PER_POINT)
    this.#view = new DataView(this.#out.buffer)
    for (const [value, bits] of blockHead()) this.#put(value, bits)
  }

  /** The next bytes of the text, which are no points: labels, and what is around them. */
  text(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    const distance = this.#size - this.#likeAt
    const like = distance <= MAX_DISTANCE ? likeness(bytes, this.#like) : 0
    const literalFrom = like < MIN_LIKENESS ? 0 : like
    this.#match(literalFrom, distance)
    for (let i = literalFrom; i < bytes.length; i++) this.#put(literalCode.words[bytes[i]], literalCode.bits[bytes[i]])
    if (bytes.length >= MIN_LIKENESS) {
      this.#like = Uint8Array.from(bytes)
      this.#likeAt = this.#size
    }
    this.#size += bytes.length
    this.#crc = crc32(bytes, this.#crc)
  }

  /**
   * The next bytes of the text, up to `end`: points of one series, with what stands between them, and the last one's value
   * without what closes it. The n-th begins at starts[n].
   */
  points(
    bytes: Uint8Array,
    view: DataView,
    starts: Uint32Array,
    values: Float64Array,
    end: number,
    heads: PointHeads,
  ): void {
    const count = values.length
    this.#reserve(end - starts[0])
    const { lengths, shared, places } = heads
    const valuesBefore = heads.values
    const base = this.#size - starts[0]
    // A match that may go on: all that was written since its beginning is the same so many bytes before.
    let matched = 0
    let distance = 0
    let valueBefore = NaN
    let lengthBefore = 0
    for (let i = 0; i < count; i++) {
      const before = i > 0 ? BETWEEN : 0
      const start = starts[i]
      const valueFrom = start + lengths[i]
      const valueEnd = i + 1 < count ? starts[i + 1] - BETWEEN : end
      const length = valueEnd - valueFrom
      const value = values[i]
      const place = base + start
      const repeatsSeries = value === valuesBefore[i] && (value !== 0 || 1 / value === 1 / valuesBefore[i])
      const repeatsPoint = value === valueBefore && length === lengthBefore && length >= MIN_MATCH
      let literalFrom = valueFrom
      let headMatch = before + lengths[i]
      let headDistance = place - places[i]
      if (headDistance > MAX_DISTANCE) {
        // The first point has another text before it than those that follow.
        headMatch = i > 1 ? before + shared[i] : 0
        headDistance = i > 1 ? place - places[i - 1] : 0
        literalFrom = start - before + headMatch
      }
      places[i] = place
      valuesBefore[i] = valueBefore = value
      lengthBefore = length
      if (matched > 0 && headDistance === distance) matched += headMatch
      else {
        this.#match(matched, distance)
        matched = headMatch
        distance = headDistance
      }
      if (literalFrom === valueFrom && repeatsSeries) {
        matched += length
        continue
      }
      this.#match(matched, distance)
      matched = 0
      if (literalFrom === valueFrom && repeatsPoint) {
        matched = length
        distance = lengths[i] + BETWEEN + length
      } else this.#literals(bytes, view, literalFrom, valueEnd)
    }
    this.#match(matched, distance)
    this.#size = base + end
    this.#crc = crc32(bytes.subarray(starts[0], end), this.#crc)
  }

  /** Most pairs of bytes are digits, whose code words go together. */
  #literals(bytes: Uint8Array, view: DataView, from: number, to: number): void {
    const out = this.#view
    let at = this.#at
    let hold = this.#hold
    let used = this.#used
    for (let i = from; i < to; i += 2) {
      const pair = i + 1 < to ? pairCode[view.getUint16(i, true)] : 0
      if (pair !== 0) {
        hold |= (pair & 0xffff) << used
        used += pair >>> 16
      } else {
        const byte = bytes[i--]
        hold |= literalCode.words[byte] << used
        used += literalCode.bits[byte]
      }
      if (used < 16) continue
      out.setUint16(at, hold, true)
      at += 2
      hold >>>= 16
      used -= 16
    }
    this.#at = at
    this.#hold = hold
    this.#used = used
  }

  finish(): PackedPart {
    this.#reserve(16)
    this.#put(literalCode.words[END_OF_BLOCK], literalCode.bits[END_OF_BLOCK])
    // A stored block of nothing (RFC 1951, 3.2.4): it ends at a byte's border.
    this.#put(0, 3)
    this.#view.setUint16(this.#at, this.#hold, true)
    const at = this.#at + ((this.#used + 7) >>> 3)
    this.#view.setUint32(at, 0xffff0000, true)
    return { deflated: this.#out.subarray(0, at + 4), crc: this.#crc, size: this.#size }
  }

  /** As many matches as it takes. */
  #match(length: number, distance: number): void {
    const n = distance - 1
    const extra = n < 4 ? 0 : 30 - Math.clz32(n)
    const symbol = n < 4 ? n : 2 * extra + (n >>> extra)
    while (length > 0) {
      // Neither is what is left then too short for a match.
      const part = length <= MAX_MATCH ? length : Math.min(MAX_MATCH, length - MIN_MATCH)
      this.#put(lengthCode.words[part], lengthCode.bits[part])
      this.#put(distanceCode.words[symbol], distanceCode.bits[symbol])
      this.#put(n & ((1 << extra) - 1), extra)
      length -= part
    }
  }

  /** At most 16 bits, the first lowest. */
  #put(value: number, bits: number): void {
    this.#hold |= value << this.#used
    this.#used += bits
    if (this.#used < 16) return
    this.#view.setUint16(this.#at, this.#hold, true)
    this.#at += 2
    this.#hold >>>= 16
    this.#used -= 16
  }

  #reserve(textBytes: number): void {
    const length = this.#at + textBytes * WORST_BYTES_PER_BYTE + 8
    if (length <= this.#out.length) return
    const out = new Uint8Array(Math.max(this.#out.length * 2, length))
    out.set(this.#out.subarray(0, this.#at))
    this.#out = out
    this.#view = new DataView(out.buffer)
  }
}

/** How many bytes both begin with. */
function likeness(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length)
  let i = 0
  while (i < most && a[i] === b[i]) i++
  return i
}
