import type { Logger } from '#lib/log'
import type { TelemetryFamily } from '#lib/telemetry'
import type { KubeApi } from './api.ts'
import { Member } from './fan-out.ts'
import { resourceName, type Resource } from './resource.ts'
import type { Sink, Subscription, WatchState } from './sink.ts'
import { StreamRefusals } from './stream-refusals.ts'
import { Slices } from './slices.ts'
import { Turns } from './turns.ts'
import { WatchLoop } from './watch-loop.ts'
import { scopeKey, type WatchScope, type WatchShared } from './watch-scope.ts'
import { WatchTelemetry } from './watch-telemetry.ts'
import { defaultTimings, type WatchTimings } from './watch-timings.ts'

/** What a hub needs; only the API is required. */
export interface ClusterWatchOptions {
  readonly api: KubeApi
  readonly log?: Pick<Logger, 'error'>
  readonly timings?: Partial<WatchTimings>
  readonly random?: () => number
  /** How many lists run at once. */
  readonly listsAtOnce?: number
}

/**
 * Everyone's way to the objects of a cluster: subscriptions that are equal share one list and one watch. Objects are
 * parsed, handed over and forgotten.
 */
export class ClusterWatch implements AsyncDisposable {
  readonly #shared: WatchShared
  readonly #log: Pick<Logger, 'error'> | undefined
  readonly #loops = new Map<string, WatchLoop>()
  readonly #stopping = new Set<Promise<void>>()
  readonly #joined = new Set<WatchLoop>()
  readonly #failedSinks = new WeakSet<Sink>()
  #isStarted = false
  #isDisposed = false

  constructor({ api, log, timings, random = Math.random, listsAtOnce = 4 }: ClusterWatchOptions) {
    const all = { ...defaultTimings, ...timings }
    this.#log = log
    this.#shared = {
      api,
      timings: all,
      random,
      slices: new Slices(),
      lists: new Turns(listsAtOnce),
      refusals: new StreamRefusals(all.rememberRefusalMs),
      telemetry: new WatchTelemetry(),
    }
  }

  /** Whoever subscribes late is told all that exists by a new list, which the others of the same list are told as well. */
  subscribe(subscription: Subscription, sink: Sink): Disposable {
    if (this.#isDisposed) throw new Error('the watch over the cluster has ended')
    const told = isDefinitions(subscription.resource) ? this.#noticing(sink) : sink
    const member = new Member(told, (error) => this.#sinkFailed(subscription.resource, sink, error))
    const loops = scopesOf(subscription).map((scope) => this.#loop(scope))
    for (const loop of loops) member.expect(loop)
    for (const loop of loops) {
      loop.fan.members.add(member)
      if (this.#isStarted) this.#join(loop)
    }
    return { [Symbol.dispose]: () => this.#leave(loops, member) }
  }

  start(): void {
    this.#isStarted = true
    for (const loop of this.#loops.values()) loop.start()
  }

  /**
   * A resource that was absent or forbidden may be there now. Not needed for custom resources while someone subscribes
   * to their definitions.
   */
  recheck(resource: Pick<Resource, 'group' | 'plural'>): void {
    for (const loop of this.#loops.values()) {
      const { group, plural } = loop.scope.resource
      if (group === resource.group && plural === resource.plural) loop.recheck()
    }
  }

  states(): WatchState[] {
    return [...this.#loops.values()].map((loop) => loop.state)
  }

  telemetry(): TelemetryFamily[] {
    return [...this.#shared.telemetry.families(), objectsFamily([...this.#loops.values()])]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true
    await Promise.all([...this.#stopping, ...[...this.#loops.values()].map((loop) => loop.stop())])
    this.#loops.clear()
  }

  #loop(scope: WatchScope): WatchLoop {
    const key = scopeKey(scope)
    let loop = this.#loops.get(key)
    if (loop === undefined) this.#loops.set(key, (loop = new WatchLoop(scope, this.#shared)))
    return loop
  }

  /** Those who subscribe in one go share the new list. */
  #join(loop: WatchLoop): void {
    if (this.#joined.size === 0) queueMicrotask(() => this.#startJoined())
    this.#joined.add(loop)
  }

  #startJoined(): void {
    for (const loop of this.#joined) {
      if (this.#isDisposed || loop.fan.members.size === 0) continue
      if (loop.isStarted) loop.relist()
      else loop.start()
    }
    this.#joined.clear()
  }

  /** A sink of definitions: whatever was absent is asked for again when its definition comes. */
  #noticing(sink: Sink): Sink {
    return {
      upsert: (object) => {
        for (const loop of this.#loops.values())
          if (loop.state.phase === 'absent' && resourceName(loop.scope.resource) === object.metadata.name)
            loop.recheck()
        sink.upsert(object)
      },
      remove: (key) => sink.remove(key),
      synced: () => sink.synced?.(),
      state: (state) => sink.state?.(state),
    }
  }

  #leave(loops: readonly WatchLoop[], member: Member): void {
    for (const loop of loops) {
      loop.fan.members.delete(member)
      const key = scopeKey(loop.scope)
      if (loop.fan.members.size > 0 || this.#loops.get(key) !== loop) continue
      this.#loops.delete(key)
      const stopped = loop.stop().finally(() => this.#stopping.delete(stopped))
      this.#stopping.add(stopped)
    }
  }

  #sinkFailed(resource: Resource, sink: Sink, error: unknown): void {
    const name = resourceName(resource)
    this.#shared.telemetry.sinkFailed(name)
    if (this.#failedSinks.has(sink)) return
    this.#failedSinks.add(sink)
    this.#log?.error(
      { err: error, resource: name },
      'an object could not be taken; told once, counted in binnacle_kube_sink_errors_total',
    )
  }
}

function isDefinitions({ plural, group }: Resource): boolean {
  return plural === 'customresourcedefinitions' && group === 'apiextensions.k8s.io'
}

function scopesOf({ resource, namespaces = [], labelSelector, fieldSelector }: Subscription): WatchScope[] {
  const all = namespaces.length === 0 || !resource.namespaced ? [''] : [...new Set(namespaces)]
  return all.map((namespace) => ({ resource, namespace, labelSelector, fieldSelector }))
}

function objectsFamily(loops: readonly WatchLoop[]): TelemetryFamily {
  return {
    name: 'binnacle_kube_objects',
    help: 'Objects that exist, by list.',
    type: 'gauge',
    metrics: loops.map(({ scope, state }) => {
      const { resource, namespace, labelSelector = '', fieldSelector = '' } = scope
      const selector = [labelSelector, fieldSelector].filter((one) => one !== '').join(';')
      const labels = ['resource', resourceName(resource), 'namespace', namespace, 'form', resource.form]
      return { labels: [...labels, 'selector', selector], value: state.objects }
    }),
  }
}
