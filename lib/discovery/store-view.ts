import type { WatchState } from '#lib/kube'
import type { Kind } from './kinds.ts'
import { keyOf, type ObjectStores, type StoreLease, type StoreListener } from './object-store.ts'
import type { MetaRecord } from './records.ts'

/** What a view shows, and of what it asks the API server. */
export interface ViewScope {
  /** Only these namespaces are shown; undefined: all. */
  readonly namespaces: readonly string[] | undefined
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

/**
 * A store seen through a set of namespaces. The whole cluster is listed once for everybody; only where that is forbidden
 * the namespaces are listed one by one.
 */
export class StoreView<R extends MetaRecord> implements Disposable {
  private readonly stores: ObjectStores
  private readonly kind: Kind<R>
  private readonly scope: ViewScope
  private readonly listener: StoreListener<R>
  private readonly shown: ReadonlySet<string> | undefined
  private lease: StoreLease<R>
  private listening: Disposable
  private isNarrowed = false

  constructor(stores: ObjectStores, kind: Kind<R>, scope: ViewScope, listener: StoreListener<R>) {
    this.stores = stores
    this.kind = kind
    this.scope = scope
    this.listener = listener
    this.shown = scope.namespaces && kind.resource.namespaced ? new Set(scope.namespaces) : undefined
    this.lease = this.open([])
    this.listening = this.listen()
    this.narrow()
  }

  get isSettled(): boolean {
    return this.shown?.size === 0 || this.lease.store.isSettled
  }

  get troubles(): WatchState[] {
    return this.lease.store.troubles
  }

  get(key: string): R | undefined {
    const record = this.lease.store.get(key)
    return record && this.shows(record) ? record : undefined
  }

  *all(): Generator<R> {
    for (const record of this.lease.store.all()) if (this.shows(record)) yield record
  }

  /** The keys of the records that refer to something. */
  referring(ref: string): Iterable<string> {
    return this.lease.store.referring(ref)
  }

  [Symbol.dispose](): void {
    this.listening[Symbol.dispose]()
    this.lease[Symbol.dispose]()
  }

  private shows({ namespace }: MetaRecord): boolean {
    return !this.shown || this.shown.has(namespace)
  }

  private open(namespaces: readonly string[]): StoreLease<R> {
    const { labelSelector = '', fieldSelector = '' } = this.scope
    return this.stores.lease(this.kind, { namespaces, labelSelector, fieldSelector })
  }

  private listen(): Disposable {
    return this.lease.store.listen({
      changed: (key, before, after) => {
        const record = after ?? before
        if (record && this.shows(record)) this.listener.changed(key, before, after)
      },
      state: () => {
        this.narrow()
        this.listener.state?.()
      },
    })
  }

  private narrow(): void {
    const isForbidden = this.lease.store.troubles.some(({ phase }) => phase === 'forbidden')
    if (this.isNarrowed || !isForbidden || !this.shown || this.shown.size === 0) return
    this.isNarrowed = true
    this[Symbol.dispose]()
    this.lease = this.open([...this.shown].toSorted())
    this.listening = this.listen()
    for (const record of this.lease.store.all()) this.listener.changed(keyOf(record), undefined, record)
  }
}
