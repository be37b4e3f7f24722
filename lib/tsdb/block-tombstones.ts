import { closeSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ByteReader, ByteWriter } from '#lib/codec'
import { readCount } from './block-directory.ts'
import { BlockError } from './block-error.ts'
import { makePage, readAt, readPage } from './block-page.ts'
import type { Intervals } from './intervals.ts'
import { openToRead, removeTree, type StoreFiles, writeNewFile } from './store-files.ts'

/** What was deleted of a block, by the id of the series. */
export type Tombstones = ReadonlyMap<number, Intervals>

const MAGIC = 'BNTS'
const VERSION = 1
const HEADER = 8
const NONE: Tombstones = new Map()

/** A block as it is read: each set of tombstones makes it another one. */
export interface BlockVersion {
  readonly ulid: string
  /** Number of its tombstones; 0: there are none. */
  readonly tombstones: number
}

/** Names a block together with its tombstones: `<ULID>`, `<ULID>~2`. */
export function versionName({ ulid, tombstones }: BlockVersion): string {
  return tombstones === 0 ? ulid : `${ulid}~${tombstones}`
}

/** What such a name means. */
export function parseVersion(name: string): BlockVersion {
  const [ulid, tombstones = '0'] = name.split('~')
  return { ulid, tombstones: Number(tombstones) }
}

/** Number of the newest tombstones in a block's folder; 0 where there are none. */
export function newestTombstones(folder: string): number {
  return numbersIn(folder).reduce((newest, number) => Math.max(newest, number), 0)
}

/** Reads the tombstones with this number; throws a BlockError where they do not hold. */
export function readTombstones(folder: string, number: number): Tombstones {
  if (number === 0) return NONE
  const block = basename(folder)
  const name = fileName(number)
  let fd = -1
  try {
    fd = openToRead(join(folder, name))
    const file = { block, name, fd }
    const header = readAt(file, 0, HEADER)
    if (header.toString('latin1', 0, 4) !== MAGIC) throw new Error('not a file of tombstones')
    if (header.readUInt32LE(4) !== VERSION) throw new Error(`format version ${header.readUInt32LE(4)} is not known`)
    return parseTombstones(readPage(file, HEADER, statSync(join(folder, name)).size - HEADER))
  } catch (error) {
    throw error instanceof BlockError ? error : new BlockError(block, name, 0, (error as Error).message, error)
  } finally {
    if (fd >= 0) closeSync(fd)
  }
}

/** Writes tombstones beside those that there are: whole and on the disk, or not at all. */
export function writeTombstones(files: StoreFiles, folder: string, number: number, tombstones: Tombstones): void {
  const path = join(folder, fileName(number))
  const temp = `${path}.tmp`
  const header = Buffer.alloc(HEADER)
  header.write(MAGIC, 0, 'latin1')
  header.writeUInt32LE(VERSION, 4)
  const bytes = Buffer.concat([header, makePage(encodeTombstones(tombstones))])
  removeTree(files, temp)
  writeNewFile(files, temp, bytes)
  files.rename(temp, path)
  files.syncFolder(folder)
}

/** Removes tombstones before this number, which nobody reads any more, and what a killed writer left. */
export function removeTombstonesBefore(files: StoreFiles, folder: string, number: number): void {
  for (const old of numbersIn(folder)) if (old < number) files.remove(join(folder, fileName(old)))
  for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) files.remove(join(folder, name))
}

/** Name of the file with this number. */
export function fileName(number: number): string {
  return `tombstones-${number}.dat`
}

function numbersIn(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const match = /^tombstones-(\d+)\.dat$/.exec(name)
    return match ? [Number(match[1])] : []
  })
}

function encodeTombstones(tombstones: Tombstones): Uint8Array {
  const out = new ByteWriter()
  out.varint(tombstones.size)
  let before = 0
  for (const id of [...tombstones.keys()].sort((a, b) => a - b)) {
    const intervals = tombstones.get(id) ?? new Float64Array(0)
    out.varint(id - before)
    out.varint(intervals.length / 2)
    before = id
    let last = 0
    for (let i = 0; i < intervals.length; i += 2) {
      out.zigzag(intervals[i] - last)
      out.varint(intervals[i + 1] - intervals[i])
      last = intervals[i + 1]
    }
  }
  return out.written()
}

function parseTombstones(bytes: Uint8Array): Tombstones {
  const reader = new ByteReader(bytes, 0)
  const tombstones = new Map<number, Intervals>()
  let id = 0
  for (let left = readCount(reader); left > 0; left--) {
    id += reader.varint()
    const intervals = new Float64Array(2 * readCount(reader))
    let last = 0
    for (let i = 0; i < intervals.length; i += 2) {
      intervals[i] = last + reader.zigzag()
      intervals[i + 1] = last = intervals[i] + reader.varint()
    }
    tombstones.set(id, intervals)
  }
  return tombstones
}
