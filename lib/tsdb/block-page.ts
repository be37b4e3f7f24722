import { readSync } from 'node:fs'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { crc32c } from '#lib/codec'
import { BlockError } from './block-error.ts'

const PAGE_HEADER = 12
const ZSTD = 1
/** A page larger than this is not one that a writer made. */
const MAX_PAGE = 256 * 1024 * 1024

/** A page with this payload, compressed where that saves a fifth. */
export function makePage(raw: Uint8Array): Uint8Array {
  const packed = raw.length > 256 ? zstdCompressSync(raw) : raw
  const compressed = packed.length <= raw.length * 0.8
  const payload = compressed ? packed : raw
  const page = new Uint8Array(PAGE_HEADER + payload.length)
  const view = new DataView(page.buffer)
  view.setUint32(4, compressed ? ZSTD : 0, true)
  view.setUint32(8, raw.length, true)
  page.set(payload, PAGE_HEADER)
  view.setUint32(0, crc32c(page, 4, page.length), true)
  return page
}

/** An open file of a block. */
export interface BlockFile {
  readonly block: string
  readonly name: string
  readonly fd: number
}

/** Reads bytes[offset, offset + size) of a file; throws a BlockError where they are not there. */
export function readAt(file: BlockFile, offset: number, size: number): Buffer {
  // Not from the pool: a small page that is kept would keep the whole pool with it, which no budget counts.
  const bytes = Buffer.allocUnsafeSlow(size)
  let done = 0
  while (done < size) {
    const n = readBytes(file, bytes, done, offset + done)
    if (n === 0) throw new BlockError(file.block, file.name, offset + done, 'unexpected end of file')
    done += n
  }
  return bytes
}

function readBytes(file: BlockFile, bytes: Buffer, done: number, position: number): number {
  try {
    return readSync(file.fd, bytes, done, bytes.length - done, position)
  } catch (error) {
    throw new BlockError(file.block, file.name, position, (error as Error).message, error)
  }
}

/** The payload of the page at an offset; throws a BlockError when it does not hold. */
export function readPage(file: BlockFile, offset: number, size: number): Uint8Array {
  if (size < PAGE_HEADER || size > MAX_PAGE)
    throw new BlockError(file.block, file.name, offset, `no page of ${size} bytes`)
  const page = readAt(file, offset, size)
  if (page.readUInt32LE(0) !== crc32c(page, 4, size))
    throw new BlockError(file.block, file.name, offset, 'checksum does not match')
  const length = page.readUInt32LE(8)
  const payload = page.subarray(PAGE_HEADER)
  if (page.readUInt32LE(4) !== ZSTD) return payload
  if (length > MAX_PAGE) throw new BlockError(file.block, file.name, offset, `no page of ${length} bytes`)
  try {
    const raw = zstdDecompressSync(payload, { maxOutputLength: Math.max(length, 1), chunkSize: Math.max(length, 64) })
    return raw.buffer.byteLength === raw.length ? raw : new Uint8Array(raw)
  } catch (error) {
    throw new BlockError(file.block, file.name, offset, 'page does not decompress', error)
  }
}
