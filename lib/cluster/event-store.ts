import type { ClusterObject } from './common-record.ts'
import { eventRecord } from './event-record.ts'
import { at } from './fields.ts'
import type { Keeper } from './keeper.ts'
import { keyOf, type RecordKey, type RecordStore } from './record-store.ts'
import type { EventRecord } from './records.ts'
import { reuse } from './reuse.ts'

const none: readonly EventRecord[] = Object.freeze([])

/**
 * The Warning events, at most so many: the oldest leave first, in portions, and are counted. One older than the last that
 * left is not taken in again.
 */
export class EventStore implements RecordStore {
  readonly #events = new Map<string, EventRecord>()
  /** Lists are replaced, never changed: whoever has one sees by identity whether it is still right. */
  readonly #byObject = new Map<string, Map<string, readonly EventRecord[]>>()
  readonly #keep: Keeper
  readonly #most: number
  readonly #dropped: Record<string, number> = {}
  #version = 0
  #leftMs = Number.NEGATIVE_INFINITY

  constructor(keep: Keeper, most: number) {
    this.#keep = keep
    this.#most = most
  }

  get version(): number {
    return this.#version
  }

  get map(): ReadonlyMap<string, EventRecord> {
    return this.#events
  }

  /** How many were not kept, by reason. */
  get dropped(): Readonly<Record<string, number>> {
    return this.#dropped
  }

  /** The events of an object, in no order; the key as that of records. */
  of(kind: string, key: string): readonly EventRecord[] {
    return this.#byObject.get(kind)?.get(key) ?? none
  }

  upsert(object: ClusterObject): void {
    if (at(object, 'type') !== 'Warning') return this.#drop('not a warning')
    const record = eventRecord(object, this.#keep)
    const key = record.uid || `${record.namespace}/${record.name}`
    const before = this.#events.get(key)
    if (before === undefined && record.lastMs <= this.#leftMs) return this.#drop('too many events')
    const kept = reuse(before, record)
    if (kept === before) return
    if (before) this.#take(key, before)
    this.#put(key, kept)
    if (this.#events.size > this.#most) this.#makeRoom()
  }

  remove({ uid, namespace, name }: RecordKey): void {
    const key = uid || `${namespace}/${name}`
    const before = this.#events.get(key)
    if (before) this.#take(key, before)
  }

  #put(key: string, event: EventRecord): void {
    this.#events.set(key, event)
    const { kind } = event.object
    const objects = this.#byObject.get(kind) ?? new Map<string, readonly EventRecord[]>()
    const object = keyOf(event.object)
    this.#byObject.set(kind, objects.set(object, [...(objects.get(object) ?? none), event]))
    this.#version++
  }

  #take(key: string, event: EventRecord): void {
    this.#events.delete(key)
    const { kind } = event.object
    const objects = this.#byObject.get(kind)
    const object = keyOf(event.object)
    const rest = this.of(kind, object).filter((other) => other !== event)
    if (rest.length > 0) objects?.set(object, rest)
    else objects?.delete(object)
    if (objects?.size === 0) this.#byObject.delete(kind)
    this.#version++
  }

  #makeRoom(): void {
    const oldest = [...this.#events].sort(([, a], [, b]) => a.lastMs - b.lastMs)
    const portion = Math.max(1, Math.floor(this.#most / 20))
    for (const [key, event] of oldest.slice(0, portion)) {
      this.#take(key, event)
      this.#leftMs = Math.max(this.#leftMs, event.lastMs)
      this.#drop('too many events')
    }
  }

  #drop(reason: string): void {
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + 1
  }
}
