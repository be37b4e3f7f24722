import { ByteWriter, encodeSamples, encodeTimes } from '#lib/codec'
import type { StoredHistogram } from '#lib/model'
import { makePage } from './block-page.ts'

/** Samples of a chunk at most. */
export const CHUNK_SAMPLES = 240
const FRAME_BYTES = 65_536
/** Columns of times of a frame that a new one is compared with. */
const COLUMNS_KEPT = 16

type Histograms = readonly (StoredHistogram | undefined)[]

/** Where a chunk lies. */
export interface ChunkPlace {
  frame: number
  count: number
  firstMs: number
  lastMs: number
  timesAt: number
  valuesAt: number
}

/** Puts chunks of neighbouring series into frames. */
export class ChunksWriter {
  /** Bytes of the frames so far, each. */
  readonly frameSizes: number[]
  readonly #write: (page: Uint8Array) => void
  readonly #frame: ByteWriter
  /** Columns of times in the frame, latest first. */
  #columns: { at: number; times: Float64Array }[]

  constructor(write: (page: Uint8Array) => void) {
    this.frameSizes = []
    this.#write = write
    this.#frame = new ByteWriter(FRAME_BYTES * 2)
    this.#columns = []
  }

  /** Adds a series; its chunks are of nearly equal size. */
  add(times: Float64Array, values: Float64Array, count: number, histograms: Histograms = []): ChunkPlace[] {
    const places: ChunkPlace[] = []
    const size = Math.ceil(count / Math.ceil(count / CHUNK_SAMPLES))
    for (let from = 0; from < count; from += size)
      places.push(this.#addChunk(times, values, histograms, from, Math.min(size, count - from)))
    return places
  }

  /** Writes the last frame. */
  finish(): void {
    if (this.#frame.at === 0) return
    const page = makePage(this.#frame.written())
    this.frameSizes.push(page.length)
    this.#write(page)
    this.#frame.at = 0
    this.#columns = []
  }

  #addChunk(
    times: Float64Array,
    values: Float64Array,
    histograms: Histograms,
    from: number,
    count: number,
  ): ChunkPlace {
    if (this.#frame.at >= FRAME_BYTES) this.finish()
    const frame = this.#frame
    const timesAt = this.#timesAt(times.subarray(from, from + count))
    const valuesAt = frame.at
    encodeSamples(values, histograms, from, count, frame)
    const place = { frame: this.frameSizes.length, count, timesAt, valuesAt }
    return { ...place, firstMs: times[from], lastMs: times[from + count - 1] }
  }

  #timesAt(times: Float64Array): number {
    const known = this.#columns.find((column) => isSame(column.times, times))
    if (known) return known.at
    const frame = this.#frame
    const at = frame.at
    frame.reserve(times.length * 10 + 16)
    frame.at = encodeTimes(times, 0, times.length, frame.bytes, at)
    this.#columns.unshift({ at, times: times.slice() })
    if (this.#columns.length > COLUMNS_KEPT) this.#columns.pop()
    return at
  }
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length || a.at(-1) !== b.at(-1)) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
