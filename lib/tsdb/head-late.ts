import { HISTOGRAM_HIGH } from '#lib/codec'
import type { Space } from './arena.ts'
import type { HeadHistograms } from './head-histograms.ts'
import { LATE_ROWS, lateWord, seriesWord, SLAB_WORDS } from './slabs.ts'

const MASK = SLAB_WORDS - 1
/** In so many chunks a sample is looked for that may be there already: one that is sent again comes soon. */
const LOOKED_AT = 8

/**
 * Samples that came after later ones of their series: each with its time and commit, in the order of their coming, in chunks
 * of their own. Readers sort them in. They lie here until they are in a block.
 */
export class HeadLate {
  samples: number
  readonly #space: Space
  readonly #histograms: HeadHistograms
  /** Those that have such samples. */
  readonly #series: Set<number>

  constructor(space: Space, histograms: HeadHistograms) {
    this.samples = 0
    this.#space = space
    this.#histograms = histograms
    this.#series = new Set()
  }

  /** Whether a sample of this time is among the last that came late to a series. Of others a reader drops the second. */
  has(series: number, timeMs: number): boolean {
    const space = this.#space
    let chunk = space.get(series + seriesWord.late)
    for (let looked = 0; chunk !== 0 && looked < LOOKED_AT; looked++, chunk = space.get(chunk)) {
      const rows = space.get(chunk + lateWord.rows)
      for (let row = 0; row < rows; row++) if (space.getFloat(chunk + lateWord.times + 2 * row) === timeMs) return true
    }
    return false
  }

  put(series: number, timeMs: number, low: number, high: number, commit: number): void {
    const space = this.#space
    let chunk = space.get(series + seriesWord.late)
    if (chunk === 0 || space.get(chunk + lateWord.rows) === LATE_ROWS) chunk = this.#newChunk(series, chunk)
    this.#write(chunk, timeMs, low, high, commit)
    this.samples++
  }

  /** Forgets what was committed up to `commit`: it is in a block that all readers know. */
  drop(commit: number): void {
    for (const series of this.#series) this.#dropOf(series, (_, committed) => committed <= commit)
  }

  /** Deletes the samples of a series with fromMs <= t <= toMs. */
  erase(series: number, fromMs: number, toMs: number): void {
    if (this.#series.has(series)) this.#dropOf(series, (timeMs) => timeMs >= fromMs && timeMs <= toMs)
  }

  #dropOf(series: number, isGone: (timeMs: number, commit: number) => boolean): void {
    const space = this.#space
    const old = space.get(series + seriesWord.late)
    // What came since is written again, into chunks that no reader knows before they are whole.
    let kept = 0
    for (let chunk = old; chunk !== 0; chunk = space.get(chunk)) {
      const rows = space.get(chunk + lateWord.rows)
      for (let row = 0; row < rows; row++) {
        const words = space.words[chunk >>> 18]
        const value = (chunk & MASK) + lateWord.values + 2 * row
        const committed = space.getFloat(chunk + lateWord.commits + 2 * row)
        const timeMs = space.getFloat(chunk + lateWord.times + 2 * row)
        if (isGone(timeMs, committed)) {
          if (words[value + 1] === HISTOGRAM_HIGH) this.#histograms.giveBack(words[value])
          this.samples--
          continue
        }
        if (kept === 0 || space.get(kept + lateWord.rows) === LATE_ROWS) kept = this.#emptyChunk(kept)
        this.#write(kept, timeMs, words[value], words[value + 1], committed)
      }
    }
    space.store(series + seriesWord.late, kept)
    for (let chunk = old; chunk !== 0;) {
      const before = space.get(chunk)
      space.retire('late', lateWord.size, chunk)
      chunk = before
    }
    if (kept === 0) this.#series.delete(series)
  }

  #newChunk(series: number, prev: number): number {
    const chunk = this.#emptyChunk(prev)
    this.#space.store(series + seriesWord.late, chunk)
    this.#series.add(series)
    return chunk
  }

  #emptyChunk(prev: number): number {
    const space = this.#space
    const chunk = space.takePooled('late', lateWord.size)
    space.set(chunk + lateWord.prev, prev)
    space.set(chunk + lateWord.rows, 0)
    const commits = ((chunk & MASK) + lateWord.commits) >>> 1
    space.floats[chunk >>> 18].fill(Infinity, commits, commits + LATE_ROWS)
    return chunk
  }

  #write(chunk: number, timeMs: number, low: number, high: number, commit: number): void {
    const space = this.#space
    const row = space.get(chunk + lateWord.rows)
    space.setFloat(chunk + lateWord.times + 2 * row, timeMs)
    space.set(chunk + lateWord.values + 2 * row, low)
    space.set(chunk + lateWord.values + 2 * row + 1, high)
    space.setFloat(chunk + lateWord.commits + 2 * row, commit)
    space.set(chunk + lateWord.rows, row + 1)
  }
}
