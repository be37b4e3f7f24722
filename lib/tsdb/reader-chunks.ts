import { type ByteReader, decodeSamples, decodeTimes, HISTOGRAM_HIGH } from '#lib/codec'
import { type StoredHistogram, wordsOf } from '#lib/model'
import { histogramAt } from './head-histograms.ts'
import type { SampleColumns } from './sample-columns.ts'
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
  readonly column: number
  readonly start: number
  readonly present: number
  readonly times: Float64Array
  readonly commits: Float64Array
  count: number
}

/** How many are remembered; a power of two. Series of a group come one after the other, each with the same chunks. */
const REMEMBERED = 1024
/** In how many places those of one hash may be. */
const PROBES = 8

/** Reads the samples of a series at a read point. One a thread. */
export class ReaderChunks {
  readonly #slabs: Slabs
  /** Sealed chunks that may reach into the range, newest first, and their rows: none where only the bytes tell. */
  readonly #sealed: number[]
  readonly #sealedRows: (ChunkRows | undefined)[]
  readonly #openWords: Uint32Array
  readonly #openValues: Float64Array
  readonly #openHistograms: (StoredHistogram | undefined)[]
  /** By column, start and rows; of this query alone, as columns are used again after it. */
  readonly #remembered: (ChunkRows | undefined)[]

  constructor(slabs: Slabs) {
    this.#slabs = slabs
    this.#sealed = []
    this.#sealedRows = []
    this.#openValues = new Float64Array(CHUNK_ROWS)
    this.#openWords = wordsOf(this.#openValues)
    this.#openHistograms = []
    this.#remembered = new Array<ChunkRows | undefined>(REMEMBERED).fill(undefined)
  }

  /** What was remembered of columns may not hold any more. To be called whenever a reader enters an epoch or leaves one. */
  forget(): void {
    this.#remembered.fill(undefined)
  }

  /** Adds startMs <= t <= endMs of what was committed up to `commit` to the series that `into` is at. */
  read(series: number, commit: number, startMs: number, endMs: number, into: SampleColumns): void {
    const open = this.#list(series, startMs)
    for (let i = this.#sealed.length - 1; i >= 0; i--) {
      const rows = this.#sealedRows[i]
      if (rows === undefined) this.#addOwn(this.#sealed[i], commit, startMs, endMs, into)
      else if (rows.times[0] <= endMs) this.#addSealed(this.#sealed[i], rows, commit, startMs, endMs, into)
    }
    if (open !== 0) this.#addOpen(open, commit, startMs, endMs, into)
  }

  /**
   * Collects the sealed chunks that count beside the open one, which is taken first: newest first, up to one that ends before
   * the range, as all do that are older.
   */
  #list(series: number, startMs: number): number {
    const slabs = this.#slabs
    this.#sealed.length = 0
    this.#sealedRows.length = 0
    const open = slabs.load(series + seriesWord.open)
    const before = open === 0 ? Infinity : slabs.get(open + openWord.ordinal)
    for (let ref = slabs.load(series + seriesWord.sealed); ref !== 0; ref = slabs.load(ref)) {
      const words = slabs.at(ref)
      const at = ref & MASK
      if (words[at + sealedWord.ordinal] >= before) continue
      const column = words[at + sealedWord.column]
      const rows =
        column === 0 ? undefined : this.#rowsOf(column, words[at + sealedWord.start], words[at + sealedWord.present])
      if (rows !== undefined && rows.times[rows.count - 1] < startMs) break
      this.#sealed.push(ref)
      this.#sealedRows.push(rows)
    }
    return open
  }

  /** The usual chunk: its values go straight to where they belong. */
  #addSealed(ref: number, rows: ChunkRows, commit: number, startMs: number, endMs: number, into: SampleColumns): void {
    const n = rows.count
    into.reserve(n)
    decodeSamples(this.#bytesAt(ref, sealedWord.data), n, into.values, into.count, into)
    addRows(into, rows.times, rows.commits, n, commit, startMs, endMs)
  }

  /** A sealed chunk that has times of its own. */
  #addOwn(ref: number, commit: number, startMs: number, endMs: number, into: SampleColumns): void {
    const n = this.#slabs.get(ref + sealedWord.rows)
    const bytes = this.#bytesAt(ref, sealedWord.data)
    const times = new Float64Array(n)
    const commits = new Float64Array(n)
    decodeTimes(bytes, n, times, 0)
    decodeTimes(bytes, n, commits, 0)
    into.reserve(n)
    decodeSamples(bytes, n, into.values, into.count, into)
    addRows(into, times, commits, n, commit, startMs, endMs)
  }

  #addOpen(ref: number, commit: number, startMs: number, endMs: number, into: SampleColumns): void {
    const present = this.#readOpen(ref, commit)
    if (present === 0) return
    const slabs = this.#slabs
    const rows = this.#rowsOf(slabs.get(ref + openWord.column), slabs.get(ref + openWord.start), present)
    const n = rows.count
    into.reserve(n)
    into.values.set(this.#openValues.subarray(0, n), into.count)
    this.#openHistograms.forEach((histogram, i) => (into.histograms[into.count + i] = histogram))
    addRows(into, rows.times, rows.commits, n, commit, startMs, endMs)
  }

  /** Fills the open chunk's values that were committed; returns the bits of their rows. */
  #readOpen(ref: number, commit: number): number {
    const slabs = this.#slabs
    const words = slabs.at(ref)
    const from = (ref & MASK) + openWord.values
    const column = words[(ref & MASK) + openWord.column]
    const start = words[(ref & MASK) + openWord.start]
    const capacity = slabs.get(column)
    const floats = slabs.floats[column >>> 18]
    const commits = (((column & MASK) + columnWord.times) >>> 1) + capacity + start
    const rows = Math.min(CHUNK_ROWS, capacity - start)
    let present = 0
    let n = 0
    this.#openHistograms.length = 0
    for (let i = 0; i < rows; i++) {
      // Rows that are not written yet have an infinite commit.
      if (floats[commits + i] > commit) break
      const low = words[from + 2 * i]
      const high = words[from + 2 * i + 1]
      if (high === ABSENT_HIGH && low === ABSENT_LOW) continue
      if (high === HISTOGRAM_HIGH) this.#openHistograms[n] = histogramAt(slabs, low)
      this.#openWords[2 * n] = low
      this.#openWords[2 * n++ + 1] = high
      present |= 1 << i
    }
    return present >>> 0
  }

  #bytesAt(ref: number, offset: number): ByteReader {
    const reader = this.#slabs.readers[ref >>> 18]
    reader.at = ((ref & MASK) + offset) * 4
    return reader
  }

  #rowsOf(column: number, start: number, present: number): ChunkRows {
    const mixed = Math.imul(column, 0x9e3779b1) ^ Math.imul(start + 1, 0x85ebca6b)
    const hash = mixed >>> 16
    let free = hash & (REMEMBERED - 1)
    for (let probe = 0; probe < PROBES; probe++) {
      const place = (hash + probe) & (REMEMBERED - 1)
      const known = this.#remembered[place]
      if (known === undefined) {
        free = place
        break
      }
      if (known.column === column && known.start === start && known.present === present) return known
    }
    const rows = this.#readColumn(column, start, present)
    this.#remembered[free] = rows
    return rows
  }

  #readColumn(column: number, start: number, present: number): ChunkRows {
    const slabs = this.#slabs
    const capacity = slabs.get(column)
    const floats = slabs.floats[column >>> 18]
    const at = (((column & MASK) + columnWord.times) >>> 1) + start
    const times = new Float64Array(CHUNK_ROWS)
    const commits = new Float64Array(CHUNK_ROWS)
    let count = 0
    for (let bits = present, i = 0; bits !== 0; bits >>>= 1, i++) {
      if ((bits & 1) === 0) continue
      times[count] = floats[at + i]
      commits[count++] = floats[at + capacity + i]
    }
    return { column, start, present, times, commits, count }
  }
}

/** Of n values that were written, those that are committed and within the range. Times and commits ascend. */
function addRows(
  into: SampleColumns,
  times: Float64Array,
  commits: Float64Array,
  n: number,
  commit: number,
  startMs: number,
  endMs: number,
): void {
  let from = 0
  let to = n
  while (to > 0 && (commits[to - 1] > commit || times[to - 1] > endMs)) to--
  while (from < to && times[from] < startMs) from++
  into.add(times, from, to)
}
