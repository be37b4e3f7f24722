import { promisify } from 'node:util'
import { constants, crc32, deflateRaw, deflateRawSync, gzipSync } from 'node:zlib'
import { crc32Combine } from './crc32-combine.ts'
import type { PackedPart } from './range-part.ts'

const deflatePiece = promisify(deflateRaw)

/** A shorter body is sent as it is. */
export const GZIP_FROM = 1024
/** What is compressed in one go: a piece more than the window costs little room. */
export const PIECE: number = 256 * 1024
const MOST_WAITING = 32
/** The best speed takes a sixth of the time and a quarter more bytes: answers are made for one reader. */
const LEVEL = 1

/** Of a gzip member (RFC 1952): deflate, no name, no time, fastest, Unix. */
const GZIP_HEAD: Uint8Array = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 3])
/** An empty last block of deflate (RFC 1951). */
const LAST_BLOCK = Buffer.from([3, 0])

/** Compresses a body into one gzip member. */
export async function gzipped(body: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  if (body.length <= PIECE) return movable(gzipSync(body, { level: LEVEL, chunkSize: 64 + body.length }))
  const gzip = new Gzip()
  for (let at = 0; at < body.length; at += PIECE) gzip.add(body.subarray(at, at + PIECE))
  return gzip.finish()
}

/**
 * A gzip member that is made while its content is: several threads compress its pieces side by side, each ended at a byte's
 * border and unaware of those before it, as pigz does.
 */
export class Gzip {
  readonly #pieces: Promise<Buffer>[] = []
  #crc = 0
  #size = 0
  #waiting = 0

  /** The piece must not change any more. */
  add(piece: Uint8Array): void {
    this.#crc = crc32(piece, this.#crc)
    this.#size += piece.length
    this.#waiting++
    this.#pieces.push(deflated(piece).finally(() => this.#waiting--))
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0
  }

  /** Pieces come faster than they are compressed: to go on would only fill memory. */
  get isBehind(): boolean {
    return this.#waiting > MOST_WAITING
  }

  async catchUp(): Promise<void> {
    await Promise.all(this.#pieces)
  }

  async finish(): Promise<Uint8Array<ArrayBuffer>> {
    return movable(GZIP_HEAD, ...(await Promise.all(this.#pieces)), LAST_BLOCK, gzipTail(this.#crc, this.#size))
  }
}

function deflated(piece: Uint8Array): Promise<Buffer> {
  return deflatePiece(piece, { level: LEVEL, finishFlush: constants.Z_SYNC_FLUSH, chunkSize: 1024 + piece.length })
}

/** A gzip member of parts and of the text behind them. */
export function gzipOfParts(parts: readonly PackedPart[], rest: Uint8Array): Uint8Array<ArrayBuffer> {
  let crc = 0
  let size = 0
  for (const part of parts) {
    crc = crc32Combine(crc, part.crc, part.size)
    size += part.size
  }
  const deflated = parts.map((part) => part.deflated)
  return movable(GZIP_HEAD, ...deflated, deflateRawSync(rest), gzipTail(crc32(rest, crc), size + rest.length))
}

function gzipTail(crc: number, size: number): Uint8Array {
  const tail = Buffer.alloc(8)
  tail.writeUInt32LE(crc, 0)
  tail.writeUInt32LE(size % 2 ** 32, 4)
  return tail
}

/** Together in a buffer of their own, so that it can move to another thread. */
function movable(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
