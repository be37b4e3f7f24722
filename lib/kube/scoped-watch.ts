import type { Sink, Subscription, WatchState } from './sink.ts'

/** Whoever lists and watches. */
export interface Subscribes {
  subscribe(subscription: Subscription, sink: Sink): Disposable
}

/**
 * Subscriptions of someone who may see a few namespaces, or all, which is known only once the API server has answered:
 * what is subscribed to before waits for that, and moves when it turns out to be another scope.
 */
export class ScopedWatch implements Subscribes {
  readonly #watch: Subscribes
  readonly #held = new Set<ScopedSubscription>()
  #namespaces: readonly string[] | undefined

  constructor(watch: Subscribes) {
    this.#watch = watch
  }

  readonly subscribe = (subscription: Subscription, sink: Sink): Disposable => {
    const held = new ScopedSubscription(this.#watch, subscription, sink)
    this.#held.add(held)
    if (this.#namespaces !== undefined) held.move(this.#namespaces)
    return {
      [Symbol.dispose]: () => {
        this.#held.delete(held)
        held[Symbol.dispose]()
      },
    }
  }

  /** Only these namespaces are asked for from now on; none named: all. */
  setNamespaces(namespaces: readonly string[]): void {
    if (this.#namespaces?.join() === namespaces.join()) return
    this.#namespaces = namespaces
    for (const held of this.#held) held.move(namespaces)
  }
}

/** One look at some namespaces. */
interface Look {
  readonly namespaces: readonly string[]
  subscription: Disposable | undefined
  /** Whether the sink knows anything from it. */
  hasTold: boolean
}

/** One subscription and where it looks now. */
class ScopedSubscription implements Disposable {
  readonly #watch: Subscribes
  readonly #wanted: Subscription
  readonly #sink: Sink
  #now: Look | undefined
  /** Goes on until its successor has told all there is: nothing is missing for a moment, and nothing that goes is missed. */
  #before: Look | undefined

  constructor(watch: Subscribes, wanted: Subscription, sink: Sink) {
    this.#watch = watch
    this.#wanted = wanted
    this.#sink = sink
  }

  move(all: readonly string[]): void {
    const { resource, namespaces: own = [] } = this.#wanted
    const namespaces = own.length > 0 || !resource.namespaced ? own : all
    if (this.#now?.namespaces.join() === namespaces.join()) return
    // What it has told stays: where rights were taken, the watch itself is refused and says so.
    if (this.#now?.hasTold === true && namespaces.length > 0) return
    this.#endBefore()
    this.#before = this.#now
    this.#now = { namespaces, subscription: undefined, hasTold: false }
    this.#open(this.#now)
    if (this.#before?.hasTold === false) this.#endBefore()
  }

  [Symbol.dispose](): void {
    this.#now?.subscription?.[Symbol.dispose]()
    this.#before?.subscription?.[Symbol.dispose]()
  }

  #open(look: Look): void {
    const scope = look.namespaces.length > 0 ? { namespaces: look.namespaces } : {}
    look.subscription = this.#watch.subscribe(
      { ...this.#wanted, ...scope },
      {
        upsert: (object) => {
          look.hasTold = true
          this.#sink.upsert(object)
        },
        remove: (key) => this.#sink.remove(key),
        synced: () => {
          look.hasTold = true
          if (this.#now === look) this.#endBefore()
          this.#sink.synced?.()
        },
        state: (state) => this.#sink.state?.(state),
      },
    )
  }

  /** Its states would stand for ever: they are told to be over. */
  #endBefore(): void {
    const before = this.#before
    this.#before = undefined
    if (before === undefined) return
    before.subscription?.[Symbol.dispose]()
    const names = before.namespaces.length === 0 ? [''] : before.namespaces
    for (const name of names) if (!this.#looksAt(name)) this.#sink.state?.(stopped(this.#wanted, name))
  }

  #looksAt(namespace: string): boolean {
    const { namespaces = [] } = this.#now ?? {}
    return namespace === '' ? namespaces.length === 0 : namespaces.includes(namespace)
  }
}

function stopped({ resource }: Subscription, namespace: string): WatchState {
  const sinceMs = Date.now()
  return {
    resource,
    namespace,
    phase: 'stopped',
    reason: '',
    status: 0,
    objects: 0,
    sinceMs,
    failure: '',
    failingSinceMs: 0,
    failureText: '',
  }
}
