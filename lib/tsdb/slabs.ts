import { ByteReader } from '#lib/codec'

/** Words in a slab: 1 MiB. */
export const SLAB_WORDS = 1 << 18
const MASK = SLAB_WORDS - 1

/** A slab as it is posted to readers. */
export interface PostedSlab {
  readonly slab: number
  readonly buffer: SharedArrayBuffer
}

/** The slabs that a thread knows, as views by slab number. A ref is a word's number over all of them; drawn in docs/formats/head-memory.md. */
export class Slabs {
  readonly words: Uint32Array[]
  readonly floats: Float64Array[]
  readonly bytes: Uint8Array[]
  /** For who decodes what lies in a slab; `at` and `end` are the caller's to set. */
  readonly readers: ByteReader[]
  /** Fetches slabs that were posted and are not attached yet. */
  onUnknown: (() => void) | undefined

  constructor() {
    this.words = []
    this.floats = []
    this.bytes = []
    this.readers = []
    this.onUnknown = undefined
  }

  attach({ slab, buffer }: PostedSlab): void {
    this.words[slab] = new Uint32Array(buffer)
    this.floats[slab] = new Float64Array(buffer)
    this.bytes[slab] = new Uint8Array(buffer)
    this.readers[slab] = new ByteReader(this.bytes[slab], 0)
  }

  /** The words of the slab that a ref lies in. */
  at(ref: number): Uint32Array {
    const slab = ref >>> 18
    if (this.words[slab] === undefined) this.onUnknown?.()
    return this.words[slab]
  }

  get(ref: number): number {
    return this.at(ref)[ref & MASK]
  }

  /** Reads a word that another thread may be changing. */
  load(ref: number): number {
    return Atomics.load(this.at(ref), ref & MASK)
  }

  set(ref: number, value: number): void {
    this.at(ref)[ref & MASK] = value
  }

  /** Publishes a word: what was written before is seen by who loads it. */
  store(ref: number, value: number): void {
    Atomics.store(this.at(ref), ref & MASK, value)
  }

  getFloat(ref: number): number {
    this.at(ref)
    return this.floats[ref >>> 18][(ref & MASK) >>> 1]
  }

  setFloat(ref: number, value: number): void {
    this.floats[ref >>> 18][(ref & MASK) >>> 1] = value
  }
}

/** Words of the header slab. */
export const header = {
  commit: 0,
  epoch: 2,
  blocks: 3,
  maxId: 4,
  names: 5,
  metadata: 6,
  symbols: 7,
  pairs: 8,
  series: 9,
  readers: 16,
  directory: 1024,
} as const

/** Reader slots in the header. */
export const MAX_READERS = 256
/** Ids of a page of the directory, as a shift. */
export const PAGE_SHIFT = 14
/** Series ids are below this. */
export const MAX_ID = (SLAB_WORDS - header.directory) * 2 ** PAGE_SHIFT

/** Offsets of the words of each record. */
export const symbolWord = { next: 0, bytes: 1, text: 2 } as const
export const nameWord = { symbol: 0, next: 1, firstPair: 2, size: 4 } as const
export const pairWord = { next: 0, name: 1, symbol: 2, nextOfName: 3, count: 4, first: 5, last: 6, size: 8 } as const
export const blockWord = { next: 0, capacity: 1, ids: 2 } as const
export const seriesWord = {
  next: 0,
  id: 1,
  open: 2,
  sealed: 3,
  flags: 4,
  ordinal: 5,
  lastTime: 6,
  lastValue: 8,
  labels: 10,
  late: 11,
  pairs: 12,
} as const
export const familyWord = { symbol: 0, next: 1, type: 2, help: 3, unit: 4, size: 6 } as const
export const columnWord = { capacity: 0, rows: 1, group: 2, uses: 3, times: 4 } as const
export const openWord = { column: 0, start: 1, ordinal: 2, values: 4, size: 68 } as const
export const sealedWord = { prev: 0, ordinal: 1, column: 2, start: 3, present: 4, rows: 5, data: 6 } as const

/** Rows of a chunk of samples that came late. */
export const LATE_ROWS = 32
export const lateWord = { prev: 0, rows: 1, times: 2, commits: 66, values: 130, size: 194 } as const
/** A histogram of an open chunk: its bytes, encoded by itself. */
export const histogramWord = { bytes: 0, data: 1 } as const

/** Rows of an open chunk. */
export const CHUNK_ROWS = 32
/** The words of a value that is not there: a NaN that ingest cannot make. */
export const ABSENT_HIGH = 0x7ff4dead
export const ABSENT_LOW = 0
