import type { ByteReader } from './byte-reader.ts'
import { CodecError } from './codec-error.ts'
import { decodeIntegers, encodeIntegers, MAX_INTEGER } from './integers.ts'

const PACKED = 0
const RAW = 1
let ints = new Float64Array(512)

/**
 * Appends times[from, from + count), whole milliseconds within ±2^53; returns the end position. Writes at most
 * 10 * count + 16 bytes; times at equal distances take a few bytes together.
 */
export function encodeTimes(times: Float64Array, from: number, count: number, out: Uint8Array, at: number): number {
  if (count === 0) return at
  if (ints.length < count) ints = new Float64Array(count * 2)
  for (let i = 0; i < count; i++) {
    const time = times[from + i]
    if (!(time <= MAX_INTEGER && time >= -MAX_INTEGER)) return encodeRaw(times, from, count, out, at)
    ints[i] = time
  }
  out[at] = PACKED
  return encodeIntegers(ints, count, out, at + 1)
}

/** Reads count times into out[outAt …]; moves the reader to their end. Throws a CodecError for bytes that no encoder wrote. */
export function decodeTimes(reader: ByteReader, count: number, out: Float64Array, outAt: number): void {
  if (count === 0) return
  const layout = reader.byte()
  if (layout === PACKED) {
    decodeIntegers(reader, count, out, outAt)
    return
  }
  if (layout !== RAW) throw new CodecError(`times: no such layout ${layout}`)
  const { at, end, view } = reader
  if (at + 8 * count > end) throw new CodecError(`times: unexpected end at ${end}`)
  for (let i = 0; i < count; i++) out[outAt + i] = view.getFloat64(at + 8 * i, true)
  reader.at = at + 8 * count
}

/** Far from any clock: differences of such times are not exact. */
function encodeRaw(times: Float64Array, from: number, count: number, out: Uint8Array, at: number): number {
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength)
  out[at] = RAW
  for (let i = 0; i < count; i++) view.setFloat64(at + 1 + 8 * i, times[from + i], true)
  return at + 1 + 8 * count
}
