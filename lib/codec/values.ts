import type { ByteReader } from './byte-reader.ts'
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

/** Reads count values into out[outAt …]; moves the reader to their end. Throws a CodecError for bytes that no encoder wrote. */
export function decodeValues(reader: ByteReader, count: number, out: Float64Array, outAt: number): void {
  if (count === 0) return
  const layout = reader.byte()
  if (layout === valueLayout.scaled) return decodeScaled(reader, count, out, outAt)
  if (layout === valueLayout.constant) return readConstant(reader, count, out, outAt)
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length * 2)
  if (layout === valueLayout.xor) reader.at = decodeXor(reader.bytes, reader.at, count, words, outAt)
  else if (layout === valueLayout.raw) readRaw(reader, count, words, outAt)
  else throw new CodecError(`values: no such layout ${layout}`)
}

function readConstant(reader: ByteReader, count: number, out: Float64Array, outAt: number): void {
  const { at, end, view } = reader
  if (at + 8 > end) throw new CodecError(`values: unexpected end at ${end}`)
  const value = view.getFloat64(at, true)
  if (value === value) {
    out.fill(value, outAt, outAt + count)
    reader.at = at + 8
    return
  }
  // The bits of a NaN (a stale marker is one) are kept as words.
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length * 2)
  readRaw(reader, 1, words, outAt)
  for (let i = outAt + 1; i < outAt + count; i++) words.copyWithin(2 * i, 2 * outAt, 2 * outAt + 2)
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

function readRaw(reader: ByteReader, count: number, words: Uint32Array, to: number): void {
  const { at, end, view } = reader
  if (at + 8 * count > end) throw new CodecError(`values: unexpected end at ${end}`)
  for (let i = 0; i < count; i++) {
    words[2 * (to + i) + LOW] = view.getUint32(at + 8 * i, true)
    words[2 * (to + i) + HIGH] = view.getUint32(at + 8 * i + 4, true)
  }
  reader.at = at + 8 * count
}
