import { CodecError } from './codec-error.ts'
import { decodeScaled, encodeScaled } from './scaled.ts'
import { decodeXor, encodeXor, HIGH, LOW, xorBytes } from './xor.ts'

/** How a column of values is laid down: its first byte. Drawn in docs/formats/values.md. */
export const valueLayout = { constant: 0, scaled: 1, xor: 2, raw: 3 } as const

/**
 * Appends values[from, from + count), every bit kept; returns the end position. Writes at most 10 * count + 16 bytes.
 * The layout is the smallest of those that fit what the numbers are.
 */
export function encodeValues(values: Float64Array, from: number, count: number, out: Uint8Array, at: number): number {
  if (count === 0) return at
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
  if (isConstant(words, from, count)) {
    out[at] = valueLayout.constant
    return writeRaw(words, from, 1, out, at + 1)
  }
  const rawEnd = at + 1 + 8 * count
  const xorEnd = at + 1 + xorBytes(words, from, count)
  const end = encodeScaled(values, words, from, count, out, at + 1)
  if (end >= 0 && end <= xorEnd && end <= rawEnd) {
    out[at] = valueLayout.scaled
    return end
  }
  if (xorEnd < rawEnd) {
    out[at] = valueLayout.xor
    return encodeXor(words, from, count, out, at + 1)
  }
  out[at] = valueLayout.raw
  return writeRaw(words, from, count, out, at + 1)
}

/** Appends values by XOR alone, whatever they are: what the benchmark compares with. */
export function encodeValuesXor(
  values: Float64Array,
  from: number,
  count: number,
  out: Uint8Array,
  at: number,
): number {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
  out[at] = valueLayout.xor
  return encodeXor(words, from, count, out, at + 1)
}

/** Reads count values into out[outAt …]; returns the end position. Throws a CodecError for bytes that no encoder wrote. */
export function decodeValues(bytes: Uint8Array, at: number, count: number, out: Float64Array, outAt: number): number {
  if (count === 0) return at
  const layout = bytes[at]
  if (layout === valueLayout.scaled) return decodeScaled(bytes, at + 1, count, out, outAt)
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length * 2)
  if (layout === valueLayout.xor) return decodeXor(bytes, at + 1, count, words, outAt)
  if (layout === valueLayout.raw) return readRaw(bytes, at + 1, count, words, outAt)
  if (layout !== valueLayout.constant) throw new CodecError(`values: no such layout ${layout}`)
  const end = readRaw(bytes, at + 1, 1, words, outAt)
  const low = words[2 * outAt + LOW]
  const high = words[2 * outAt + HIGH]
  for (let i = outAt + 1; i < outAt + count; i++) {
    words[2 * i + LOW] = low
    words[2 * i + HIGH] = high
  }
  return end
}

function isConstant(words: Uint32Array, from: number, count: number): boolean {
  const low = words[2 * from + LOW]
  const high = words[2 * from + HIGH]
  for (let i = from + 1; i < from + count; i++) {
    if (words[2 * i + LOW] !== low || words[2 * i + HIGH] !== high) return false
  }
  return true
}

/** Low word first, bytes little-endian, on every machine. */
function writeRaw(words: Uint32Array, from: number, count: number, out: Uint8Array, at: number): number {
  for (let i = 2 * from, end = 2 * (from + count); i < end; i += 2) {
    at = writeWord(out, at, words[i + LOW])
    at = writeWord(out, at, words[i + HIGH])
  }
  return at
}

function writeWord(out: Uint8Array, at: number, word: number): number {
  out[at] = word
  out[at + 1] = word >>> 8
  out[at + 2] = word >>> 16
  out[at + 3] = word >>> 24
  return at + 4
}

function readRaw(bytes: Uint8Array, at: number, count: number, words: Uint32Array, to: number): number {
  if (at + 8 * count > bytes.length) throw new CodecError(`values: unexpected end at ${bytes.length}`)
  for (let i = 2 * to, end = 2 * (to + count); i < end; i += 2, at += 8) {
    words[i + LOW] = readWord(bytes, at)
    words[i + HIGH] = readWord(bytes, at + 4)
  }
  return at
}

function readWord(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
}
