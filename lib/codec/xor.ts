import { CodecError } from './codec-error.ts'

/**
 * Floats by the bits in which they differ from the one before, as two 32-bit words (arithmetic would change a
 * signalling NaN). Drawn in docs/formats/values.md; `reference.ts` has the clear version.
 */
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1
/** Index of the low word of a float in a Uint32Array over it. */
export const LOW: number = LITTLE_ENDIAN ? 0 : 1
/** Index of the high word. */
export const HIGH: number = 1 - LOW

/** The bytes that `encodeXor` writes for floats[from, from + count), whose words are given. */
export function xorBytes(words: Uint32Array, from: number, count: number): number {
  let bits = 64
  let lead = 65
  let width = 0
  for (let i = from + 1, end = from + count; i < end; i++) {
    const high = words[2 * i + HIGH] ^ words[2 * i - 2 + HIGH]
    const low = words[2 * i + LOW] ^ words[2 * i - 2 + LOW]
    if (high === 0 && low === 0) {
      bits++
      continue
    }
    const leading = high === 0 ? 32 + Math.clz32(low) : Math.clz32(high)
    const trailing = low === 0 ? 32 + trailingZeros(high) : trailingZeros(low)
    if (leading >= lead && trailing >= 64 - lead - width) bits += 2 + width
    else {
      lead = leading
      width = 64 - leading - trailing
      bits += 14 + width
    }
  }
  return Math.ceil(bits / 8)
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word)
}

let held = 0
let heldBits = 0
let position = 0

/** Appends `bits` ≤ 32 low bits of `word`, highest first. */
function put(out: Uint8Array, word: number, bits: number): void {
  while (bits > 0) {
    const take = Math.min(8 - heldBits, bits)
    bits -= take
    held = (held << take) | ((word >>> bits) & ((1 << take) - 1))
    heldBits += take
    if (heldBits === 8) {
      out[position++] = held
      held = 0
      heldBits = 0
    }
  }
}

/** Appends floats[from, from + count), whose words are given; count ≥ 1. Returns the end position. */
export function encodeXor(words: Uint32Array, from: number, count: number, out: Uint8Array, at: number): number {
  held = 0
  heldBits = 0
  position = at
  put(out, words[2 * from + HIGH], 32)
  put(out, words[2 * from + LOW], 32)
  let lead = 65
  let width = 0
  for (let i = from + 1, end = from + count; i < end; i++) {
    const high = words[2 * i + HIGH] ^ words[2 * i - 2 + HIGH]
    const low = words[2 * i + LOW] ^ words[2 * i - 2 + LOW]
    if (high === 0 && low === 0) {
      put(out, 0, 1)
      continue
    }
    const leading = high === 0 ? 32 + Math.clz32(low) : Math.clz32(high)
    const trailing = low === 0 ? 32 + trailingZeros(high) : trailingZeros(low)
    if (leading >= lead && trailing >= 64 - lead - width) put(out, 2, 2)
    else {
      lead = leading
      width = 64 - leading - trailing
      put(out, 3, 2)
      put(out, lead, 6)
      put(out, width - 1, 6)
    }
    putMiddle(out, high, low, 64 - lead - width, width)
  }
  if (heldBits > 0) out[position++] = held << (8 - heldBits)
  return position
}

function putMiddle(out: Uint8Array, high: number, low: number, shift: number, width: number): void {
  const shiftedLow = shift >= 32 ? high >>> (shift - 32) : shift === 0 ? low : (low >>> shift) | (high << (32 - shift))
  const shiftedHigh = shift >= 32 ? 0 : high >>> shift
  if (width > 32) put(out, shiftedHigh, width - 32)
  put(out, shiftedLow, Math.min(width, 32))
}

/** Takes `bits` ≤ 32; zeros past the end, which the caller finds by `position`. */
function take(bytes: Uint8Array, bits: number): number {
  let word = 0
  while (bits > 0) {
    if (heldBits === 0) {
      held = bytes[position++]
      heldBits = 8
    }
    const part = Math.min(heldBits, bits)
    heldBits -= part
    bits -= part
    word = (word << part) | ((held >>> heldBits) & ((1 << part) - 1))
  }
  return word >>> 0
}

/** Reads count ≥ 1 floats into the words of floats[to …]; returns the end position. Throws a CodecError where the bytes end early. */
export function decodeXor(bytes: Uint8Array, at: number, count: number, words: Uint32Array, to: number): number {
  held = 0
  heldBits = 0
  position = at
  let high = take(bytes, 32)
  let low = take(bytes, 32)
  words[2 * to + HIGH] = high
  words[2 * to + LOW] = low
  let lead = 0
  let width = 0
  for (let i = to + 1, end = to + count; i < end; i++) {
    if (take(bytes, 1) === 1) {
      if (take(bytes, 1) === 1) {
        lead = take(bytes, 6)
        width = take(bytes, 6) + 1
      }
      const shift = 64 - lead - width
      if (shift < 0) throw new CodecError(`xor: no such window at ${position}`)
      const middleHigh = width > 32 ? take(bytes, width - 32) : 0
      const middleLow = take(bytes, Math.min(width, 32))
      high ^=
        shift >= 32
          ? middleLow << (shift - 32)
          : shift === 0
            ? middleHigh
            : (middleHigh << shift) | (middleLow >>> (32 - shift))
      low ^= shift >= 32 ? 0 : middleLow << shift
    }
    words[2 * i + HIGH] = high
    words[2 * i + LOW] = low
  }
  if (position > bytes.length) throw new CodecError(`xor: unexpected end at ${bytes.length}`)
  return position
}
