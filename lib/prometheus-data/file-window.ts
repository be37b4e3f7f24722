import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { PrometheusDataError } from './data-error.ts'

/** What is read at once: files are read from their begin to their end. */
const WINDOW = 256 * 1024

/** A file of which a window is in memory. */
export class FileWindow implements Disposable {
  readonly path: string
  readonly size: number
  /** The window; valid until the next `load`. */
  bytes: Uint8Array = new Uint8Array()
  /** Bytes read so far, for whoever shows how far the work is. */
  readBytes = 0
  #from = 0
  #held = 0
  readonly #fd: number

  constructor(path: string) {
    this.path = path
    this.#fd = openSync(path, 'r')
    this.size = fstatSync(this.#fd).size
  }

  /** Makes [at, at + length) part of the window; returns where in it `at` is. Throws where the file is shorter. */
  load(at: number, length: number): number {
    if (at + length > this.size)
      this.fail(this.size, `unexpected end: ${at + length - this.size} bytes more are needed`)
    if (at < this.#from || at + length > this.#from + this.#held) this.#fill(at, length)
    return at - this.#from
  }

  /** A copy of [at, at + length). */
  copy(at: number, length: number): Uint8Array {
    if (at + length > this.size)
      this.fail(this.size, `unexpected end: ${at + length - this.size} bytes more are needed`)
    const bytes = new Uint8Array(length)
    this.#read(bytes, length, at)
    return bytes
  }

  /** How many bytes the file has from a place on, at most `most`. */
  left(at: number, most: number): number {
    return Math.max(0, Math.min(most, this.size - at))
  }

  fail(at: number, problem: string, cause?: unknown): never {
    throw new PrometheusDataError(this.path, at, problem, cause)
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd)
  }

  #fill(at: number, length: number): void {
    const wanted = Math.max(length, Math.min(WINDOW, this.size - at))
    if (this.bytes.length < wanted) this.bytes = new Uint8Array(Math.max(WINDOW, wanted))
    this.#from = at
    this.#held = 0
    this.#read(this.bytes, wanted, at)
    this.#held = wanted
  }

  #read(into: Uint8Array, length: number, at: number): void {
    for (let done = 0; done < length;) {
      const got = readSync(this.#fd, into, done, length - done, at + done)
      if (got === 0) this.fail(at + done, 'unexpected end: the file became shorter')
      done += got
    }
    this.readBytes += length
  }
}
