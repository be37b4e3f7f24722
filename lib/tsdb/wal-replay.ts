import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { SegmentReader } from './segment-reader.ts'
import { type StoreFiles, syncFile, writeNewFile } from './store-files.ts'
import {
  type Before,
  RECORD_HEADER,
  SEGMENT_HEADER,
  type SegmentHead,
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
  /** Of segments that could not be read now, and may be the next time. */
  unreadBytes: number
}

/** Takes a record: bytes[from, to), valid until it returns. */
export type OnRecord = (bytes: Uint8Array, from: number, to: number) => void

/** How far a start has read the log. */
export type OnProgress = (doneBytes: number, totalBytes: number) => void

/** What a replay works with. */
export interface ReplayParts {
  readonly files: StoreFiles
  readonly onRecord: OnRecord
  readonly onProgress?: OnProgress
}

/** A segment while it is replayed. */
interface Segment {
  readonly files: StoreFiles
  readonly path: string
  readonly file: string
  readonly reader: SegmentReader
  readonly head: SegmentHead
}

/** Numbers of the segments in the folder, ascending. */
export function segmentsIn(folder: string): number[] {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => (entry.isFile() ? segmentOf(entry.name) : 0))
    .filter((segment) => segment > 0)
    .sort((a, b) => a - b)
}

/**
 * Gives every record of the segments in order, repairs what does not hold, and reports. Afterwards all that was given is on
 * the disk: a sample that is in the head already is answered for without being written again.
 */
export function replay(folder: string, segments: readonly number[], parts: ReplayParts): WalReport {
  const report: WalReport = { segments: segments.length, records: 0, bytes: 0, repairs: [], unreadBytes: 0 }
  checkVersions(folder, segments)
  const total = segments.reduce((sum, segment) => sum + sizeOf(join(folder, segmentName(segment))), 0)
  const chain = new SegmentChain(folder, segments)
  let done = 0
  for (const segment of segments) {
    const path = join(folder, segmentName(segment))
    const size = sizeOf(path)
    const onProgress = (at: number) => parts.onProgress?.(done + at, total)
    try {
      chain.follow(segment, replaySegment(path, parts, report, onProgress), report)
    } catch (error) {
      report.repairs.push(left({ file: segmentName(segment), offset: 0, bytes: size }, error))
      report.unreadBytes += size
    }
    done += size
    onProgress(0)
  }
  return report
}

/** Where a segment follows, and where its records end. */
interface Replayed {
  readonly before: Before
  readonly end: number
}

/** Each segment tells what was before it: what is missing is noticed, whole segments and ends that were cut off alike. */
class SegmentChain {
  readonly #folder: string
  readonly #segments: readonly number[]
  readonly #ends = new Map<number, number>()

  constructor(folder: string, segments: readonly number[]) {
    this.#folder = folder
    this.#segments = segments
  }

  follow(segment: number, replayed: Replayed | undefined, report: WalReport): void {
    // What was set aside has been told of.
    this.#ends.set(segment, replayed?.end ?? Infinity)
    const before = replayed?.before
    // Before the first there were some that were dropped.
    if (!before || before.segment < this.#segments[0]) return
    const file = segmentName(before.segment)
    const end = this.#ends.get(before.segment) ?? (existsSync(join(this.#folder, `${file}.damaged`)) ? Infinity : 0)
    if (end < before.end) report.repairs.push(missing(file, end, before.end - end))
  }
}

function missing(file: string, offset: number, bytes: number): WalRepair {
  return left({ file, offset, bytes }, new Error(offset === 0 ? 'the file is missing' : 'they are missing'))
}

/** Before anything is changed: a folder of a later program stays as it is. */
function checkVersions(folder: string, segments: readonly number[]): void {
  for (const segment of segments) {
    const path = join(folder, segmentName(segment))
    const version = versionOf(path)
    if (version !== undefined && !(version >= 1 && version <= WAL_VERSION))
      throw new WalError(
        `open log ${path}: format version ${version} is not known, this program reads those up to ${WAL_VERSION}`,
      )
  }
}

function versionOf(path: string): number | undefined {
  try {
    using reader = new SegmentReader(path)
    return reader.header()?.version
  } catch {
    // Told when it is replayed.
    return undefined
  }
}

function replaySegment(
  path: string,
  { files, onRecord }: ReplayParts,
  report: WalReport,
  onProgress: (at: number) => void,
): Replayed | undefined {
  const file = segmentName(segmentOf(basename(path)))
  using reader = new SegmentReader(path)
  const head = reader.header()
  if (!head) {
    report.repairs.push(setFileAside(files, path, file, reader))
    return undefined
  }
  const end = replayRecords({ files, path, file, reader, head }, onRecord, report, onProgress)
  // Of what a process wrote before it was killed, the kernel may hold some still.
  syncFile(files, path)
  return { before: head.before, end }
}

/** Gives the records; returns where they end. Where none holds, the next one that does is looked for by its mark: a damaged length hides nothing behind it. */
function replayRecords(
  segment: Segment,
  onRecord: OnRecord,
  report: WalReport,
  onProgress: (at: number) => void,
): number {
  const { reader, head } = segment
  report.bytes += head.length
  let last = head.length
  for (let at = head.length; at < reader.size;) {
    const end = reader.recordEnd(at, head.mark)
    if (end > 0) {
      onRecord(reader.bytes(at, end), RECORD_HEADER, end - at)
      report.records++
      report.bytes += end - at
      at = end
      last = end
      onProgress(at)
      continue
    }
    const next = reader.nextRecord(at, head.mark)
    report.repairs.push(next < reader.size ? copyAside(segment, at, next) : repairEnd(segment, at))
    at = next
  }
  return last
}

/** A file without a header is left by a start that was cut short. */
function setFileAside(files: StoreFiles, path: string, file: string, reader: SegmentReader): WalRepair {
  const found = { file, offset: 0, bytes: reader.size }
  if (reader.size < SEGMENT_HEADER || reader.isZeroFrom(0))
    return attempt({ ...found, action: 'cut' }, () => files.remove(path))
  return attempt({ ...found, action: 'set-aside', keptIn: `${file}.damaged` }, () =>
    files.rename(path, `${path}.damaged`),
  )
}

/** Damage with records behind it: the segment stays as it is, its damaged bytes get a copy that outlives it. */
function copyAside(segment: Segment, from: number, to: number): WalRepair {
  const { file, path } = segment
  const name = `.${from}.damaged`
  return attempt({ file, offset: from, bytes: to - from, action: 'set-aside', keptIn: file + name }, () =>
    copyBytes(segment, from, to, path + name),
  )
}

/** A copy that a start before made is kept. */
function copyBytes({ files, path, reader }: Segment, from: number, to: number, copy: string): void {
  if (existsSync(copy)) {
    if (sizeOf(copy) === to - from && readFileSync(copy).equals(reader.bytes(from, to))) return
    files.remove(copy)
  }
  writeNewFile(files, copy, reader.bytes(from, to))
  files.syncFolder(dirname(path))
}

/** No record follows: a torn write is cut off, all else is set aside. */
function repairEnd(segment: Segment, offset: number): WalRepair {
  const { files, file, path, reader } = segment
  if (reader.frameEnd(offset) >= reader.size || reader.isZeroFrom(offset)) {
    return attempt({ file, offset, bytes: reader.size - offset, action: 'cut' }, () => files.truncate(path, offset))
  }
  const aside = copyAside(segment, offset, reader.size)
  if (aside.action === 'left') return aside
  return attempt(aside, () => files.truncate(path, offset))
}

/** A full or failing disk must not keep the log from being read: what cannot be repaired now is left for the next start. */
function attempt(repair: WalRepair, run: () => void): WalRepair {
  try {
    run()
    return repair
  } catch (error) {
    return left(repair, error)
  }
}

function left({ file, offset, bytes }: Pick<WalRepair, 'file' | 'offset' | 'bytes'>, error: unknown): WalRepair {
  return { file, offset, bytes, action: 'left', problem: (error as Error).message }
}

/** Bytes of a file; 0 where there is none. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
