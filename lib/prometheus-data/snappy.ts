import { CodecError } from '#lib/codec'
import { ByteCursor } from './byte-cursor.ts'

/*
 * Snappy's block format: the length of the text as a uvarint, then elements whose first byte says by its low bits what they are:
 *
 *   00   a literal: length - 1 in the other six bits, or 60 … 63 there and the length - 1 in 1 … 4 bytes that follow
 *   01   a copy of 4 … 11 bytes from 1 … 2047 before: 3 bits length - 4, 3 bits and a byte offset
 *   10   a copy of 1 … 64 bytes: 6 bits length - 1, offset in two bytes
 *   11   the same, offset in four bytes
 *
 * https://github.com/google/snappy/blob/main/format_description.txt
 */

/** A copy of three bytes gives 64 at most. */
const MOST_PER_BYTE = 22

/** The text of compressed bytes; throws a CodecError for what no compressor wrote. */
export function unsnappy(bytes: Uint8Array): Uint8Array {
  const cursor = new ByteCursor(bytes)
  const length = cursor.uvarint()
  if (length > bytes.length * MOST_PER_BYTE) throw new CodecError(`snappy: ${length} bytes from ${bytes.length}`)
  const out = new Uint8Array(length)
  let to = 0
  while (cursor.left > 0) {
    const tag = cursor.byte()
    to = (tag & 3) === 0 ? literal(cursor, tag, out, to) : copy(cursor, tag, out, to)
  }
  if (to !== length) throw new CodecError(`snappy: ${to} bytes instead of ${length}`)
  return out
}

function literal(cursor: ByteCursor, tag: number, out: Uint8Array, to: number): number {
  const short = tag >>> 2
  const length = 1 + (short < 60 ? short : little(cursor, short - 59))
  if (length > out.length - to) throw new CodecError(`snappy: a literal of ${length} bytes at ${cursor.at} is too long`)
  const from = cursor.at
  cursor.skip(length)
  out.set(cursor.bytes.subarray(from, from + length), to)
  return to + length
}

function copy(cursor: ByteCursor, tag: number, out: Uint8Array, to: number): number {
  const isNear = (tag & 3) === 1
  const length = isNear ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1
  const offset = isNear ? ((tag >>> 5) << 8) | cursor.byte() : little(cursor, (tag & 3) === 2 ? 2 : 4)
  if (offset === 0 || offset > to || length > out.length - to)
    throw new CodecError(`snappy: no ${length} bytes ${offset} before ${to}`)
  // Byte by byte: a copy may reach into what it writes.
  for (let i = 0; i < length; i++) out[to + i] = out[to + i - offset]
  return to + length
}

function little(cursor: ByteCursor, bytes: number): number {
  let value = 0
  for (let i = 0, scale = 1; i < bytes; i++, scale *= 256) value += cursor.byte() * scale
  return value
}
