import type { SeriesRef } from '#lib/storage'

/**
 * The lines of a body as the scrape before saw them. Line i is `bytes[offsets[i] … offsets[i] + lengths[i])`: of a
 * series what stands before its value, of a comment all of it with its newline.
 *
 *     bytes    go_threads ␣ | # TYPE a gauge ⏎ | a{b="c"} ␣ | …
 *     refs     17           | 0                | 18
 *     families 0            | 3                | 0             the family that a comment names
 *     types    1            | 2                | 2             the type that was in force (of a comment: after it)
 */
export class LineTable {
  count: number
  used: number
  bytes: Uint8Array<ArrayBuffer>
  view: DataView<ArrayBuffer>
  offsets: Int32Array
  lengths: Int32Array
  /** 0 where the line is a comment. */
  refs: Float64Array
  kinds: Uint8Array
  types: Uint8Array
  families: Int32Array
  /** Whether the sample brought its own time. */
  timed: Uint8Array
  #index: Map<string, number> | undefined

  constructor() {
    this.count = 0
    this.used = 0
    this.bytes = new Uint8Array(0)
    this.view = new DataView(this.bytes.buffer)
    this.offsets = new Int32Array(0)
    this.lengths = new Int32Array(0)
    this.refs = new Float64Array(0)
    this.kinds = new Uint8Array(0)
    this.types = new Uint8Array(0)
    this.families = new Int32Array(0)
    this.timed = new Uint8Array(0)
    this.#index = undefined
  }

  /** Adds a line. */
  append(source: Uint8Array, from: number, to: number, line: LineFacts): void {
    const length = to - from
    this.#reserve(this.used + length)
    const i = this.count++
    this.bytes.set(source.subarray(from, to), this.used)
    this.offsets[i] = this.used
    this.lengths[i] = length
    this.used += length
    this.refs[i] = line.ref
    this.kinds[i] = line.kind
    this.types[i] = line.type
    this.families[i] = line.family
    this.timed[i] = line.timed
    this.#index = undefined
  }

  /** Adds a line of another table. */
  appendLine(other: LineTable, i: number): void {
    const at = other.offsets[i]
    const line = { kind: other.kinds[i], ref: other.refs[i], type: other.types[i], family: other.families[i] }
    this.append(other.bytes, at, at + other.lengths[i], { ...line, timed: other.timed[i] })
  }

  /** Takes the first lines of another table over. */
  copyFrom(other: LineTable, count: number): void {
    const used = count === 0 ? 0 : other.offsets[count - 1] + other.lengths[count - 1]
    this.clear()
    this.#reserveLines(count)
    this.#reserveBytes(used)
    this.bytes.set(other.bytes.subarray(0, used))
    for (const name of ['offsets', 'lengths', 'refs', 'kinds', 'types', 'families', 'timed'] as const) {
      this[name].set(other[name].subarray(0, count))
    }
    this.count = count
    this.used = used
  }

  clear(): void {
    this.count = 0
    this.used = 0
    this.#index = undefined
  }

  /** The line with these bytes and this type in force, or -1; `guess` is looked at first. */
  find(source: Uint8Array, from: number, to: number, type: number, guess: number): number {
    if (guess < this.count && this.#isAt(guess, source, from, to, type)) return guess
    if (this.count === 0) return -1
    this.#index ??= this.#buildIndex()
    return this.#index.get(keyOf(source, from, to, type)) ?? -1
  }

  #isAt(i: number, source: Uint8Array, from: number, to: number, type: number): boolean {
    if (this.lengths[i] !== to - from || this.#typeAt(i) !== type) return false
    const at = this.offsets[i]
    for (let j = 0; j < to - from; j++) if (this.bytes[at + j] !== source[from + j]) return false
    return true
  }

  /** A comment reads the same under every type. */
  #typeAt(i: number): number {
    return this.kinds[i] === lineKind.series ? this.types[i] : -1
  }

  #buildIndex(): Map<string, number> {
    const index = new Map<string, number>()
    for (let i = 0; i < this.count; i++) {
      const at = this.offsets[i]
      index.set(keyOf(this.bytes, at, at + this.lengths[i], this.#typeAt(i)), i)
    }
    return index
  }

  #reserve(used: number): void {
    this.#reserveLines(this.count + 1)
    this.#reserveBytes(used)
  }

  #reserveLines(count: number): void {
    if (count <= this.offsets.length) return
    const size = Math.max(64, count, this.offsets.length * 2)
    this.offsets = grown(this.offsets, new Int32Array(size))
    this.lengths = grown(this.lengths, new Int32Array(size))
    this.refs = grown(this.refs, new Float64Array(size))
    this.kinds = grown(this.kinds, new Uint8Array(size))
    this.types = grown(this.types, new Uint8Array(size))
    this.families = grown(this.families, new Int32Array(size))
    this.timed = grown(this.timed, new Uint8Array(size))
  }

  #reserveBytes(used: number): void {
    if (used <= this.bytes.length) return
    this.bytes = grown(this.bytes, new Uint8Array(Math.max(4096, used, this.bytes.length * 2)))
    this.view = new DataView(this.bytes.buffer)
  }
}

/** What is known of a line besides its bytes. */
export interface LineFacts {
  readonly kind: number
  readonly ref: SeriesRef
  readonly type: number
  readonly family: number
  readonly timed: number
}

export const lineKind = { comment: 0, series: 1, help: 2, type: 3, unit: 4 } as const

function keyOf(bytes: Uint8Array, from: number, to: number, type: number): string {
  return `${type}${Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')}`
}

function grown<T extends Int32Array | Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
