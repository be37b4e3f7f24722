import { type ByteReader, writeVarint } from './byte-reader.ts'
import { CodecError } from './codec-error.ts'
import { decodeIntegers, encodeIntegers, MAX_INTEGER } from './integers.ts'
import { HIGH, LOW } from './xor.ts'

/** The largest power of ten that values are scaled by. */
export const MAX_EXPONENT = 12

/** 10^0 … 10^12: exact, so that m / 10^e is the float that is nearest to the decimal. */
const POWERS = Float64Array.from({ length: MAX_EXPONENT + 1 }, (_, e) => Number(`1e${e}`))

let ints = new Float64Array(512)
let specials = new Int32Array(512)

/**
 * Appends values[from, from + count) as whole numbers m with value = m / 10^e, and those that no such m gives back
 * bit by bit (NaN, -0, infinities, long mantissas) as specials; returns the end position, or -1 when more than an
 * eighth are special.
 */
export function encodeScaled(
  values: Float64Array,
  words: Uint32Array,
  from: number,
  count: number,
  out: Uint8Array,
  at: number,
): number {
  const allowed = 1 + (count >> 3)
  const e = exponentOf(values, from, count, allowed)
  if (e < 0) return -1
  if (ints.length < count) {
    ints = new Float64Array(count * 2)
    specials = new Int32Array(count * 2)
  }
  const found = scale(values, from, count, POWERS[e])
  if (found > allowed || found === count) return -1
  out[at++] = e
  at = writeVarint(out, at, found)
  let last = 0
  for (let i = 0; i < found; i++) {
    const index = specials[i]
    at = writeVarint(out, at, index - last)
    at = writeWord(out, at, words[2 * (from + index) + LOW])
    at = writeWord(out, at, words[2 * (from + index) + HIGH])
    last = index
  }
  return encodeIntegers(ints, count, out, at)
}

/** The smallest exponent that gives back all but `allowed` values; -1 when there is none. */
function exponentOf(values: Float64Array, from: number, count: number, allowed: number): number {
  let e = 0
  let misses = 0
  for (let i = from, end = from + count; i < end; i++) {
    if (isScaled(values[i], POWERS[e])) continue
    let higher = e + 1
    while (higher <= MAX_EXPONENT && !isScaled(values[i], POWERS[higher])) higher++
    if (higher <= MAX_EXPONENT) e = higher
    else if (++misses > allowed) return -1
  }
  return e
}

/** Whether the value comes back from its scaled integer with all its bits. */
function isScaled(value: number, power: number): boolean {
  const m = Math.round(value * power)
  return m / power === value && m <= MAX_INTEGER && m >= -MAX_INTEGER && (m !== 0 || 1 / value > 0)
}

/** Fills `ints` and `specials`; a special repeats the integer before it. Returns the number of specials. */
function scale(values: Float64Array, from: number, count: number, power: number): number {
  let found = 0
  let last = 0
  for (let i = 0; i < count; i++) {
    const value = values[from + i]
    if (isScaled(value, power)) {
      // + 0: the integer of a small negative number that rounds to -0 is never reached, its value being special.
      last = Math.round(value * power)
      if (found === i) ints.fill(last, 0, i)
    } else specials[found++] = i
    ints[i] = last
  }
  return found
}

function writeWord(out: Uint8Array, at: number, word: number): number {
  out[at] = word
  out[at + 1] = word >>> 8
  out[at + 2] = word >>> 16
  out[at + 3] = word >>> 24
  return at + 4
}

/** Reads what `encodeScaled` wrote; moves the reader to its end. */
export function decodeScaled(reader: ByteReader, count: number, out: Float64Array, outAt: number): void {
  const e = reader.byte()
  if (!(e <= MAX_EXPONENT)) throw new CodecError(`values: no such exponent ${e}`)
  const found = reader.varint()
  if (found > count) throw new CodecError(`values: ${found} specials for ${count} values`)
  const specialsAt = reader.at
  for (let i = 0; i < found; i++) {
    reader.varint()
    reader.at += 8
  }
  decodeIntegers(reader, count, out, outAt, POWERS[e])
  if (found > 0) {
    const end = reader.at
    reader.at = specialsAt
    putSpecials(reader, found, count, out, outAt)
    reader.at = end
  }
}

function putSpecials(reader: ByteReader, found: number, count: number, out: Float64Array, outAt: number): void {
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length * 2)
  let index = 0
  for (let i = 0; i < found; i++) {
    index += reader.varint()
    if (index >= count) throw new CodecError('values: special past the end')
    words[2 * (outAt + index) + LOW] = reader.view.getUint32(reader.at, true)
    words[2 * (outAt + index) + HIGH] = reader.view.getUint32(reader.at + 4, true)
    reader.at += 8
  }
}
