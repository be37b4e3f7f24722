import type { ClusterObject } from './common-record.ts'
import type { Keeper } from './keeper.ts'
import { reuse } from './reuse.ts'

/** What tells an object of a resource from all others. */
export interface RecordKey {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** Where the records of one kind are kept, by key. */
export interface RecordStore {
  /** Rises with each change. */
  readonly version: number
  upsert(object: ClusterObject): void
  remove(key: RecordKey): void
}

interface Identified {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** The records of one kind. A record stays the same object until something in it changes. */
export class Records<T extends Identified> {
  readonly #records = new Map<string, T>()
  #version = 0

  get version(): number {
    return this.#version
  }

  get map(): ReadonlyMap<string, T> {
    return this.#records
  }

  set(key: string, record: T): void {
    const before = this.#records.get(key)
    const kept = reuse(before, record)
    if (kept === before) return
    this.#records.set(key, kept)
    this.#version++
  }

  /** Only the object that is meant: one that was made again under its name has another uid. */
  delete(key: string, uid: string): void {
    const before = this.#records.get(key)
    if (before === undefined || (uid !== '' && before.uid !== '' && before.uid !== uid)) return
    this.#records.delete(key)
    this.#version++
  }
}

/** `namespace/name`, or the name of what has no namespace. */
export function keyOf({ namespace, name }: Pick<RecordKey, 'namespace' | 'name'>): string {
  return namespace === '' ? name : `${namespace}/${name}`
}

/** Fills the records of a kind; `prefix` stands before their keys where several kinds share one map. */
export function storeOf<T extends Identified>(
  records: Records<T>,
  make: (object: ClusterObject, keep: Keeper) => T,
  keep: Keeper,
  prefix = '',
): RecordStore {
  return {
    get version() {
      return records.version
    },
    upsert: (object) => {
      const record = make(object, keep)
      records.set(prefix + keyOf(record), record)
    },
    remove: (key) => records.delete(prefix + keyOf(key), key.uid),
  }
}
