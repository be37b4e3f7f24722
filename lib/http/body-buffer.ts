const SMALLEST = 64 * 1024
const LARGEST_KEPT = 8 * 1024 * 1024

/**
 * The bytes of one body while it is received and matched. It belongs to one scrape at a time; the pool hands it on.
 * Behind the body there is always room for a newline, which lets loops over lines run without a test for the end.
 */
export class BodyBuffer {
  bytes: Uint8Array<ArrayBuffer>
  view: DataView<ArrayBuffer>
  length: number

  constructor() {
    this.bytes = new Uint8Array(SMALLEST)
    this.view = new DataView(this.bytes.buffer)
    this.length = 0
  }

  append(source: Uint8Array, from: number, to: number): void {
    this.reserve(this.length + to - from)
    this.bytes.set(from === 0 && to === source.length ? source : source.subarray(from, to), this.length)
    this.length += to - from
  }

  /** Takes a whole body over: without a copy where it stands at the front of a buffer that has room for the newline. */
  adopt(body: Uint8Array): void {
    const { buffer, byteOffset, length } = body
    this.length = 0
    if (byteOffset !== 0 || !(buffer instanceof ArrayBuffer) || buffer.byteLength <= length || length < SMALLEST) {
      return this.append(body, 0, length)
    }
    this.bytes = new Uint8Array(buffer)
    this.view = new DataView(buffer)
    this.length = length
  }

  /** Makes room for a body of this size and the newline behind it. */
  reserve(length: number): void {
    if (length < this.bytes.length) return
    const grown = new Uint8Array(Math.max(length + 1, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }

  /** Puts the newline behind the body and returns the body. */
  seal(): Uint8Array<ArrayBuffer> {
    this.bytes[this.length] = 0x0a
    return this.bytes.subarray(0, this.length)
  }
}

/** Buffers that wait for the next scrape. */
export class BodyBufferPool {
  readonly #free: BodyBuffer[] = []
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  take(): BodyBuffer {
    const buffer = this.#free.pop() ?? new BodyBuffer()
    buffer.length = 0
    return buffer
  }

  give(buffer: BodyBuffer): void {
    if (this.#free.length < this.#most && buffer.bytes.length <= LARGEST_KEPT) this.#free.push(buffer)
  }
}
