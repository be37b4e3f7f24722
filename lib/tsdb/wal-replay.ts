import { readdirSync, readFileSync, renameSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32c } from '#lib/codec'
import { headerVersion, RECORD_HEADER, SEGMENT_HEADER, segmentName, segmentOf, WAL_VERSION } from './wal-format.ts'

/** The log cannot be used: what was found, and where. */
export class WalError extends Error {
  override readonly name = 'WalError'
  readonly code = 'wal'
}

/** A place where the log did not hold, and what was done. */
export interface WalRepair {
  readonly file: string
  readonly offset: number
  readonly bytes: number
  /** cut: a torn end was cut off; set-aside: the bytes lie in `keptIn`. */
  readonly action: 'cut' | 'set-aside'
  readonly keptIn?: string
}

/** What a start found in the log. */
export interface WalReport {
  segments: number
  records: number
  bytes: number
  repairs: WalRepair[]
}

/** Takes a record: bytes[from, to), valid until it returns. */
export type OnRecord = (bytes: Uint8Array, from: number, to: number) => void

/** Numbers of the segments in the folder, ascending. */
export function segmentsIn(folder: string): number[] {
  return readdirSync(folder)
    .map(segmentOf)
    .filter((segment) => segment > 0)
    .sort((a, b) => a - b)
}

/** Gives every record of the segments in order, repairs what does not hold, and reports. */
export function replay(folder: string, segments: readonly number[], onRecord: OnRecord): WalReport {
  const report: WalReport = { segments: segments.length, records: 0, bytes: 0, repairs: [] }
  for (const segment of segments) replaySegment(folder, segment, onRecord, report)
  return report
}

function replaySegment(folder: string, segment: number, onRecord: OnRecord, report: WalReport): void {
  const file = segmentName(segment)
  const path = join(folder, file)
  const bytes = readFileSync(path)
  const version = headerVersion(bytes)
  if (version === 0) {
    report.repairs.push(setFileAside(path, file, bytes.length))
    return
  }
  if (version !== WAL_VERSION)
    throw new WalError(`open log ${path}: format version ${version} is not known, this program reads ${WAL_VERSION}`)
  const good = replayRecords(bytes, onRecord, report)
  report.bytes += good
  if (good < bytes.length) report.repairs.push(repair(path, file, bytes, good))
}

/** Returns the end of the last record that holds. */
function replayRecords(bytes: Buffer, onRecord: OnRecord, report: WalReport): number {
  let at = SEGMENT_HEADER
  while (at + RECORD_HEADER < bytes.length) {
    const end = at + RECORD_HEADER + bytes.readUInt32LE(at + 4)
    if (end > bytes.length || end === at + RECORD_HEADER) break
    if (crc32c(bytes, at + 4, end) !== bytes.readUInt32LE(at)) break
    onRecord(bytes, at + RECORD_HEADER, end)
    report.records++
    at = end
  }
  return at
}

/** A file without room for a header is left by a start that was cut short. */
function setFileAside(path: string, file: string, length: number): WalRepair {
  if (length < SEGMENT_HEADER) {
    unlinkSync(path)
    return { file, offset: 0, bytes: length, action: 'cut' }
  }
  renameSync(path, `${path}.broken`)
  return { file, offset: 0, bytes: length, action: 'set-aside', keptIn: `${file}.broken` }
}

function repair(path: string, file: string, bytes: Buffer, offset: number): WalRepair {
  const found = { file, offset, bytes: bytes.length - offset }
  if (isTorn(bytes, offset)) {
    truncateSync(path, offset)
    return { ...found, action: 'cut' }
  }
  const keptIn = `${file}.${offset}.broken`
  writeFileSync(`${path}.${offset}.broken`, bytes.subarray(offset), { flush: true })
  truncateSync(path, offset)
  return { ...found, action: 'set-aside', keptIn }
}

/** Whether the frame reaches the end of the file, or nothing but zeros (blocks never written) follows. */
function isTorn(bytes: Buffer, offset: number): boolean {
  if (offset + RECORD_HEADER >= bytes.length) return true
  if (offset + RECORD_HEADER + bytes.readUInt32LE(offset + 4) >= bytes.length) return true
  for (let i = offset; i < bytes.length; i++) if (bytes[i] !== 0) return false
  return true
}
