import type { Labels, Matcher } from '#lib/model'
import type { BlockReader } from './block-reader.ts'
import type { ReaderIndex } from './reader-index.ts'

/**
 * The series of a select, and where each lies: numbers that mean the same in every thread that reads the store at one read
 * point, as their buffer is shared.
 */
export interface SeriesList {
  readonly labels: readonly Labels[]
  readonly places: SeriesPlaces
}

/** Of each series its record in the head (0: not there), then for each block its id there plus 1 (0: not there). */
export interface SeriesPlaces {
  readonly count: number
  readonly words: Uint32Array
}

/** The series that match, in blocks that reach into the range and in the head; those of blocks come first. */
export function findSeries(
  index: ReaderIndex,
  blocks: readonly BlockReader[],
  matchers: readonly Matcher[],
  startMs: number,
  endMs: number,
): SeriesList {
  const labels: Labels[] = []
  const stride = 1 + blocks.length
  const places = new GrowingWords()
  const byKey = new Map<string, number>()
  for (const [b, reader] of blocks.entries()) {
    if (reader.meta.minTimeMs > endMs || reader.meta.maxTimeMs < startMs) continue
    for (const id of reader.postings(matchers)) {
      const found = reader.labels(id)
      let at = byKey.get(found.key)
      if (at === undefined) {
        at = labels.push(found) - 1
        byKey.set(found.key, at)
        places.grow(stride)
      }
      places.words[at * stride + 1 + b] = id + 1
    }
  }
  for (const id of index.select(matchers)) {
    const record = index.record(id)
    if (record === 0) continue
    const found = index.labels(record)
    let at = byKey.size > 0 ? byKey.get(found.key) : undefined
    if (at === undefined) {
      at = labels.push(found) - 1
      places.grow(stride)
    }
    places.words[at * stride] = record
  }
  return { labels, places: { count: labels.length, words: places.words } }
}

/** Words, 0 at first, in a shared buffer that doubles. */
class GrowingWords {
  words = new Uint32Array(new SharedArrayBuffer(4096))
  #used = 0

  grow(by: number): void {
    this.#used += by
    if (this.#used <= this.words.length) return
    const words = new Uint32Array(new SharedArrayBuffer(this.words.byteLength * 2))
    words.set(this.words)
    this.words = words
  }
}
