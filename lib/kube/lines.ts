const NEWLINE = 10

/** Cuts a stream of JSON values into lines: none of them has a raw newline in it. */
export class Lines {
  readonly #maxBytes: number
  #held: Uint8Array[] = []
  #heldBytes = 0

  constructor(maxBytes = 64 << 20) {
    this.#maxBytes = maxBytes
  }

  /** The lines that end in this chunk, valid until the next call. */
  *push(chunk: Uint8Array): Generator<Uint8Array> {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const line = this.#whole(chunk.subarray(from, end))
      from = end + 1
      if (line.length > 0) yield line
    }
    this.#hold(chunk.slice(from))
  }

  #whole(rest: Uint8Array): Uint8Array {
    if (this.#heldBytes === 0) return rest
    const line = Buffer.concat([...this.#held, rest])
    this.#held = []
    this.#heldBytes = 0
    return line
  }

  #hold(part: Uint8Array): void {
    if (part.length === 0) return
    this.#held.push(part)
    this.#heldBytes += part.length
    if (this.#heldBytes > this.#maxBytes) throw new Error(`an event of a watch is longer than ${this.#maxBytes} bytes`)
  }
}
