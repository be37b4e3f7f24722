import type { ClusterObject } from './common-record.ts'
import { eventRecord } from './event-record.ts'
import { at } from './fields.ts'
import type { Keeper } from './keeper.ts'
import type { RecordKey, RecordStore } from './record-store.ts'
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
  readonly #byObject = new Map<string, readonly EventRecord[]>()
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

  /** The events of an object, in no order. */
  of(kind: string, namespace: string, name: string): readonly EventRecord[] {
    return this.#byObject.get(`${kind}/${namespace}/${name}`) ?? none
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
    const object = objectKey(event)
    this.#byObject.set(object, [...(this.#byObject.get(object) ?? none), event])
    this.#version++
  }

  #take(key: string, event: EventRecord): void {
    this.#events.delete(key)
    const object = objectKey(event)
    const rest = (this.#byObject.get(object) ?? none).filter((other) => other !== event)
    if (rest.length > 0) this.#byObject.set(object, rest)
    else this.#byObject.delete(object)
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

function objectKey({ object }: EventRecord): string {
  return `${object.kind}/${object.namespace}/${object.name}`
}
