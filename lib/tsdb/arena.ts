import type { MessagePort } from 'node:worker_threads'
import { header, MAX_READERS, SLAB_WORDS, Slabs } from './slabs.ts'

/** What slabs are used for. */
export type SlabKind =
  | 'header'
  | 'tables'
  | 'index'
  | 'postings'
  | 'chunks'
  | 'columns'
  | 'sealed'
  | 'histograms'
  | 'late'

/** The store's side of the slabs: gives out words, and takes them back when no reader can see them. */
export class Space extends Slabs {
  readonly slabsByKind: Record<string, number>
  readonly ports: Set<MessagePort>
  readonly #freeSlabs: number[]
  readonly #limbo: { epoch: number; reuse: () => void }[]
  readonly #arenas: Map<SlabKind, { slab: number; used: number }>
  readonly #pools: Map<string, number[]>

  constructor() {
    super()
    this.slabsByKind = {}
    this.ports = new Set()
    this.#freeSlabs = []
    this.#limbo = []
    this.#arenas = new Map()
    this.#pools = new Map()
    this.newSlab('header')
    this.words[0][header.epoch] = 1
  }

  /** The first word of a slab of its own, filled with 0. */
  newSlab(kind: SlabKind): number {
    this.slabsByKind[kind] = (this.slabsByKind[kind] ?? 0) + 1
    const free = this.#freeSlabs.pop()
    if (free !== undefined) {
      this.words[free].fill(0)
      return free * SLAB_WORDS
    }
    const posted = { slab: this.words.length, buffer: new SharedArrayBuffer(SLAB_WORDS * 4) }
    this.attach(posted)
    for (const port of this.ports) port.postMessage(posted)
    return posted.slab * SLAB_WORDS
  }

  /** Fresh words; they may hold old content where a slab is used again. */
  take(kind: SlabKind, words: number): number {
    const size = (words + 1) & ~1
    let arena = this.#arenas.get(kind)
    if (!arena || arena.used + size > SLAB_WORDS) {
      arena = { slab: this.newSlab(kind), used: 0 }
      this.#arenas.set(kind, arena)
    }
    const ref = arena.slab + arena.used
    arena.used += size
    return ref
  }

  /** Words of a fixed size that may be given back by `retire`. */
  takePooled(kind: SlabKind, words: number): number {
    return this.#pool(kind, words).pop() ?? this.take(kind, words)
  }

  /** No longer linked: used again when no reader can see it. */
  retire(kind: SlabKind, words: number, ref: number): void {
    this.later(() => this.#pool(kind, words).push(ref))
  }

  /** A slab that is no longer linked; the arena's current one is kept. */
  retireSlab(kind: SlabKind, slab: number): void {
    this.later(() => {
      this.slabsByKind[kind]--
      this.#freeSlabs.push(slab)
    })
  }

  isCurrent(kind: SlabKind, slab: number): boolean {
    return this.#arenas.get(kind)?.slab === slab * SLAB_WORDS
  }

  /** Runs when no reader is left that is in the epoch of now. */
  later(reuse: () => void): void {
    this.#limbo.push({ epoch: this.words[0][header.epoch], reuse })
  }

  /** Ends the epoch, and runs what waited for readers that have left. */
  turn(): void {
    Atomics.add(this.words[0], header.epoch, 1)
    // What is retired by what runs here waits for the next turn: a reader may enter meanwhile.
    let oldest = this.words[0][header.epoch]
    for (let i = 0; i < MAX_READERS; i++) {
      const epoch = Atomics.load(this.words[0], header.readers + i)
      if (epoch !== 0 && epoch < oldest) oldest = epoch
    }
    let done = 0
    while (done < this.#limbo.length && this.#limbo[done].epoch < oldest) this.#limbo[done++].reuse()
    this.#limbo.splice(0, done)
  }

  get totalBytes(): number {
    return this.words.length * SLAB_WORDS * 4
  }

  #pool(kind: SlabKind, words: number): number[] {
    const key = `${kind} ${words}`
    let pool = this.#pools.get(key)
    if (!pool) this.#pools.set(key, (pool = []))
    return pool
  }
}
