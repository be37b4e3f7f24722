import { readdirSync, readFileSync, renameSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  frameEnd,
  nextRecord,
  readHeader,
  RECORD_HEADER,
  recordEnd,
  SEGMENT_HEADER,
  segmentName,
  segmentOf,
  WAL_VERSION,
} from './wal-format.ts'

/** The log cannot be used: what was found, and where. */
export class WalError extends Error {
  override readonly name = 'WalError'
  readonly code = 'wal'
}

/** A place where the log did not hold, and what was done. Records after it in the same segment were given all the same. */
export interface WalRepair {
  readonly file: string
  readonly offset: number
  readonly bytes: number
  /** cut: a torn end was cut off; set-aside: the bytes lie in `keptIn`; left: neither could be done (see `problem`), the next start tries again. */
  readonly action: 'cut' | 'set-aside' | 'left'
  readonly keptIn?: string
  readonly problem?: string
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

/** A segment while it is replayed. */
interface Segment {
  readonly path: string
  readonly file: string
  readonly bytes: Buffer
  readonly mark: number
}

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

function replaySegment(folder: string, number: number, onRecord: OnRecord, report: WalReport): void {
  const file = segmentName(number)
  const path = join(folder, file)
  const bytes = readFileSync(path)
  const header = readHeader(bytes)
  if (!header) {
    report.repairs.push(setFileAside(path, file, bytes.length))
    return
  }
  const { version, mark } = header
  if (version !== WAL_VERSION)
    throw new WalError(`open log ${path}: format version ${version} is not known, this program reads ${WAL_VERSION}`)
  replayRecords({ path, file, bytes, mark }, onRecord, report)
}

/** Where no record holds, the next one that does is looked for by its mark: a damaged length hides nothing behind it. */
function replayRecords(segment: Segment, onRecord: OnRecord, report: WalReport): void {
  const { bytes, mark } = segment
  report.bytes += SEGMENT_HEADER
  for (let at = SEGMENT_HEADER; at < bytes.length;) {
    const end = recordEnd(bytes, at, mark)
    if (end > 0) {
      onRecord(bytes, at + RECORD_HEADER, end)
      report.records++
      report.bytes += end - at
      at = end
      continue
    }
    const next = nextRecord(bytes, at, mark)
    report.repairs.push(next < bytes.length ? copyAside(segment, at, next) : repairEnd(segment, at))
    at = next
  }
}

/** A file without room for a header is left by a start that was cut short. */
function setFileAside(path: string, file: string, length: number): WalRepair {
  const found = { file, offset: 0, bytes: length }
  if (length < SEGMENT_HEADER) {
    return attempt({ ...found, action: 'cut' }, () => {
      unlinkSync(path)
    })
  }
  return attempt({ ...found, action: 'set-aside', keptIn: `${file}.damaged` }, () => {
    renameSync(path, `${path}.damaged`)
  })
}

/** Damage with records behind it: the segment stays as it is, its damaged bytes get a copy that outlives it. */
function copyAside(segment: Segment, from: number, to: number): WalRepair {
  const { file, path, bytes } = segment
  const name = `.${from}.damaged`
  return attempt({ file, offset: from, bytes: to - from, action: 'set-aside', keptIn: file + name }, () => {
    writeFileSync(path + name, bytes.subarray(from, to), { flush: true })
  })
}

/** No record follows: a torn write is cut off, all else is set aside. */
function repairEnd(segment: Segment, offset: number): WalRepair {
  const { file, path, bytes } = segment
  if (isTorn(bytes, offset)) {
    return attempt({ file, offset, bytes: bytes.length - offset, action: 'cut' }, () => {
      truncateSync(path, offset)
    })
  }
  const aside = copyAside(segment, offset, bytes.length)
  if (aside.action === 'left') return aside
  return attempt(aside, () => {
    truncateSync(path, offset)
  })
}

/** A full or failing disk must not keep the log from being read: what cannot be repaired now is left for the next start. */
function attempt(repair: WalRepair, run: () => void): WalRepair {
  try {
    run()
    return repair
  } catch (error) {
    const { file, offset, bytes } = repair
    return { file, offset, bytes, action: 'left', problem: (error as Error).message }
  }
}

/** Whether the frame reaches the end of the file, or nothing but zeros (blocks never written) follows. */
function isTorn(bytes: Buffer, offset: number): boolean {
  if (frameEnd(bytes, offset) >= bytes.length) return true
  for (let i = offset; i < bytes.length; i++) if (bytes[i] !== 0) return false
  return true
}
