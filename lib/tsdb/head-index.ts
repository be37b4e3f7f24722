import type { Labels } from '#lib/model'
import type { Space } from './arena.ts'
import {
  blockWord,
  header,
  MAX_ID,
  nameWord,
  PAGE_SHIFT,
  pairWord,
  seriesWord,
  SLAB_WORDS,
  symbolWord,
} from './slabs.ts'

const BUCKETS = SLAB_WORDS - 1
const MAX_SYMBOL_BYTES = 65_536
const FIRST_BLOCK = 14
const LARGEST_BLOCK = 4094
const encoder = new TextEncoder()

/** The writing side of the head's index: symbols, pairs, series, postings. */
export class HeadIndex {
  series: number
  readonly #space: Space
  readonly #names: Map<number, number>
  readonly #text: Uint8Array

  constructor(space: Space) {
    this.series = 0
    this.#space = space
    this.#names = new Map()
    this.#text = new Uint8Array(MAX_SYMBOL_BYTES * 3)
    for (const table of [header.symbols, header.pairs, header.series]) space.set(table, space.newSlab('tables'))
  }

  /** The record of a series, 0 where the id is not known. */
  record(id: number): number {
    const page = id > 0 && id < MAX_ID ? this.#space.words[0][header.directory + (id >>> PAGE_SHIFT)] : 0
    return page === 0 ? 0 : this.#space.get(page + (id & ((1 << PAGE_SHIFT) - 1)))
  }

  /** The record of the series with these labels, 0 where there is none. */
  find(labels: Labels): number {
    const { pairs } = labels
    const space = this.#space
    const refs: number[] = []
    for (let i = 0; i < pairs.length; i += 2) {
      const ref = this.#findPair(pairs[i], pairs[i + 1])
      if (ref === 0) return 0
      refs.push(ref)
    }
    for (let ref = space.get(this.#bucket(header.series, hashOf(refs))); ref !== 0; ref = space.get(ref)) {
      if (this.#hasPairs(ref, refs)) return ref
    }
    return 0
  }

  /** Makes the series; the id must be above all others. */
  insert(id: number, labels: Labels): number {
    const space = this.#space
    const refs: number[] = []
    for (let i = 0; i < labels.pairs.length; i += 2) refs.push(this.#pair(labels.pairs[i], labels.pairs[i + 1]))
    const ref = space.take('index', seriesWord.pairs + refs.length)
    const words = space.at(ref)
    const at = ref & BUCKETS
    words.fill(0, at, at + seriesWord.pairs)
    words[at + seriesWord.id] = id
    words[at + seriesWord.labels] = refs.length
    space.setFloat(ref + seriesWord.lastTime, -Infinity)
    for (let i = 0; i < refs.length; i++) words[at + seriesWord.pairs + i] = refs[i]
    this.#link(this.#bucket(header.series, hashOf(refs)), ref)
    this.#enter(id, ref)
    for (const pair of refs) this.#post(pair, id)
    space.store(header.maxId, id)
    this.series++
    return ref
  }

  /** The ref of a string's bytes, made if it is new. */
  symbol(text: string): number {
    const written = this.#encode(text)
    const bucket = this.#bucket(header.symbols, hashBytes(this.#text, written))
    const found = this.#findSymbol(bucket, written)
    if (found !== 0) return found
    const ref = this.#space.take('index', symbolWord.text + ((written + 3) >>> 2))
    this.#space.set(ref + symbolWord.bytes, written)
    this.#space.bytes[ref >>> 18].set(this.#text.subarray(0, written), ((ref & BUCKETS) + symbolWord.text) * 4)
    this.#link(bucket, ref)
    return ref
  }

  /** Puts the bytes of a text into `#text`; returns how many. Most are short and ASCII: a call of the encoder costs more than they do. */
  #encode(text: string): number {
    const bytes = this.#text
    if (text.length > bytes.length) return encoder.encodeInto(text, bytes).written
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code >= 0x80) return encoder.encodeInto(text, bytes).written
      bytes[i] = code
    }
    return text.length
  }

  #findSymbol(bucket: number, written: number): number {
    const space = this.#space
    for (let ref = space.get(bucket); ref !== 0; ref = space.get(ref)) {
      if (space.get(ref + symbolWord.bytes) === written && this.#isText(ref, written)) return ref
    }
    return 0
  }

  #isText(ref: number, written: number): boolean {
    const bytes = this.#space.bytes[ref >>> 18]
    const from = ((ref & BUCKETS) + symbolWord.text) * 4
    for (let i = 0; i < written; i++) if (bytes[from + i] !== this.#text[i]) return false
    return true
  }

  #known(text: string): number {
    const written = this.#encode(text)
    return this.#findSymbol(this.#bucket(header.symbols, hashBytes(this.#text, written)), written)
  }

  #findPair(name: string, value: string): number {
    const nameRef = this.#names.get(this.#known(name))
    const symbol = nameRef === undefined ? 0 : this.#known(value)
    return nameRef === undefined || symbol === 0 ? 0 : this.#pairOf(nameRef, symbol)
  }

  #pairOf(name: number, symbol: number): number {
    const space = this.#space
    for (let ref = space.get(this.#bucket(header.pairs, mix(name, symbol))); ref !== 0; ref = space.get(ref)) {
      if (space.get(ref + pairWord.name) === name && space.get(ref + pairWord.symbol) === symbol) return ref
    }
    return 0
  }

  #pair(name: string, value: string): number {
    const space = this.#space
    const nameRef = this.#name(this.symbol(name))
    const symbol = this.symbol(value)
    const found = this.#pairOf(nameRef, symbol)
    if (found !== 0) return found
    const ref = space.take('index', pairWord.size)
    space.at(ref).fill(0, ref & BUCKETS, (ref & BUCKETS) + pairWord.size)
    space.set(ref + pairWord.name, nameRef)
    space.set(ref + pairWord.symbol, symbol)
    space.set(ref + pairWord.nextOfName, space.get(nameRef + nameWord.firstPair))
    this.#link(this.#bucket(header.pairs, mix(nameRef, symbol)), ref)
    space.store(nameRef + nameWord.firstPair, ref)
    return ref
  }

  #name(symbol: number): number {
    const known = this.#names.get(symbol)
    if (known !== undefined) return known
    const space = this.#space
    const ref = space.take('index', nameWord.size)
    space.set(ref + nameWord.symbol, symbol)
    space.set(ref + nameWord.next, space.get(header.names))
    space.set(ref + nameWord.firstPair, 0)
    space.store(header.names, ref)
    this.#names.set(symbol, ref)
    return ref
  }

  #enter(id: number, ref: number): void {
    const space = this.#space
    const word = header.directory + (id >>> PAGE_SHIFT)
    if (space.get(word) === 0) {
      const page = space.take('index', 1 << PAGE_SHIFT)
      space.at(page).fill(0, page & BUCKETS, (page & BUCKETS) + (1 << PAGE_SHIFT))
      space.store(word, page)
    }
    space.store(space.get(word) + (id & ((1 << PAGE_SHIFT) - 1)), ref)
  }

  /** Appends an id to a pair's blocks. `capacity` and the fill of the last block follow from the count. */
  #post(pair: number, id: number): void {
    const space = this.#space
    const count = space.get(pair + pairWord.count)
    let block = space.get(pair + pairWord.last)
    let fill = block === 0 ? 0 : space.get(block + blockWord.capacity) & 0xffff
    const capacity = block === 0 ? 0 : space.get(block + blockWord.capacity) >>> 16
    if (fill === capacity) {
      const next = this.#newBlock(capacity === 0 ? 2 : Math.min(LARGEST_BLOCK, Math.max(FIRST_BLOCK, capacity * 2)))
      if (block === 0) space.set(pair + pairWord.first, next)
      else space.store(block + blockWord.next, next)
      space.set(pair + pairWord.last, next)
      block = next
      fill = 0
    }
    space.set(block + blockWord.ids + fill, id)
    space.store(block + blockWord.capacity, space.get(block + blockWord.capacity) + 1)
    space.store(pair + pairWord.count, count + 1)
  }

  #newBlock(capacity: number): number {
    const ref = this.#space.take('postings', blockWord.ids + capacity)
    this.#space.set(ref + blockWord.next, 0)
    this.#space.set(ref + blockWord.capacity, capacity << 16)
    return ref
  }

  #hasPairs(ref: number, refs: readonly number[]): boolean {
    if (this.#space.get(ref + seriesWord.labels) !== refs.length) return false
    return refs.every((pair, i) => this.#space.get(ref + seriesWord.pairs + i) === pair)
  }

  #bucket(table: number, hash: number): number {
    return this.#space.words[0][table] + (hash & BUCKETS)
  }

  #link(bucket: number, ref: number): void {
    this.#space.set(ref, this.#space.get(bucket))
    this.#space.store(bucket, ref)
  }
}

/** Whether the store takes these labels: no empty name, no name twice, nothing too long. */
export function areValidLabels(labels: Labels): boolean {
  const { pairs } = labels
  if (pairs.length === 0 || pairs.length > 1024) return false
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i] === '' || (i > 0 && pairs[i] === pairs[i - 2])) return false
    if (pairs[i].length > MAX_SYMBOL_BYTES || pairs[i + 1].length > MAX_SYMBOL_BYTES) return false
    if (!pairs[i].isWellFormed() || !pairs[i + 1].isWellFormed()) return false
  }
  return true
}

function mix(a: number, b: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}

function hashOf(refs: readonly number[]): number {
  let hash = refs.length
  for (const ref of refs) hash = mix(hash, ref)
  return hash
}

function hashBytes(bytes: Uint8Array, length: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193)
  return mix(hash, length)
}
