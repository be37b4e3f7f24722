import { ByteWriter, encodeSamples, encodeTimes, encodeValues } from '#lib/codec'
import type { Space } from './arena.ts'
import { HeadHistograms } from './head-histograms.ts'
import {
  ABSENT_HIGH,
  ABSENT_LOW,
  CHUNK_ROWS,
  columnWord,
  openWord,
  sealedWord,
  seriesWord,
  SLAB_WORDS,
} from './slabs.ts'

const GROUP_ROWS = 128
const MASK = SLAB_WORDS - 1
/** Words of a sealed chunk at worst: three columns of 32 values. */
const MAX_SEALED = sealedWord.data + 3 * ((CHUNK_ROWS * 10 + 16) >>> 2)
/** Flag of a series that has a column of its own. */
const SOLO = 1

/** A writer's time column: the row of the commit in progress. */
export interface ColumnCursor {
  number: number
  column: number
  row: number
}

/** The writing side of the head's samples: columns, open chunks and sealed ones. Only commits write here. */
export class HeadChunks {
  chunks: number
  samples: number
  readonly #space: Space
  readonly #absent: Uint32Array
  readonly #values: Float64Array
  readonly #valueWords: Uint32Array
  readonly #times: Float64Array
  readonly #commits: Float64Array
  readonly #bytes: Uint8Array
  readonly histograms: HeadHistograms
  readonly #sealedOf: number[]

  constructor(space: Space) {
    this.chunks = 0
    this.samples = 0
    this.#space = space
    this.#absent = new Uint32Array(2 * CHUNK_ROWS)
    for (let i = 0; i < CHUNK_ROWS; i++) {
      this.#absent[2 * i] = ABSENT_LOW
      this.#absent[2 * i + 1] = ABSENT_HIGH
    }
    this.#values = new Float64Array(CHUNK_ROWS)
    this.#valueWords = new Uint32Array(this.#values.buffer)
    this.#times = new Float64Array(CHUNK_ROWS)
    this.#commits = new Float64Array(CHUNK_ROWS)
    this.#bytes = new Uint8Array(MAX_SEALED * 4)
    this.#sealedOf = []
    this.histograms = new HeadHistograms(space)
  }

  /** Takes the next row of a writer's column for a commit. */
  startRow(cursor: ColumnCursor, timeMs: number, commit: number): void {
    const space = this.#space
    if (cursor.column === 0 || cursor.row + 1 >= space.get(cursor.column)) {
      if (cursor.column !== 0) this.#leaveColumn(cursor.column)
      cursor.column = this.#newColumn(GROUP_ROWS, cursor.number)
      cursor.row = -1
    }
    this.#setRow(cursor.column, ++cursor.row, timeMs, commit)
  }

  /** Writes a value, as words, into the row that startRow took. */
  put(series: number, cursor: ColumnCursor, low: number, high: number, timeMs: number, commit: number): void {
    const words = this.#space.words[series >>> 18]
    const at = series & MASK
    if ((words[at + seriesWord.flags] & SOLO) !== 0) {
      this.putOwn(series, timeMs, low, high, commit)
      return
    }
    let open = words[at + seriesWord.open]
    let row = -1
    if (open !== 0) {
      const chunk = this.#space.words[open >>> 18]
      if (chunk[(open & MASK) + openWord.column] === cursor.column)
        row = cursor.row - chunk[(open & MASK) + openWord.start]
    }
    if (row < 0 || row >= CHUNK_ROWS) {
      if (this.#changesWriter(series, open, cursor)) {
        this.putOwn(series, timeMs, low, high, commit)
        return
      }
      this.seal(series)
      open = this.#newChunk(series, cursor.column, cursor.row)
      row = 0
    }
    const to = (open & MASK) + openWord.values + 2 * row
    const chunk = this.#space.words[open >>> 18]
    chunk[to] = low
    chunk[to + 1] = high
    this.samples++
  }

  /** Writes a value at a time of its own: the series has a column of its own from now on. */
  putOwn(series: number, timeMs: number, low: number, high: number, commit: number): void {
    const space = this.#space
    const flags = space.get(series + seriesWord.flags)
    if ((flags & SOLO) === 0) {
      this.seal(series)
      space.set(series + seriesWord.flags, flags | SOLO)
    }
    let open = space.get(series + seriesWord.open)
    if (open !== 0 && space.get(space.get(open) + columnWord.rows) === CHUNK_ROWS) {
      this.seal(series)
      open = 0
    }
    if (open === 0) open = this.#newChunk(series, this.#newColumn(CHUNK_ROWS, 0), 0)
    const column = space.get(open + openWord.column)
    const row = space.get(column + columnWord.rows)
    space.set(open + openWord.values + 2 * row, low)
    space.set(open + openWord.values + 2 * row + 1, high)
    this.#setRow(column, row, timeMs, commit)
    this.samples++
  }

  /** Encodes a series' open chunk. */
  seal(series: number): void {
    const space = this.#space
    const open = space.get(series + seriesWord.open)
    if (open === 0) return
    const column = space.get(open + openWord.column)
    const isOwn = space.get(column + columnWord.group) === 0
    const present = this.#gather(open, column)
    if (present !== 0) {
      const sealed = this.#encode(open, present, isOwn ? 0 : column)
      space.set(sealed, space.get(series + seriesWord.sealed))
      space.store(series + seriesWord.sealed, sealed)
    }
    space.store(series + seriesWord.open, 0)
    space.retire('chunks', openWord.size, open)
    if (isOwn) space.retire('columns', columnWords(CHUNK_ROWS), column)
    else if (present === 0) this.#leaveColumn(column)
    if (present === 0) this.chunks--
  }

  /** Cuts off the sealed chunks that end before a time; true when the series has no sample left. */
  truncate(series: number, minTimeMs: number): boolean {
    const space = this.#space
    let link = series + seriesWord.sealed
    for (let chunk = space.get(link); chunk !== 0; chunk = space.get(link)) {
      if (this.#lastTime(chunk) < minTimeMs) {
        space.store(link, 0)
        this.#drop(chunk)
        break
      }
      link = chunk
    }
    return space.get(series + seriesWord.open) === 0 && space.get(series + seriesWord.sealed) === 0
  }

  /** A writer is gone. */
  leave(cursor: ColumnCursor): void {
    if (cursor.column !== 0) this.#leaveColumn(cursor.column)
    cursor.column = 0
  }

  /** The time of an open chunk's first row. */
  openTime(open: number): number {
    const column = this.#space.get(open + openWord.column)
    return this.#space.getFloat(column + columnWord.times + 2 * this.#space.get(open + openWord.start))
  }

  /** Values, times and commits of the rows that are present; returns their bits. */
  #gather(open: number, column: number): number {
    const space = this.#space
    const chunk = space.words[open >>> 18]
    const from = (open & MASK) + openWord.values
    const start = space.get(open + openWord.start)
    const capacity = space.get(column)
    let present = 0
    let n = 0
    for (let i = 0; i < CHUNK_ROWS; i++) {
      const low = chunk[from + 2 * i]
      const high = chunk[from + 2 * i + 1]
      if (high === ABSENT_HIGH && low === ABSENT_LOW) continue
      this.#valueWords[2 * n] = low
      this.#valueWords[2 * n + 1] = high
      this.#times[n] = space.getFloat(column + columnWord.times + 2 * (start + i))
      this.#commits[n++] = space.getFloat(column + columnWord.times + 2 * (capacity + start + i))
      present |= 1 << i
    }
    return present >>> 0
  }

  #encode(open: number, present: number, column: number): number {
    const n = bitCount(present)
    let end = 0
    if (column === 0) {
      end = encodeTimes(this.#times, 0, n, this.#bytes, end)
      end = encodeTimes(this.#commits, 0, n, this.#bytes, end)
    }
    const histograms = this.histograms.take(this.#valueWords, n)
    if (histograms === undefined) {
      end = encodeValues(this.#values, 0, n, this.#bytes, end)
      return this.#keepSealed(open, present, column, this.#bytes.subarray(0, end))
    }
    const out = new ByteWriter()
    out.append(this.#bytes.subarray(0, end))
    encodeSamples(this.#values, histograms, 0, n, out)
    return this.#keepSealed(open, present, column, out.written())
  }

  #keepSealed(open: number, present: number, column: number, bytes: Uint8Array): number {
    const space = this.#space
    const n = bitCount(present)
    const ref = space.take('sealed', sealedWord.data + ((bytes.length + 3) >>> 2))
    space.set(ref + sealedWord.ordinal, space.get(open + openWord.ordinal))
    space.set(ref + sealedWord.column, column)
    space.set(ref + sealedWord.start, space.get(open + openWord.start))
    space.set(ref + sealedWord.present, present)
    space.set(ref + sealedWord.rows, n)
    space.bytes[ref >>> 18].set(bytes, ((ref & MASK) + sealedWord.data) * 4)
    this.#sealedOf[ref >>> 18] = (this.#sealedOf[ref >>> 18] ?? 0) + 1
    if (column === 0) this.#lastOwn.set(ref, this.#times[n - 1])
    return ref
  }

  /** Last times of sealed chunks without a column. */
  readonly #lastOwn = new Map<number, number>()

  #lastTime(chunk: number): number {
    const space = this.#space
    const column = space.get(chunk + sealedWord.column)
    if (column === 0) return this.#lastOwn.get(chunk) ?? -Infinity
    const last = space.get(chunk + sealedWord.start) + 31 - Math.clz32(space.get(chunk + sealedWord.present))
    return space.getFloat(column + columnWord.times + 2 * last)
  }

  /** Gives back a chunk and those before it. */
  #drop(chunk: number): void {
    const space = this.#space
    for (let ref = chunk; ref !== 0;) {
      const prev = space.get(ref)
      const column = space.get(ref + sealedWord.column)
      if (column === 0) this.#lastOwn.delete(ref)
      else this.#leaveColumn(column)
      this.chunks--
      const slab = ref >>> 18
      if (--this.#sealedOf[slab] === 0 && !space.isCurrent('sealed', slab)) space.retireSlab('sealed', slab)
      ref = prev
    }
  }

  /** Whether a series that another writer's column still feeds would change to this one. */
  #changesWriter(series: number, open: number, cursor: ColumnCursor): boolean {
    if (open === 0) return false
    const space = this.#space
    const column = space.get(open)
    if (column === cursor.column || space.get(column + columnWord.group) === cursor.number) return false
    const flags = space.get(series + seriesWord.flags) + 2
    space.set(series + seriesWord.flags, flags)
    return flags >= 6
  }

  #newChunk(series: number, column: number, start: number): number {
    const space = this.#space
    const ref = space.takePooled('chunks', openWord.size)
    const ordinal = space.get(series + seriesWord.ordinal) + 1
    space.set(series + seriesWord.ordinal, ordinal)
    space.set(ref + openWord.column, column)
    space.set(ref + openWord.start, start)
    space.set(ref + openWord.ordinal, ordinal)
    space.words[ref >>> 18].set(this.#absent, (ref & MASK) + openWord.values)
    if (space.get(column + columnWord.group) !== 0) {
      space.set(column + columnWord.uses, space.get(column + columnWord.uses) + 1)
    }
    space.store(series + seriesWord.open, ref)
    this.chunks++
    return ref
  }

  #newColumn(rows: number, group: number): number {
    const space = this.#space
    const ref = space.takePooled('columns', columnWords(rows))
    space.set(ref + columnWord.capacity, rows)
    space.set(ref + columnWord.rows, 0)
    space.set(ref + columnWord.group, group)
    space.set(ref + columnWord.uses, 1)
    const at = ((ref & MASK) + columnWord.times) >>> 1
    space.floats[ref >>> 18].fill(Infinity, at, at + 2 * rows)
    return ref
  }

  #setRow(column: number, row: number, timeMs: number, commit: number): void {
    const space = this.#space
    space.setFloat(column + columnWord.times + 2 * row, timeMs)
    space.setFloat(column + columnWord.times + 2 * (space.get(column) + row), commit)
    space.set(column + columnWord.rows, row + 1)
  }

  #leaveColumn(column: number): void {
    const space = this.#space
    const uses = space.get(column + columnWord.uses) - 1
    space.set(column + columnWord.uses, uses)
    if (uses === 0) space.retire('columns', columnWords(space.get(column)), column)
  }
}

function columnWords(rows: number): number {
  return columnWord.times + 4 * rows
}

/** The bits that are set. */
export function bitCount(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555)
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
