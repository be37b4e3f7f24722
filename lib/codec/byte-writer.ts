import { MAX_VARINT_BYTES, writeVarint, writeZigzag } from './byte-reader.ts'

const encoder = new TextEncoder()

/** Bytes that grow while they are written. */
export class ByteWriter {
  bytes: Uint8Array
  at: number

  constructor(size = 4096) {
    this.bytes = new Uint8Array(size)
    this.at = 0
  }

  /** Makes room for `more` bytes after `at`. */
  reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.at + more))
    larger.set(this.bytes.subarray(0, this.at))
    this.bytes = larger
  }

  varint(n: number): void {
    this.reserve(MAX_VARINT_BYTES)
    this.at = writeVarint(this.bytes, this.at, n)
  }

  zigzag(n: number): void {
    this.reserve(MAX_VARINT_BYTES)
    this.at = writeZigzag(this.bytes, this.at, n)
  }

  string(text: string): void {
    const bytes = encoder.encode(text)
    this.varint(bytes.length)
    this.append(bytes)
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  /** What was written; valid until the next write. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.at)
  }
}
