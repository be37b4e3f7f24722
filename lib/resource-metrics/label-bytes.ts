/** The bytes of the labels of many containers, one behind the other. */
export class LabelBytes {
  #bytes = new Uint8Array(0)
  /** Where each ends; it starts where the one before ends. */
  #ends = new Int32Array(0)
  #count = 0

  push(bytes: Uint8Array): void {
    const start = this.#endOf(this.#count - 1)
    const end = start + bytes.length
    if (end > this.#bytes.length) this.#bytes = copied(this.#bytes, new Uint8Array(Math.ceil(end * 1.25)))
    if (this.#count >= this.#ends.length) this.#ends = copied(this.#ends, new Int32Array(Math.max(8, this.#count * 2)))
    this.#bytes.set(bytes, start)
    this.#ends[this.#count++] = end
  }

  /** 0 where the labels of this one were never seen as plain bytes. */
  lengthOf(index: number): number {
    return this.#ends[index] - this.#endOf(index - 1)
  }

  /** Whether these are the bytes at `at`. */
  isAt(index: number, bytes: Uint8Array, at: number): boolean {
    return hasBytesAt(this.#bytes, this.#endOf(index - 1), this.#ends[index], bytes, at)
  }

  /** Moves each to where `moved` says; -1: it goes. */
  compact(moved: Int32Array): void {
    const before = { bytes: this.#bytes, ends: this.#ends }
    this.#bytes = new Uint8Array(0)
    this.#ends = new Int32Array(0)
    this.#count = 0
    for (let i = 0; i < moved.length; i++)
      if (moved[i] >= 0) this.push(before.bytes.subarray(i === 0 ? 0 : before.ends[i - 1], before.ends[i]))
  }

  #endOf(index: number): number {
    return index < 0 ? 0 : this.#ends[index]
  }
}

/** Whether `known[from … to)` stands at `at` in `bytes`; compared from its end, where names differ. */
export function hasBytesAt(known: Uint8Array, from: number, to: number, bytes: Uint8Array, at: number): boolean {
  const length = to - from
  if (at + length > bytes.length) return false
  for (let i = length - 1; i >= 0; i--) if (known[from + i] !== bytes[at + i]) return false
  return true
}

function copied<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
