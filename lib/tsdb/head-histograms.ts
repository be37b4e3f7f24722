import { ByteReader, decodeHistograms, HISTOGRAM_HIGH } from '#lib/codec'
import type { StoredHistogram } from '#lib/model'
import type { Space } from './arena.ts'
import { histogramWord, SLAB_WORDS, type Slabs } from './slabs.ts'

const MASK = SLAB_WORDS - 1
/** Words are given out by the next multiple of this, so that others find use for them. */
const GRAIN = 16

/** Buckets of one histogram at most: what a chunk holds of them must fit into a slab. */
export const MOST_BUCKETS = 1600
/** Bytes of one encoded histogram at most, for the same reason. */
export const MOST_HISTOGRAM_BYTES = 32_768

/** The histograms of open chunks: each is encoded by itself, and its ref stands in the low word of the value that it takes the place of. */
export class HeadHistograms {
  readonly #space: Space

  constructor(space: Space) {
    this.#space = space
  }

  /** Keeps an encoded histogram; returns its ref. */
  keep(bytes: Uint8Array): number {
    const space = this.#space
    const ref = space.takePooled('histograms', wordsFor(bytes.length))
    space.set(ref + histogramWord.bytes, bytes.length)
    space.bytes[ref >>> 18].set(bytes, ((ref & MASK) + histogramWord.data) * 4)
    return ref
  }

  /** The histograms of a chunk that is sealed, at the places of its n values; undefined where it has none. Their words are given back. */
  take(words: Uint32Array, n: number): (StoredHistogram | undefined)[] | undefined {
    let list: (StoredHistogram | undefined)[] | undefined
    for (let i = 0; i < n; i++) {
      if (words[2 * i + 1] !== HISTOGRAM_HIGH) continue
      const ref = words[2 * i]
      list ??= []
      list[i] = histogramAt(this.#space, ref)
      this.giveBack(ref)
    }
    return list
  }

  /** No longer linked. */
  giveBack(ref: number): void {
    this.#space.retire('histograms', wordsFor(this.#space.get(ref + histogramWord.bytes)), ref)
  }
}

/** The histogram of an open chunk that a ref leads to. */
export function histogramAt(slabs: Slabs, ref: number): StoredHistogram {
  const length = slabs.get(ref + histogramWord.bytes)
  const from = ((ref & MASK) + histogramWord.data) * 4
  return decodeHistograms(new ByteReader(slabs.bytes[ref >>> 18], from, from + length), 1)[0]
}

function wordsFor(bytes: number): number {
  const words = histogramWord.data + ((bytes + 3) >>> 2)
  return Math.ceil(words / GRAIN) * GRAIN
}
