import { crc32c } from '#lib/codec'

/** Bytes before the first record of a segment. */
export const SEGMENT_HEADER = 16
/** Bytes before the payload of a record. */
export const RECORD_HEADER = 8
/** The format that this program writes and reads. */
export const WAL_VERSION = 1

const MAGIC = 0x4c574e42 // "BNWL"

/** File name of a segment. */
export function segmentName(segment: number): string {
  return `${String(segment).padStart(8, '0')}.wal`
}

/** Number of the segment in a file of this name; 0 for other files. */
export function segmentOf(name: string): number {
  const match = /^(\d{8,})\.wal$/.exec(name)
  return match ? Number(match[1]) : 0
}

/** The header of a segment. */
export function segmentHeader(segment: number): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, WAL_VERSION, true)
  view.setUint32(8, segment, true)
  view.setUint32(12, crc32c(bytes, 0, 12), true)
  return bytes
}

/** The version in a segment's header; 0 when the header does not hold. */
export function headerVersion(bytes: Uint8Array): number {
  if (bytes.length < SEGMENT_HEADER) return 0
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(12, true) !== crc32c(bytes, 0, 12)) return 0
  return view.getUint32(4, true)
}

/** Puts payload[0, length) as a record into frame[0 …], which has room; returns the end. */
export function frameRecord(payload: Uint8Array, length: number, frame: Uint8Array): number {
  const end = RECORD_HEADER + length
  frame[4] = length
  frame[5] = length >>> 8
  frame[6] = length >>> 16
  frame[7] = length >>> 24
  frame.set(length === payload.length ? payload : payload.subarray(0, length), RECORD_HEADER)
  const crc = crc32c(frame, 4, end)
  frame[0] = crc
  frame[1] = crc >>> 8
  frame[2] = crc >>> 16
  frame[3] = crc >>> 24
  return end
}
