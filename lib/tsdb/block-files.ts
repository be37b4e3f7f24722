import { closeSync, fstatSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Directory, parseDirectory } from './block-directory.ts'
import { BlockError } from './block-error.ts'
import { BLOCK_VERSION, type BlockMeta, BlockVersionError, parseMeta } from './block-meta.ts'
import { type BlockFile, readAt, readPage } from './block-page.ts'
import { newestTombstones, readTombstones, type Tombstones } from './block-tombstones.ts'
import { FILE_HEADER } from './block-writer.ts'
import { openToRead } from './store-files.ts'

const FOOTER = 16

/** What a block is read from: open files, and what was read at once. */
export interface BlockFiles {
  readonly meta: BlockMeta
  readonly tombstones: Tombstones
  readonly tombstonesNumber: number
  readonly index: BlockFile
  readonly chunks: BlockFile
  readonly directory: Directory
}

/** Opens the files of the block in a folder; throws a BlockError when it is not whole. Without a number the newest tombstones count. */
export function openBlockFiles(folder: string, number?: number): BlockFiles {
  const block = basename(folder)
  const meta = readMeta(folder, block)
  const tombstonesNumber = number ?? newestTombstones(folder)
  const tombstones = readTombstones(folder, tombstonesNumber)
  const index = openFile(folder, block, 'index.dat', 'BNIX')
  try {
    const directory = readDirectory(index)
    const chunks = openFile(folder, block, 'chunks.dat', 'BNCK')
    try {
      checkSizes(meta, index, chunks)
      return { meta, tombstones, tombstonesNumber, index, chunks, directory }
    } catch (error) {
      closeSync(chunks.fd)
      throw error
    }
  } catch (error) {
    closeSync(index.fd)
    throw error
  }
}

/** Reads a block's meta.json; throws a BlockError, or a BlockVersionError where a later program wrote it. */
export function readMeta(folder: string, block: string): BlockMeta {
  try {
    return parseMeta(readFileSync(join(folder, 'meta.json'), 'utf8'))
  } catch (error) {
    if (error instanceof BlockVersionError) throw new BlockVersionError(`open block ${folder}: ${error.message}`)
    throw new BlockError(block, 'meta.json', 0, (error as Error).message, error)
  }
}

/** What was cut off, or put on, is noticed before a query needs it. */
function checkSizes(meta: BlockMeta, index: BlockFile, chunks: BlockFile): void {
  const chunksBytes = fstatSync(chunks.fd).size
  const wanted = meta.bytes - fstatSync(index.fd).size
  if (chunksBytes !== wanted)
    throw new BlockError(meta.ulid, chunks.name, chunksBytes, `the file has ${chunksBytes} bytes, not ${wanted}`)
}

function openFile(folder: string, block: string, name: string, magic: string): BlockFile {
  let file: BlockFile
  try {
    file = { block, name, fd: openToRead(join(folder, name)) }
  } catch (error) {
    throw new BlockError(block, name, 0, (error as Error).message, error)
  }
  try {
    const header = readAt(file, 0, FILE_HEADER)
    if (header.toString('latin1', 0, 4) !== magic) throw new BlockError(block, name, 0, 'not a file of a block')
    const version = header.readUInt32LE(4)
    if (version !== BLOCK_VERSION) throw new BlockError(block, name, 4, `format version ${version} is not known`)
    return file
  } catch (error) {
    closeSync(file.fd)
    throw error
  }
}

function readDirectory(index: BlockFile): Directory {
  const size = fstatSync(index.fd).size
  const at = size - FOOTER
  if (at < FILE_HEADER) throw new BlockError(index.block, index.name, size, 'unexpected end of file')
  const footer = readAt(index, at, FOOTER)
  const offset = footer.readUInt32LE(0) + footer.readUInt32LE(4) * 2 ** 32
  const length = footer.readUInt32LE(8)
  if (footer.toString('latin1', 12) !== 'BNIX' || offset + length !== at)
    throw new BlockError(index.block, index.name, at, 'no footer')
  const bytes = readPage(index, offset, length)
  try {
    return parseDirectory(bytes, FILE_HEADER)
  } catch (error) {
    throw new BlockError(index.block, index.name, offset, (error as Error).message, error)
  }
}
