import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { SEGMENT_HEADER, SEGMENT_MAGIC, segmentName } from './chunk-segments.ts'
import { NewFile } from './new-file.ts'
import { SectionWriter } from './section-writer.ts'

/** Where Prometheus begins the next file. */
const MAX_SEGMENT = 512 * 1024 * 1024
const SEGMENT = 2 ** 32

/** Writes the files of chunks of a block. */
export class ChunksWriter implements Disposable {
  readonly #folder: string
  readonly #maxBytes: number
  readonly #chunk = new SectionWriter()
  #file: NewFile | undefined
  #segment = -1

  constructor(folder: string, maxBytes = MAX_SEGMENT) {
    this.#folder = folder
    this.#maxBytes = maxBytes
    mkdirSync(folder)
  }

  /** Writes a chunk; returns its reference. */
  add(encoding: number, data: Uint8Array): number {
    const chunk = this.#chunk
    chunk.clear()
    chunk.uvarint(data.length)
    const from = chunk.size
    chunk.byte(encoding)
    chunk.append(data)
    chunk.checksum(from)
    let file = this.#file
    if (!file || file.size + chunk.size > this.#maxBytes) file = this.#next()
    const ref = this.#segment * SEGMENT + file.size
    file.write(chunk.written())
    return ref
  }

  /** Puts everything on the disk. */
  finish(): void {
    this.#file?.sync()
  }

  [Symbol.dispose](): void {
    this.#file?.[Symbol.dispose]()
  }

  #next(): NewFile {
    this.#file?.sync()
    this.#file?.[Symbol.dispose]()
    this.#segment++
    const file = new NewFile(join(this.#folder, segmentName(this.#segment)))
    this.#file = file
    const header = new SectionWriter()
    header.word(SEGMENT_MAGIC)
    header.byte(1)
    header.append(new Uint8Array(SEGMENT_HEADER - header.size))
    file.write(header.written())
    return file
  }
}
