import { randomInt } from 'node:crypto'
import { crc32c } from '#lib/codec'

/** Bytes before the first record of a segment. */
export const SEGMENT_HEADER = 28
/** The same in format 1. */
const SEGMENT_HEADER_1 = 20
/** Bytes before the payload of a record. */
export const RECORD_HEADER = 12
/** The format that this program writes; it reads those before it, too. */
export const WAL_VERSION = 2

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

/** The word that opens every record of one segment. Random: no payload, whoever sent it, can hold a forged record. */
export function newMark(): number {
  return randomInt(1, 2 ** 32)
}

/** Where a segment follows: the number of the one before it (0: none), and where the last record of that ends. */
export interface Before {
  readonly segment: number
  readonly end: number
}

/** What the header of a segment says. */
export interface SegmentHead {
  readonly version: number
  readonly mark: number
  readonly before: Before
  /** Where the first record lies. */
  readonly length: number
}

/** The header of a segment. */
export function segmentHeader(segment: number, mark: number, before: Before): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, WAL_VERSION, true)
  view.setUint32(8, segment, true)
  view.setUint32(12, mark, true)
  view.setUint32(16, before.segment, true)
  view.setUint32(20, before.end, true)
  view.setUint32(24, crc32c(bytes, 0, 24), true)
  return bytes
}

/** What a segment's header says; undefined when it does not hold. Later formats keep its layout. */
export function readHeader(bytes: Buffer): SegmentHead | undefined {
  if (bytes.length < SEGMENT_HEADER_1 || bytes.readUInt32LE(0) !== MAGIC) return undefined
  const version = bytes.readUInt32LE(4)
  const length = version === 1 ? SEGMENT_HEADER_1 : SEGMENT_HEADER
  if (bytes.length < length || bytes.readUInt32LE(length - 4) !== crc32c(bytes, 0, length - 4)) return undefined
  const before =
    version === 1 ? { segment: 0, end: 0 } : { segment: bytes.readUInt32LE(16), end: bytes.readUInt32LE(20) }
  return { version, mark: bytes.readUInt32LE(12), before, length }
}

/** Puts payload[0, length) as a record into frame[0 …], which has room; returns the end. */
export function frameRecord(payload: Uint8Array, length: number, mark: number, frame: Uint8Array): number {
  const end = RECORD_HEADER + length
  putWord(frame, 8, length)
  frame.set(length === payload.length ? payload : payload.subarray(0, length), RECORD_HEADER)
  putWord(frame, 0, mark)
  putWord(frame, 4, crc32c(frame, 8, end))
  return end
}

function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word
  bytes[at + 1] = word >>> 8
  bytes[at + 2] = word >>> 16
  bytes[at + 3] = word >>> 24
}

/** What the frame at the beginning says of the length of its payload. */
export function frameLength(bytes: Buffer): number {
  return bytes.readUInt32LE(8)
}

/** Whether the frame that these bytes are holds, its mark apart. */
export function holdsRecord(bytes: Buffer): boolean {
  return crc32c(bytes, 8, bytes.length) === bytes.readUInt32LE(4)
}
