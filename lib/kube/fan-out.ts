import type { KubeObject, ObjectKey } from './object.ts'
import type { Sink, WatchState } from './sink.ts'

/** One subscriber, which may be told by several sources: one for each of its namespaces. */
export class Member {
  readonly sink: Sink
  readonly #onError: (error: unknown) => void
  /** Sources that have neither told all nor said that they never will. */
  readonly #pending = new Set<object>()
  #hasSynced = false

  constructor(sink: Sink, onError: (error: unknown) => void) {
    this.sink = sink
    this.#onError = onError
  }

  expect(source: object): void {
    this.#pending.add(source)
  }

  /** A source has told all that exists; the sink is synced when each has, or may not. */
  synced(source: object): void {
    this.#pending.delete(source)
    this.#hasSynced = true
    if (this.#pending.size === 0) this.guard(() => this.sink.synced?.())
  }

  /** A source will tell nothing for now: the others do not wait for it. */
  given(source: object): void {
    const waited = this.#pending.delete(source)
    if (waited && this.#pending.size === 0 && this.#hasSynced) this.guard(() => this.sink.synced?.())
  }

  /** A sink that fails on one object is our mistake: it is counted and told, and the others go on. */
  guard(call: () => void): void {
    try {
      call()
    } catch (error) {
      this.#onError(error)
    }
  }
}

/** Tells every member of a source the same. */
export class FanOut {
  readonly members = new Set<Member>()

  upsert(object: KubeObject): void {
    for (const member of this.members) member.guard(() => member.sink.upsert(object))
  }

  remove(key: ObjectKey): void {
    for (const member of this.members) member.guard(() => member.sink.remove(key))
  }

  synced(source: object): void {
    for (const member of this.members) member.synced(source)
  }

  state(state: WatchState, source: object): void {
    for (const member of this.members) {
      member.guard(() => member.sink.state?.(state))
      if (state.phase === 'forbidden' || state.phase === 'absent') member.given(source)
    }
  }
}
