import type { KubeObject, ObjectKey, Sink, Subscription, WatchState } from '#lib/kube'
import type { Kind } from './kinds.ts'
import { isSame } from './same.ts'
import type { MetaRecord } from './records.ts'

/** Lists and watches; equal subscriptions share one list and one watch. */
export type Subscribe = (subscription: Subscription, sink: Sink) => Disposable

/** Is told what changed in a store. */
export interface StoreListener<R> {
  /** `before` is undefined for a new record, `after` for one that is gone. */
  changed(key: string, before: R | undefined, after: R | undefined): void
  /** List and watch do well or badly, or all has been listed. */
  state?(): void
}

/** The records of one subscription, kept once a process for all who need them. */
export class ObjectStore<R extends MetaRecord> implements Sink {
  readonly kind: Kind<R>
  private readonly records = new Map<string, R>()
  private readonly byRef = new Map<string, Set<string>>()
  private readonly listeners = new Set<StoreListener<R>>()
  private readonly states = new Map<string, WatchState>()
  private readonly expected: number
  private hasSettled = false

  constructor(kind: Kind<R>, namespaces: readonly string[]) {
    this.kind = kind
    this.expected = Math.max(1, namespaces.length)
  }

  /** True once everything was listed, or it is known that it cannot be; whatever happens later. */
  get isSettled(): boolean {
    return this.hasSettled
  }

  /** The states in which nothing comes, each with its reason. */
  get troubles(): WatchState[] {
    return [...this.states.values()].filter(({ phase, reason }) => isRefused(phase) || reason !== '')
  }

  get size(): number {
    return this.records.size
  }

  get(key: string): R | undefined {
    return this.records.get(key)
  }

  all(): IterableIterator<R> {
    return this.records.values()
  }

  keys(): IterableIterator<string> {
    return this.records.keys()
  }

  /** The keys of the records that refer to something. */
  referring(ref: string): Iterable<string> {
    return this.byRef.get(ref) ?? []
  }

  listen(listener: StoreListener<R>): Disposable {
    this.listeners.add(listener)
    return { [Symbol.dispose]: () => this.listeners.delete(listener) }
  }

  upsert(object: KubeObject): void {
    const after = this.kind.record(object)
    const key = keyOf(after)
    const before = this.records.get(key)
    if (before && isSame(before, after)) return
    this.records.set(key, after)
    this.reindex(key, before, after)
    this.tell(key, before, after)
  }

  remove(object: ObjectKey): void {
    const key = keyOf(object)
    const before = this.records.get(key)
    if (!before || (object.uid !== '' && before.uid !== '' && before.uid !== object.uid)) return
    this.records.delete(key)
    this.reindex(key, before, undefined)
    this.tell(key, before, undefined)
  }

  synced(): void {
    this.hasSettled = true
    for (const listener of this.listeners) listener.state?.()
  }

  state(state: WatchState): void {
    this.states.set(state.namespace, state)
    const refused = [...this.states.values()].filter(({ phase }) => isRefused(phase)).length
    if (refused >= this.expected) this.hasSettled = true
    for (const listener of this.listeners) listener.state?.()
  }

  private tell(key: string, before: R | undefined, after: R | undefined): void {
    for (const listener of this.listeners) listener.changed(key, before, after)
  }

  private reindex(key: string, before: R | undefined, after: R | undefined): void {
    const gone = before ? this.kind.refs(before) : []
    const now = after ? this.kind.refs(after) : []
    for (const ref of gone) if (!now.includes(ref)) this.unref(ref, key)
    for (const ref of now) {
      const keys = this.byRef.get(ref)
      if (keys) keys.add(key)
      else this.byRef.set(ref, new Set([key]))
    }
  }

  private unref(ref: string, key: string): void {
    const keys = this.byRef.get(ref)
    keys?.delete(key)
    if (keys?.size === 0) this.byRef.delete(ref)
  }
}

/** Which objects of a kind are asked for. */
export interface StoreScope {
  /** Empty: all. */
  readonly namespaces: readonly string[]
  readonly labelSelector: string
  readonly fieldSelector: string
}

export const wholeCluster: StoreScope = { namespaces: [], labelSelector: '', fieldSelector: '' }

/** A store that is kept as long as the lease. */
export interface StoreLease<R extends MetaRecord> extends Disposable {
  readonly store: ObjectStore<R>
}

interface Held {
  readonly store: ObjectStore<MetaRecord>
  subscription: Disposable | undefined
  leases: number
}

/** All stores of a process: whoever asks for the same objects gets the same store. */
export class ObjectStores {
  private readonly subscribe: Subscribe
  private readonly held = new Map<string, Held>()

  constructor(subscribe: Subscribe) {
    this.subscribe = subscribe
  }

  lease<R extends MetaRecord>(kind: Kind<R>, scope: StoreScope = wholeCluster): StoreLease<R> {
    const id = JSON.stringify([kind.resource, scope.namespaces, scope.labelSelector, scope.fieldSelector])
    const held = this.held.get(id) ?? this.open(id, kind, scope)
    held.leases++
    let isOver = false
    return {
      store: held.store as ObjectStore<R>,
      [Symbol.dispose]: () => {
        if (!isOver) this.release(id, held)
        isOver = true
      },
    }
  }

  private open<R extends MetaRecord>(id: string, kind: Kind<R>, scope: StoreScope): Held {
    const store = new ObjectStore(kind, scope.namespaces)
    const held: Held = { store, subscription: undefined, leases: 0 }
    this.held.set(id, held)
    held.subscription = this.subscribe(subscriptionOf(kind, scope), store)
    return held
  }

  private release(id: string, held: Held): void {
    held.leases--
    if (held.leases > 0) return
    this.held.delete(id)
    held.subscription?.[Symbol.dispose]()
  }
}

/** `namespace/name`, or the name of what has no namespace. */
export function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return namespace === '' ? name : `${namespace}/${name}`
}

function isRefused(phase: WatchState['phase']): boolean {
  return phase === 'forbidden' || phase === 'absent'
}

function subscriptionOf<R extends MetaRecord>(kind: Kind<R>, scope: StoreScope): Subscription {
  return {
    resource: kind.resource,
    ...(scope.namespaces.length > 0 && kind.resource.namespaced ? { namespaces: scope.namespaces } : {}),
    ...(scope.labelSelector === '' ? {} : { labelSelector: scope.labelSelector }),
    ...(scope.fieldSelector === '' ? {} : { fieldSelector: scope.fieldSelector }),
  }
}
