import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import { crcShift } from './crc-combine.ts'

/**
 * A text as a run of deflate blocks that ends on a byte and is not the last: runs one after the other are the inside of
 * one gzip stream, so that a compressed answer is put together without compressing anything again.
 */
export interface PackedText {
  readonly bytes: Buffer
  /** Of the text, in bytes. */
  readonly length: number
  readonly crc: number
  /** For `crcCombine`. */
  readonly shift: number
}

/** Higher levels take up to four times as long for a tenth of the size. */
const LEVEL = 2

export function packText(text: Uint8Array): PackedText {
  const packed = deflateRawSync(text, { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH })
  // Copied, because zlib's own buffer is larger and would be kept whole.
  const bytes = Buffer.allocUnsafeSlow(packed.length)
  packed.copy(bytes)
  return { bytes, length: text.length, crc: crc32(text), shift: crcShift(text.length) }
}

export function unpackText({ bytes, length }: PackedText): Buffer {
  return inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, chunkSize: Math.max(length, MIN_CHUNK) })
}

/** zlib refuses smaller ones. */
const MIN_CHUNK = 64
