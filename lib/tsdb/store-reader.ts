import { join } from 'node:path'
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { bug } from '#lib/run'
import { type Querier, type Queryable, type Scope, seesAnything } from '#lib/storage'
import { compareBlocks } from './block-plan.ts'
import { PageCache } from './block-cache.ts'
import { BlockError } from './block-error.ts'
import { BlockReader } from './block-reader.ts'
import { parseVersion } from './block-tombstones.ts'
import { type Cardinality, cardinalityOf } from './cardinality.ts'
import type { PostedDeletions } from './head-deletions.ts'
import { ReaderChunks } from './reader-chunks.ts'
import { ReaderIndex } from './reader-index.ts'
import { familyWord, header, type PostedSlab, Slabs } from './slabs.ts'
import { type ReadPoint, StoreQuerier } from './store-querier.ts'

const CACHE_BYTES = 64 * 1024 * 1024

/** What one thread needs to read a store; sent with its port in the transfer list. */
export interface ReaderHandle {
  readonly folder: string
  readonly slot: number
  readonly port: MessagePort
  readonly slabs: readonly PostedSlab[]
  readonly blocks: readonly string[]
  readonly deletions: PostedDeletions
}

/** What the store posts to readers: a slab, or which blocks there are and what was deleted of the head. */
export type Posted =
  | PostedSlab
  | { readonly blocks: readonly string[]; readonly deletions: PostedDeletions; readonly version: number }

/** What a reader posts to the store: a block that does not hold. */
export interface FromReader {
  readonly broken: string
  readonly why: string
}

/** Type, help and unit of a metric family. */
export interface StoredMetadata {
  readonly type: string
  readonly help: string
  readonly unit: string
}

/** Opens a store for reading in this thread. */
export function openReader(handle: ReaderHandle): StoreReader {
  return new StoreReader(handle)
}

/** A store as one reading thread sees it. */
export class StoreReader implements Queryable, Disposable {
  readonly slabs: Slabs
  readonly index: ReaderIndex
  readonly chunks: ReaderChunks
  readonly folder: string
  /** What was deleted of the head, as it is known now. */
  deletions: PostedDeletions
  /** Blocks that could not be opened: the rest is answered without them. */
  readonly broken: Map<string, string>
  readonly #port: MessagePort
  readonly #slot: number
  readonly #epochs: number[]
  readonly #commitWord: BigUint64Array
  readonly #open: Map<string, BlockReader>
  /** Of all blocks that this thread reads. */
  readonly #cache: PageCache
  #blocks: readonly string[]
  #version: number

  constructor(handle: ReaderHandle) {
    this.slabs = new Slabs()
    for (const slab of handle.slabs) this.slabs.attach(slab)
    this.index = new ReaderIndex(this.slabs)
    this.chunks = new ReaderChunks(this.slabs)
    this.folder = handle.folder
    this.deletions = handle.deletions
    this.broken = new Map()
    this.#port = handle.port
    this.#slot = header.readers + handle.slot
    this.#epochs = []
    this.#commitWord = new BigUint64Array(this.slabs.words[0].buffer, 0, 1)
    this.#open = new Map()
    this.#cache = new PageCache(CACHE_BYTES)
    this.#blocks = handle.blocks
    this.#version = 0
    this.slabs.onUnknown = () => this.#drain()
  }

  /** A querier at the newest read point. */
  querier(): Querier {
    return this.storeQuerier()
  }

  /** The same, with what the flush needs beside a Querier. */
  storeQuerier(): StoreQuerier {
    const epoch = this.#enter()
    const commit = Number(Atomics.load(this.#commitWord, 0))
    const blocks = this.#blocksAt(epoch)
    const point = { commit, epoch, blocks: blocks.map(({ name }) => name), deletions: this.deletions.version }
    return new StoreQuerier(this, point, blocks, () => this.#leave(epoch))
  }

  /**
   * A querier where another thread's stands, which must stay open until this one is closed; nothing where a block cannot be
   * opened or more was deleted since. This thread is to have no other querier.
   */
  querierAt(point: ReadPoint): StoreQuerier | undefined {
    if (this.#epochs.length > 0) bug('a querier elsewhere is open')
    this.chunks.forget()
    Atomics.store(this.slabs.words[0], this.#slot, point.epoch)
    this.#epochs.push(point.epoch)
    const blocks = this.#blocksAt(point.epoch)
    const wanted = point.blocks.map((name) => blocks.find((block) => block.name === name) ?? this.#openBlock(name))
    const found = wanted.filter((reader) => reader !== undefined)
    if (found.length === wanted.length && this.deletions.version === point.deletions)
      return new StoreQuerier(this, point, found, () => this.#leave(point.epoch))
    this.#leave(point.epoch)
    return undefined
  }

  /** Type, help and unit by metric family. Families have no namespace: any scope that sees something sees them. */
  metadata(scope: Scope): ReadonlyMap<string, readonly StoredMetadata[]> {
    const families = new Map<string, readonly StoredMetadata[]>()
    if (!seesAnything(scope)) return families
    const { slabs, index } = this
    const text = (ref: number) => index.text(slabs.load(ref))
    for (let ref = slabs.load(header.metadata); ref !== 0; ref = slabs.get(ref + familyWord.next)) {
      const entry = {
        type: text(ref + familyWord.type),
        help: text(ref + familyWord.help),
        unit: text(ref + familyWord.unit),
      }
      families.set(text(ref), [entry])
    }
    return families
  }

  /** The names, labels and pairs with the most series of the head. */
  cardinality(scope: Scope, limit: number): Cardinality {
    using querier = this.storeQuerier()
    return cardinalityOf(querier.headLabels(scope), limit)
  }

  /** A block does not hold: the query that met it fails, those that follow do without it. */
  setAside(error: BlockError): void {
    if (!error.isDamage || this.broken.has(error.block)) return
    this.broken.set(error.block, error.message)
    const message: FromReader = { broken: error.block, why: error.message }
    this.#port.postMessage(message, [])
  }

  close(): void {
    for (const block of this.#open.values()) block.close()
    this.#open.clear()
    Atomics.store(this.slabs.words[0], this.#slot, 0)
    this.#port.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #enter(): number {
    this.chunks.forget()
    const words = this.slabs.words[0]
    let epoch = Atomics.load(words, header.epoch)
    if (this.#epochs.length === 0) {
      for (;;) {
        Atomics.store(words, this.#slot, epoch)
        const now = Atomics.load(words, header.epoch)
        if (now === epoch) break
        epoch = now
      }
    }
    this.#epochs.push(epoch)
    return epoch
  }

  #leave(epoch: number): void {
    this.chunks.forget()
    this.#epochs.splice(this.#epochs.indexOf(epoch), 1)
    // In order of entering: the first is the oldest.
    Atomics.store(this.slabs.words[0], this.#slot, this.#epochs[0] ?? 0)
  }

  #drain(): void {
    for (let got = receiveMessageOnPort(this.#port); got; got = receiveMessageOnPort(this.#port)) {
      const posted = got.message as Posted
      if ('slab' in posted) this.slabs.attach(posted)
      else {
        this.#blocks = posted.blocks
        this.deletions = posted.deletions
        this.#version = posted.version
      }
    }
  }

  /** The blocks of the newest list; a querier that cannot have them is none. */
  #blocksAt(epoch: number): BlockReader[] {
    try {
      if (this.slabs.load(header.blocks) !== this.#version) this.#drain()
      return this.#openBlocks()
    } catch (error) {
      this.#leave(epoch)
      throw error
    }
  }

  /** Opens new blocks, and closes those that are gone once no query of this thread may hold them. */
  #openBlocks(): BlockReader[] {
    if (this.#epochs.length === 1) this.#closeGone()
    const readers: BlockReader[] = []
    for (const name of this.#blocks) {
      if (this.broken.has(parseVersion(name).ulid)) continue
      const reader = this.#open.get(name) ?? this.#openBlock(name)
      if (reader) readers.push(reader)
    }
    return readers.sort(compareBlocks)
  }

  #closeGone(): void {
    for (const [name, reader] of this.#open) {
      if (this.#blocks.includes(name)) continue
      reader.close()
      this.#open.delete(name)
    }
  }

  #openBlock(name: string): BlockReader | undefined {
    try {
      const { ulid, tombstones } = parseVersion(name)
      const reader = BlockReader.open(join(this.folder, 'blocks', ulid), this.#cache, tombstones)
      this.#open.set(name, reader)
      return reader
    } catch (error) {
      // For want of file descriptors, say, the query fails: an answer without the block would be a lie.
      if (!(error instanceof BlockError) || !error.isDamage) throw error
      this.setAside(error)
      return undefined
    }
  }
}
