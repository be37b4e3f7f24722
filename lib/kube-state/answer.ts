import { crcCombine } from './crc-combine.ts'
import { type PackedText, packer } from './packed-text.ts'
import type { RenderedStore } from './rendered-store.ts'

/** A whole answer as it stood at one moment, in compressed parts that nobody changes any more. */
export class Answer {
  readonly #parts: readonly PackedText[]
  /** Of the text, in bytes. */
  readonly textLength: number
  /** Of the gzip stream, in bytes. */
  readonly gzipLength: number

  constructor(parts: readonly PackedText[]) {
    this.#parts = parts
    this.textLength = parts.reduce((sum, part) => sum + part.length, 0)
    this.gzipLength = parts.reduce((sum, part) => sum + part.packed.length, GZIP_HEAD.length + GZIP_TAIL_BYTES)
  }

  /** The text in parts, each inflated when it is asked for. */
  *text(): Iterable<Uint8Array> {
    for (const part of this.#parts) yield part.text
  }

  /** One gzip stream (one member, which every reader takes), without compressing anything. */
  *gzip(): Iterable<Buffer> {
    yield GZIP_HEAD
    let crc = 0
    for (const part of this.#parts) {
      crc = crcCombine(crc, part.crc, part.shift)
      yield part.packed
    }
    const tail = Buffer.from([0x03, 0x00, 0, 0, 0, 0, 0, 0, 0, 0])
    tail.writeUInt32LE(crc, 2)
    tail.writeUInt32LE(this.textLength % 2 ** 32, 6)
    yield tail
  }

  toString(): string {
    return Buffer.concat([...this.text()]).toString()
  }
}

/** Deflate, no name, no time, any system. */
const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])

/** An empty last block, checksum, length. */
const GZIP_TAIL_BYTES = 10

const END = packer.now(Buffer.from('# EOF\n'))

/** What these stores hold. Heads of a resource without objects are left out, and a family of several stores has one. */
export function answerOf(stores: readonly RenderedStore[], openMetrics: boolean): Answer {
  const parts: PackedText[] = []
  const seen = new Set<string>()
  for (const store of stores) {
    if (store.size === 0) continue
    for (const [i, head] of store.heads.entries()) {
      if (!seen.has(head.name)) parts.push(openMetrics ? head.openMetrics : head.text)
      seen.add(head.name)
      for (const part of store.parts(i)) parts.push(part)
    }
  }
  if (openMetrics) parts.push(END)
  return new Answer(parts)
}
