import { constants, crc32, deflateRaw, deflateRawSync, inflateRawSync } from 'node:zlib'
import { crcShift } from './crc-combine.ts'

/**
 * A text as a run of deflate blocks that ends on a byte and is not the last: runs one after the other are the inside of
 * one gzip stream, so that a compressed answer is put together without compressing anything again.
 */
export class PackedText {
  /** Of the text, in bytes. */
  readonly length: number
  readonly crc: number
  /** For `crcCombine`. */
  readonly shift: number
  /** The text itself until it has been compressed. */
  #plain: Uint8Array | undefined
  #packed: Buffer | undefined

  constructor(text: Uint8Array) {
    this.length = text.length
    this.crc = crc32(text)
    this.shift = crcShift(text.length)
    this.#plain = text
  }

  get packed(): Buffer {
    if (this.#packed === undefined) this.take(deflateRawSync(this.#plain ?? new Uint8Array(), OPTIONS))
    return this.#packed ?? Buffer.alloc(0)
  }

  get text(): Uint8Array {
    if (this.#plain !== undefined) return this.#plain
    return inflateRawSync(this.packed, {
      finishFlush: constants.Z_SYNC_FLUSH,
      chunkSize: Math.max(this.length, MIN_CHUNK),
    })
  }

  /** Bytes that it holds. */
  get residentBytes(): number {
    return this.#packed?.length ?? this.length
  }

  /** Takes what compressing gave; the text is let go. */
  take(packed: Buffer): void {
    // Copied, because zlib's own buffer is larger and would be kept whole.
    this.#packed = Buffer.allocUnsafeSlow(packed.length)
    packed.copy(this.#packed)
    this.#plain = undefined
  }

  /** The text while it is not compressed. */
  get plain(): Uint8Array | undefined {
    return this.#plain
  }
}

/** Higher levels take up to four times as long for a tenth of the size. */
const OPTIONS = { level: 2, finishFlush: constants.Z_SYNC_FLUSH }

/** zlib refuses smaller ones. */
const MIN_CHUNK = 64

/** Texts that wait for the pool's threads at most, in bytes: then this thread compresses as well. */
const MAX_WAITING = 8 << 20

/** Compresses beside the thread that renders. */
class Packer {
  #waiting = 0
  #jobs = 0
  #idle: (() => void)[] = []

  /** Compresses at once. The text stays the caller's. */
  now(text: Uint8Array): PackedText {
    const packed = new PackedText(text)
    void packed.packed
    return packed
  }

  /** Compresses soon. The text is copied. */
  soon(text: Uint8Array): PackedText {
    if (this.#waiting + text.length > MAX_WAITING || text.length < WORTH_A_JOB) return this.now(text)
    const copy = Buffer.allocUnsafeSlow(text.length)
    copy.set(text)
    const packed = new PackedText(copy)
    this.#waiting += text.length
    this.#jobs++
    deflateRaw(copy, OPTIONS, (error, result) => {
      this.#waiting -= text.length
      // On an error the text stays plain and is compressed by whoever asks for it.
      if (error === null && packed.plain !== undefined) packed.take(result)
      if (--this.#jobs === 0) for (const resolve of this.#idle.splice(0)) resolve()
    })
    return packed
  }

  /** When nothing waits. */
  async idle(): Promise<void> {
    if (this.#jobs > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }
}

/** Handing over costs more than compressing so little. */
const WORTH_A_JOB = 4096

export const packer = new Packer()
