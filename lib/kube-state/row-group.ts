/**
 * The lines of up to 512 objects of one resource. Text lies family by family, as it is written out:
 *
 *     family 0: lines of row 0, lines of row 1, …     packed
 *     family 1: lines of row 0, lines of row 1, …     packed
 *
 * and is kept compressed. What has changed since waits as strings in `pending` and is merged family by family when
 * somebody asks, or when too much waits; so a burst of updates costs one inflation and one compression of each family
 * that it touched, and an object whose lines came out the same costs nothing. Bench: `npm run bench -- kube-state`.
 */
import { type PackedText, packer } from './packed-text.ts'

export const GROUP_ROWS = 512

/** New text of rows, by row: '' removes. An array, because every line passes here. */
type Pending = (string | undefined)[]

export class RowGroup {
  readonly #families: number
  readonly #packed: (PackedText | undefined)[]
  readonly #pending: (Pending | undefined)[]
  /** Bytes of each row's lines in the packed text, row by row. */
  #lengths: Uint32Array
  /** 64 bits of hash of each row's newest lines; 0 of both for no lines. */
  #hashes: Uint32Array
  /** About how many bytes wait. */
  pendingBytes = 0

  constructor(families: number) {
    this.#families = families
    this.#packed = Array.from({ length: families })
    this.#pending = Array.from({ length: families })
    this.#lengths = new Uint32Array(FIRST_ROWS * families)
    this.#hashes = new Uint32Array(2 * FIRST_ROWS * families)
  }

  /** Takes the lines of a row in one family. False: they are what they were. */
  write(row: number, family: number, text: string, hashLow: number, hashHigh: number): boolean {
    const at = row * this.#families + family
    if (at >= this.#lengths.length) this.#grow(row)
    if (this.#hashes[2 * at] === hashLow && this.#hashes[2 * at + 1] === hashHigh) return false
    this.#hashes[2 * at] = hashLow
    this.#hashes[2 * at + 1] = hashHigh
    const pending = (this.#pending[family] ??= [])
    while (pending.length <= row) pending.push(undefined)
    this.pendingBytes += text.length - (pending[row]?.length ?? 0)
    pending[row] = text
    return true
  }

  erase(row: number): void {
    for (let family = 0; family < this.#families; family++) this.write(row, family, '', 0, 0)
  }

  /** The lines of a family, or undefined where there are none. What waits is merged first. */
  packed(family: number): PackedText | undefined {
    this.#merge(family)
    return this.#packed[family]
  }

  /** Merges one family that has something waiting. False: nothing waits. */
  mergeOne(): boolean {
    const family = this.#pending.findIndex((pending) => pending !== undefined)
    if (family === -1) return false
    this.#merge(family)
    return true
  }

  mergeAll(): void {
    for (let family = 0; family < this.#families; family++) this.#merge(family)
  }

  /** Compressed bytes and tables. */
  get residentBytes(): number {
    const texts = this.#packed.reduce((sum, packed) => sum + (packed?.residentBytes ?? 0), 0)
    return texts + this.#lengths.byteLength + this.#hashes.byteLength + this.pendingBytes
  }

  #merge(family: number): void {
    const pending = this.#pending[family]
    if (pending === undefined) return
    const text = this.#splice(family, this.#packed[family]?.text, pending)
    this.#packed[family] = text.length === 0 ? undefined : packer.soon(text)
    this.#pending[family] = undefined
    for (const piece of pending) this.pendingBytes -= piece?.length ?? 0
  }

  /** The text with its new rows, in a buffer that is valid until the next call. */
  #splice(family: number, old: Uint8Array | undefined, pending: Pending): Uint8Array {
    const rows = this.#lengths.length / this.#families
    let to = 0
    let from = 0
    for (let row = 0; row < rows; row++) {
      const at = row * this.#families + family
      const length = this.#lengths[at]
      const text = pending[row]
      if (text === undefined) {
        if (old !== undefined && length > 0) to += copyInto(to, old, from, from + length)
      } else {
        this.#lengths[at] = writeInto(to, text)
        to += this.#lengths[at]
      }
      from += length
    }
    return work.subarray(0, to)
  }

  #grow(row: number): void {
    let rows = this.#lengths.length / this.#families
    while (rows <= row) rows *= 2
    this.#lengths = enlarged(this.#lengths, rows * this.#families)
    this.#hashes = enlarged(this.#hashes, 2 * rows * this.#families)
  }
}

/** Most resources of a cluster have a handful of objects. */
const FIRST_ROWS = 4

function enlarged(source: Uint32Array, length: number): Uint32Array {
  const larger = new Uint32Array(length)
  larger.set(source)
  return larger
}

/** Where texts are put together; one thread, one merge at a time. */
let work = Buffer.allocUnsafeSlow(64 * 1024)

function writeInto(at: number, text: string): number {
  reserve(at, text.length * 3)
  return work.write(text, at)
}

function copyInto(at: number, source: Uint8Array, start: number, end: number): number {
  reserve(at, end - start)
  work.set(source.subarray(start, end), at)
  return end - start
}

function reserve(used: number, more: number): void {
  if (used + more <= work.length) return
  const larger = Buffer.allocUnsafeSlow(2 * (used + more))
  work.copy(larger, 0, 0, used)
  work = larger
}
