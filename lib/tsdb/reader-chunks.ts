import { decodeTimes, decodeValues } from '#lib/codec'
import { wordsOf } from '#lib/model'
import {
  ABSENT_HIGH,
  ABSENT_LOW,
  CHUNK_ROWS,
  columnWord,
  openWord,
  sealedWord,
  seriesWord,
  SLAB_WORDS,
  type Slabs,
} from './slabs.ts'

const MASK = SLAB_WORDS - 1

/** Times and commits of the rows of a chunk: those of a group of series share them. */
interface ChunkRows {
  column: number
  start: number
  present: number
  readonly times: Float64Array
  readonly commits: Float64Array
  lastCommit: number
  firstMs: number
  lastMs: number
}

/** How many are remembered; a power of two. Series of a group come one after the other, each with the same few chunks. */
const REMEMBERED = 256

/**
 * Reads the samples of a series at a read point into `times` and `values`, ascending; both are used again by the next
 * `read`. One a thread.
 */
export class ReaderChunks {
  times: Float64Array
  values: Float64Array
  count: number
  #words: Uint32Array
  readonly #slabs: Slabs
  readonly #sealed: number[]
  readonly #chunkTimes: Float64Array
  readonly #chunkCommits: Float64Array
  readonly #chunkValues: Float64Array
  readonly #chunkWords: Uint32Array
  /** By column, start and rows; of this query alone, as columns are used again after it. */
  readonly #remembered: (ChunkRows | undefined)[]

  constructor(slabs: Slabs) {
    this.times = new Float64Array(1024)
    this.values = new Float64Array(1024)
    this.count = 0
    this.#words = wordsOf(this.values)
    this.#slabs = slabs
    this.#sealed = []
    this.#chunkTimes = new Float64Array(CHUNK_ROWS)
    this.#chunkCommits = new Float64Array(CHUNK_ROWS)
    this.#chunkValues = new Float64Array(CHUNK_ROWS)
    this.#chunkWords = wordsOf(this.#chunkValues)
    this.#remembered = new Array<ChunkRows | undefined>(REMEMBERED).fill(undefined)
  }

  /** What was remembered of columns may not hold any more. To be called whenever a reader enters an epoch or leaves one. */
  forget(): void {
    this.#remembered.fill(undefined)
  }

  /** Reads startMs <= t <= endMs of what was committed up to `commit`; returns the number of samples. */
  read(series: number, commit: number, startMs: number, endMs: number): number {
    this.count = 0
    const open = this.#list(series, startMs)
    for (let i = this.#sealed.length - 1; i >= 0; i--) {
      this.#readSealed(this.#sealed[i], commit, startMs, endMs)
    }
    if (open !== 0) this.#take(this.#readOpen(open), this.#chunkTimes, this.#chunkCommits, commit, startMs, endMs)
    return this.count
  }

  /**
   * Collects the sealed chunks that count beside the open one, which is taken first: newest first, up to one that ends before
   * the range, as all do that are older.
   */
  #list(series: number, startMs: number): number {
    const slabs = this.#slabs
    this.#sealed.length = 0
    const open = slabs.load(series + seriesWord.open)
    const before = open === 0 ? Infinity : slabs.get(open + openWord.ordinal)
    for (let ref = slabs.load(series + seriesWord.sealed); ref !== 0; ref = slabs.load(ref)) {
      if (slabs.get(ref + sealedWord.ordinal) >= before) continue
      if (this.#endsBefore(ref, startMs)) break
      this.#sealed.push(ref)
    }
    return open
  }

  /** Whether the last row of a chunk is earlier; false where only its bytes tell. */
  #endsBefore(ref: number, startMs: number): boolean {
    const slabs = this.#slabs
    const words = slabs.at(ref)
    const at = ref & MASK
    const column = words[at + sealedWord.column]
    if (column === 0) return false
    const last = words[at + sealedWord.start] + 31 - Math.clz32(words[at + sealedWord.present])
    return slabs.floats[column >>> 18][(((column & MASK) + columnWord.times) >>> 1) + last] < startMs
  }

  #readSealed(ref: number, commit: number, startMs: number, endMs: number): void {
    const slabs = this.#slabs
    const words = slabs.at(ref)
    const at = ref & MASK
    const bytes = slabs.bytes[ref >>> 18]
    const n = words[at + sealedWord.rows]
    const column = words[at + sealedWord.column]
    let from = (at + sealedWord.data) * 4
    if (column === 0) {
      from = decodeTimes(bytes, from, n, this.#chunkTimes, 0)
      from = decodeTimes(bytes, from, n, this.#chunkCommits, 0)
      decodeValues(bytes, from, n, this.#chunkValues, 0)
      return this.#take(n, this.#chunkTimes, this.#chunkCommits, commit, startMs, endMs)
    }
    const rows = this.#rowsOf(column, words[at + sealedWord.start], words[at + sealedWord.present])
    const { times, commits, firstMs, lastMs } = rows
    if (lastMs < startMs || firstMs > endMs) return
    if (rows.lastCommit <= commit && firstMs >= startMs && lastMs <= endMs) {
      // The usual chunk, all of it: straight to where it belongs.
      if (this.count + n > this.times.length) this.#grow()
      decodeValues(bytes, from, n, this.values, this.count)
      for (let i = 0, to = this.count; i < n; i++, to++) this.times[to] = times[i]
      this.count += n
      return
    }
    decodeValues(bytes, from, n, this.#chunkValues, 0)
    this.#take(n, times, commits, commit, startMs, endMs)
  }

  #rowsOf(column: number, start: number, present: number): ChunkRows {
    const place = (Math.imul(column, 0x9e3779b1) ^ Math.imul(start + 1, 0x85ebca6b)) >>> 24
    const known = this.#remembered[place]
    if (known?.column === column && known.start === start && known.present === present) return known
    const fresh = { times: new Float64Array(CHUNK_ROWS), commits: new Float64Array(CHUNK_ROWS) }
    const rows: ChunkRows = { column, start, present, ...fresh, lastCommit: 0, firstMs: Infinity, lastMs: -Infinity }
    this.#readColumn(rows)
    this.#remembered[place] = rows
    return rows
  }

  #readColumn(into: ChunkRows): void {
    const { column, start, present } = into
    const slabs = this.#slabs
    const capacity = slabs.get(column)
    const floats = slabs.floats[column >>> 18]
    const times = (((column & MASK) + columnWord.times) >>> 1) + start
    let n = 0
    for (let bits = present, i = 0; bits !== 0; bits >>>= 1, i++) {
      if ((bits & 1) === 0) continue
      const commit = floats[times + capacity + i]
      const timeMs = floats[times + i]
      if (timeMs < into.firstMs) into.firstMs = timeMs
      if (timeMs > into.lastMs) into.lastMs = timeMs
      into.times[n] = timeMs
      into.commits[n++] = commit
      if (commit > into.lastCommit) into.lastCommit = commit
    }
  }

  #readOpen(ref: number): number {
    const slabs = this.#slabs
    const words = slabs.at(ref)
    const from = (ref & MASK) + openWord.values
    const column = slabs.get(ref + openWord.column)
    const start = slabs.get(ref + openWord.start)
    const capacity = slabs.get(column)
    const floats = slabs.floats[column >>> 18]
    const times = (((column & MASK) + columnWord.times) >>> 1) + start
    const rows = Math.min(CHUNK_ROWS, capacity - start)
    let n = 0
    for (let i = 0; i < rows; i++) {
      const low = words[from + 2 * i]
      const high = words[from + 2 * i + 1]
      if (high === ABSENT_HIGH && low === ABSENT_LOW) continue
      this.#chunkWords[2 * n] = low
      this.#chunkWords[2 * n + 1] = high
      this.#chunkTimes[n] = floats[times + i]
      this.#chunkCommits[n++] = floats[times + capacity + i]
    }
    return n
  }

  /** Of the decoded values of these rows, those that are committed and within the range. */
  #take(n: number, times: Float64Array, commits: Float64Array, commit: number, startMs: number, endMs: number): void {
    if (this.count + n > this.times.length) this.#grow()
    for (let i = 0; i < n; i++) {
      const time = times[i]
      if (commits[i] > commit || time < startMs || time > endMs) continue
      this.times[this.count] = time
      this.#words[2 * this.count] = this.#chunkWords[2 * i]
      this.#words[2 * this.count + 1] = this.#chunkWords[2 * i + 1]
      this.count++
    }
  }

  #grow(): void {
    const times = new Float64Array(this.times.length * 2)
    times.set(this.times)
    const values = new Float64Array(times.length)
    const words = wordsOf(values)
    words.set(this.#words)
    this.times = times
    this.values = values
    this.#words = words
  }
}
