import type { KubeObject, ObjectKey } from './object.ts'
import type { Resource } from './resource.ts'
import type { RestartReason } from './watch-telemetry.ts'

/** What someone wants to be told of. Subscriptions that are equal share one list and one watch. */
export interface Subscription {
  readonly resource: Resource
  /** Only in these namespaces, one list and watch for each; absent or empty: in all. */
  readonly namespaces?: readonly string[]
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

/**
 * Is told of every object of a subscription: synchronous calls from one thread, in the order of the API server.
 * An object is lent for the call: whoever needs fields of it later copies them (a string of it keeps the whole text of
 * its event alive only as long as V8 slices it: copy long ones by value).
 */
export interface Sink {
  /** It is new, it has changed, or it was listed again as it was. */
  upsert(object: KubeObject): void
  /** It is gone. Of an object that was made again under its name, the old one is removed first. */
  remove(key: ObjectKey): void
  /** All that existed when the list was made has been told. Called after each complete list; what had gone was removed before. */
  synced?(): void
  /** How list and watch are doing, whenever that changes. */
  state?(state: WatchState): void
}

/** How list and watch of one subscription (and one of its namespaces) are doing. */
export interface WatchState {
  readonly resource: Resource
  /** The namespace, or '' for all. */
  readonly namespace: string
  readonly phase: 'listing' | 'watching' | 'waiting' | 'forbidden' | 'absent' | 'stopped'
  /** Why it waits, in words with the remedy; '' when all is well. `forbidden` names the missing verb and resource. */
  readonly reason: string
  /** HTTP status of the last failure, or 0. */
  readonly status: number
  readonly objects: number
  readonly sinceMs: number
  /** What goes wrong since `failingSinceMs`, whatever is tried in between; '' while the server answers. */
  readonly failure: RestartReason | ''
  readonly failingSinceMs: number
  /** Its words; '' while the server answers. */
  readonly failureText: string
}
