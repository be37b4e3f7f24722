import { existsSync } from 'node:fs'
import { ByteWriter, CodecError, crc32c } from '#lib/codec'
import { ByteCursor } from './byte-cursor.ts'
import { FileWindow } from './file-window.ts'
import { Intervals } from './intervals.ts'

/*
 * The file of deleted times of a block.
 *
 *   magic 0130BA30   version u8 = 1   { series uvarint   first time varint   last time varint } …   crc32c u32 of what follows the version
 */

const MAGIC = 0x0130ba30
const HEADER = 5
const CHECKSUM = 4

/** Reads a file of tombstones; none where there is no file. Throws a PrometheusDataError. */
export function readTombstones(path: string): Intervals {
  const intervals = new Intervals()
  if (!existsSync(path)) return intervals
  using file = new FileWindow(path)
  const bytes = file.copy(0, file.size)
  const cursor = new ByteCursor(bytes, 0, bytes.length - CHECKSUM)
  try {
    if (bytes.length < HEADER + CHECKSUM) throw new CodecError(`${bytes.length} bytes are too few`)
    if (cursor.word() !== MAGIC) throw new CodecError('this is no file of tombstones')
    const version = cursor.byte()
    if (version !== 1) throw new CodecError(`version ${version} is not known`)
    const expected = new ByteCursor(bytes, cursor.end).word()
    if (crc32c(bytes, HEADER, cursor.end) !== expected) throw new CodecError('the checksum does not match')
    while (cursor.left > 0) readStone(cursor, cursor.uvarint(), intervals)
  } catch (error) {
    if (!(error instanceof CodecError)) throw error
    file.fail(cursor.at, error.message, error)
  }
  return intervals
}

/** Reads the times that were deleted of a series. The ends of all time are beyond what a double holds. */
export function readStone(cursor: ByteCursor, ref: number, into: Intervals): void {
  const fromMs = Number(cursor.bigVarint())
  into.add(ref, { fromMs, toMs: Number(cursor.bigVarint()) })
}

/** A file that deletes nothing. */
export function noTombstones(): Uint8Array {
  const out = new ByteWriter(HEADER + CHECKSUM)
  out.append(Uint8Array.of(MAGIC >>> 24, (MAGIC >>> 16) & 0xff, (MAGIC >>> 8) & 0xff, MAGIC & 0xff, 1, 0, 0, 0, 0))
  return out.written()
}
