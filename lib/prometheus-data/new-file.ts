import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'

const BUFFER = 1024 * 1024

/** A file that is being written, through a buffer. */
export class NewFile implements Disposable {
  /** Bytes written so far. */
  size = 0
  readonly #fd: number
  readonly #buffer = new Uint8Array(BUFFER)
  #held = 0

  constructor(path: string) {
    this.#fd = openSync(path, 'wx')
  }

  write(bytes: Uint8Array): void {
    this.size += bytes.length
    if (this.#held + bytes.length > BUFFER) this.#flush()
    if (bytes.length > BUFFER) return this.#writeOut(bytes)
    this.#buffer.set(bytes, this.#held)
    this.#held += bytes.length
  }

  /** Zeros up to the next multiple. */
  align(multiple: number): void {
    const over = this.size % multiple
    if (over > 0) this.write(new Uint8Array(multiple - over))
  }

  /** Puts everything on the disk. */
  sync(): void {
    this.#flush()
    fsyncSync(this.#fd)
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd)
  }

  #flush(): void {
    this.#writeOut(this.#buffer.subarray(0, this.#held))
    this.#held = 0
  }

  #writeOut(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.#fd, bytes, done)
  }
}
