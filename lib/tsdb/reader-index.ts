import { Labels, type Matcher } from '#lib/model'
import {
  blockWord,
  header,
  nameWord,
  PAGE_SHIFT,
  pairWord,
  seriesWord,
  SLAB_WORDS,
  symbolWord,
  type Slabs,
} from './slabs.ts'

const MASK = SLAB_WORDS - 1
const PAGE_MASK = (1 << PAGE_SHIFT) - 1

/** A label set takes about 250 bytes. */
const LABELS_KEPT = 32_768

/** What a reader knows of one label name; values are only ever added. */
interface NameCache {
  readonly ref: number
  /** The newest pair that `pairs` has. */
  newest: number
  readonly pairs: Map<string, number>
}

/** The reading side of the head's index. Strings are decoded once a thread. */
export class ReaderIndex {
  readonly #slabs: Slabs
  readonly #texts: Map<number, string>
  readonly #names: Map<string, NameCache>
  /** By id: no other series ever has it. */
  readonly #labels: Map<number, Labels>
  #newestName: number

  constructor(slabs: Slabs) {
    this.#slabs = slabs
    this.#texts = new Map()
    this.#names = new Map()
    this.#labels = new Map()
    this.#newestName = 0
  }

  get maxId(): number {
    return this.#slabs.load(header.maxId)
  }

  /** The record of a series, 0 where there is none. */
  record(id: number): number {
    const page = this.#slabs.load(header.directory + (id >>> PAGE_SHIFT))
    return page === 0 ? 0 : this.#slabs.load(page + (id & PAGE_MASK))
  }

  /** The text of a symbol. */
  text(ref: number): string {
    let text = this.#texts.get(ref)
    if (text === undefined) {
      const words = this.#slabs.at(ref)
      const from = ((ref & MASK) + symbolWord.text) * 4
      const bytes = this.#slabs.bytes[ref >>> 18].subarray(from, from + words[(ref & MASK) + symbolWord.bytes])
      text = Buffer.from(bytes).toString('utf8')
      this.#texts.set(ref, text)
    }
    return text
  }

  /** The labels of a series' record. */
  labels(record: number): Labels {
    const id = this.#slabs.get(record + seriesWord.id)
    const known = this.#labels.get(id)
    if (known !== undefined) return known
    const labels = this.#readLabels(record)
    if (this.#labels.size >= LABELS_KEPT) this.#labels.clear()
    this.#labels.set(id, labels)
    return labels
  }

  #readLabels(record: number): Labels {
    const slabs = this.#slabs
    const n = slabs.get(record + seriesWord.labels)
    const pairs: string[] = []
    for (let i = 0; i < n; i++) {
      const pair = slabs.get(record + seriesWord.pairs + i)
      pairs.push(this.text(slabs.get(slabs.get(pair + pairWord.name))), this.text(slabs.get(pair + pairWord.symbol)))
    }
    return Labels.fromSorted(pairs)
  }

  /** All label names, in no order. */
  names(): Iterable<string> {
    this.#refreshNames()
    return this.#names.keys()
  }

  /** The pairs of a label name by value. */
  values(name: string): ReadonlyMap<string, number> {
    let cache = this.#names.get(name)
    if (!cache) {
      this.#refreshNames()
      cache = this.#names.get(name)
    }
    if (!cache) return new Map()
    const newest = this.#slabs.load(cache.ref + nameWord.firstPair)
    for (let pair = newest; pair !== cache.newest; pair = this.#slabs.get(pair + pairWord.nextOfName)) {
      cache.pairs.set(this.text(this.#slabs.get(pair + pairWord.symbol)), pair)
    }
    cache.newest = newest
    return cache.pairs
  }

  /** How many series a pair has. */
  count(pair: number): number {
    return this.#slabs.load(pair + pairWord.count)
  }

  /** Ids of the series that all matchers select, ascending. */
  select(matchers: readonly Matcher[]): Uint32Array {
    let ids: Uint32Array | undefined
    const excluded: Uint32Array[] = []
    for (const matcher of matchers) {
      if (matcher.matches('')) excluded.push(this.#union(this.#pairs(matcher, false)))
      else {
        const found = this.#union(this.#pairs(matcher, true))
        ids = ids ? intersect(ids, found) : found
      }
      if (ids?.length === 0) return ids
    }
    let rest = ids ?? this.#all()
    for (const list of excluded) if (list.length > 0) rest = subtract(rest, list)
    return rest
  }

  #refreshNames(): void {
    const slabs = this.#slabs
    const newest = slabs.load(header.names)
    for (let ref = newest; ref !== this.#newestName; ref = slabs.get(ref + nameWord.next)) {
      this.#names.set(this.text(slabs.get(ref)), { ref, newest: 0, pairs: new Map() })
    }
    this.#newestName = newest
  }

  /** The pairs whose value matches, or does not. */
  #pairs(matcher: Matcher, isMatch: boolean): number[] {
    const values = this.values(matcher.name)
    if (isMatch && matcher.setMatches) {
      return [...new Set(matcher.setMatches)].map((value) => values.get(value) ?? 0).filter((pair) => pair !== 0)
    }
    const pairs: number[] = []
    for (const [value, pair] of values) if (matcher.matches(value) === isMatch) pairs.push(pair)
    return pairs
  }

  /** A series has one value of a name, so no id comes twice. */
  #union(pairs: readonly number[]): Uint32Array {
    const counts = pairs.map((pair) => this.count(pair))
    const ids = new Uint32Array(counts.reduce((sum, count) => sum + count, 0))
    let at = 0
    for (let i = 0; i < pairs.length; i++) {
      this.#readPostings(pairs[i], counts[i], ids, at)
      at += counts[i]
    }
    return pairs.length > 1 ? ids.sort() : ids
  }

  #readPostings(pair: number, count: number, ids: Uint32Array, at: number): void {
    const slabs = this.#slabs
    let block = slabs.load(pair + pairWord.first)
    for (let left = count; left > 0;) {
      const words = slabs.at(block)
      const from = (block & MASK) + blockWord.ids
      const n = Math.min(left, words[(block & MASK) + blockWord.capacity] >>> 16)
      ids.set(words.subarray(from, from + n), at)
      at += n
      left -= n
      if (left > 0) block = slabs.load(block + blockWord.next)
    }
  }

  #all(): Uint32Array {
    return Uint32Array.from({ length: this.maxId }, (_, i) => i + 1)
  }
}

function intersect(a: Uint32Array, b: Uint32Array): Uint32Array {
  const out = new Uint32Array(Math.min(a.length, b.length))
  let n = 0
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      out[n++] = a[i++]
      j++
    } else if (a[i] < b[j]) i++
    else j++
  }
  return out.subarray(0, n)
}

function subtract(a: Uint32Array, b: Uint32Array): Uint32Array {
  const out = new Uint32Array(a.length)
  let n = 0
  for (let i = 0, j = 0; i < a.length; i++) {
    while (j < b.length && b[j] < a[i]) j++
    if (b[j] !== a[i]) out[n++] = a[i]
  }
  return out.subarray(0, n)
}
