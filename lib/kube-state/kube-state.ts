import { setImmediate } from 'node:timers/promises'
import type { Sink, Subscription } from '#lib/kube'
import type { TelemetryFamily } from '#lib/telemetry'
import { type Answer, answerOf } from './answer.ts'
import { CustomResources } from './custom-resource/custom-resources.ts'
import type { ResourceFamilies } from './family.ts'
import { ListWatchCounters } from './list-watch-counters.ts'
import { packer } from './packed-text.ts'
import { RenderedStore } from './rendered-store.ts'
import { allowListsOf, checkAllowLists, chosenResources, familyFilter, type KubeStateSettings } from './settings.ts'
import { StoreSink, subscriptionOf } from './subscriptions.ts'

/** Whoever tells of the objects of a cluster: ClusterWatch of #lib/kube. */
export interface ObjectSource {
  subscribe(subscription: Subscription, sink: Sink): Disposable
}

/** What an answer holds. */
export interface AnswerOptions {
  readonly openMetrics?: boolean
  /** Only these resources. */
  readonly resources?: readonly string[]
  readonly excluded?: readonly string[]
}

/** Is told in words what an operator should know. */
export type Tell = (message: string) => void

interface Rendered {
  readonly sink: StoreSink
  readonly type: string
  readonly subscription: Disposable
}

/** Text that waits to be compressed at most, in all stores. */
const MAX_PENDING = 8 << 20
/** How long the event loop may be held. */
const SLICE_MS = 10

/** The state of a cluster as metrics: keeps every object's lines as list and watch tell of it, and answers with them. */
export class KubeState implements Disposable {
  readonly #source: ObjectSource
  readonly #tell: Tell
  readonly #counters = new ListWatchCounters()
  readonly #rendered = new Map<string, Rendered>()
  readonly #isWritten: ReturnType<typeof familyFilter>
  readonly #settings: KubeStateSettings
  #custom: CustomResources | undefined
  #changes = 0
  #settling: Promise<void> | undefined

  /** Subscribes at once. Throws OptionError for settings that cannot be. */
  constructor(source: ObjectSource, settings: KubeStateSettings, tell: Tell = () => undefined) {
    this.#source = source
    this.#settings = settings
    this.#tell = tell
    this.#isWritten = familyFilter(settings)
    checkAllowLists(settings.labels)
    checkAllowLists(settings.annotations)
    this.#open(chosenResources(settings))
  }

  get settings(): KubeStateSettings {
    return this.#settings
  }

  /** Whether everything that existed at the start has been rendered; what may not be read is not waited for. */
  get isReady(): boolean {
    return this.waitingFor().length === 0
  }

  /** The resources whose first list is not complete, by name. */
  waitingFor(): string[] {
    const waiting = [...this.#rendered].filter(([, { sink }]) => !sink.isComplete).map(([name]) => name)
    return this.#custom?.isComplete === false ? [...waiting, 'customresourcedefinitions'] : waiting
  }

  /** Resources that cannot be read, with the reason. */
  notReadable(): { readonly resource: string; readonly reason: string }[] {
    return [...this.#rendered].flatMap(([resource, { sink }]) =>
      [...sink.states]
        .filter(({ phase, reason }) => reason !== '' && phase !== 'watching')
        .map(({ reason }) => ({ resource, reason })),
    )
  }

  /** The answer as of now. A resource is part of it once its first list is complete. */
  async answer(options: AnswerOptions = {}): Promise<Answer> {
    await this.#settle()
    return this.answerNow(options)
  }

  /** The same without letting go of the event loop. */
  answerNow({ openMetrics = false, resources, excluded }: AnswerOptions = {}): Answer {
    const stores = [...this.#rendered]
      .filter(([name, { sink }]) => sink.isComplete && (resources?.includes(name) ?? true) && !excluded?.includes(name))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { sink }]) => sink.store)
    return answerOf(stores, openMetrics)
  }

  telemetry(): TelemetryFamily[] {
    const { shard, totalShards } = this.#settings
    return [
      ...this.#counters.families(),
      ...(this.#custom?.telemetry() ?? []),
      gauge('kube_state_metrics_shard_ordinal', 'Current sharding ordinal/index of this instance', shard, [
        'shard_ordinal',
        String(shard),
      ]),
      gauge('kube_state_metrics_total_shards', 'Number of total shards this instance is aware of', totalShards),
      ...this.#limits(),
      this.#perResource('binnacle_kube_state_objects', 'Objects that are rendered.', ({ store }) => store.size),
      this.#perResource('binnacle_kube_state_bytes', 'Memory of rendered lines.', ({ store }) => store.residentBytes),
    ]
  }

  [Symbol.dispose](): void {
    this.#custom?.[Symbol.dispose]()
    this.#custom = undefined
    for (const name of this.#rendered.keys()) this.#close(name)
  }

  #open(resources: readonly ResourceFamilies[]): void {
    for (const resource of resources) this.#add(resource, `*${resource.version}.${resource.kind}`)
    const { customResources } = this.#settings
    if (customResources.length === 0) return
    this.#custom = new CustomResources(this.#source, customResources, {
      added: (name, resource) => this.#add(resource, '*unstructured.Unstructured', name),
      removed: (name) => this.#close(name),
      tell: this.#tell,
    })
  }

  #add(resource: ResourceFamilies, type: string, name = resource.resource): void {
    const families = resource.families.filter((family) => this.#isWritten(family))
    const store = new RenderedStore(resource, families, allowListsOf(this.#settings, resource.resource))
    const sink = new StoreSink(store, this.#settings, () => this.#changed())
    const counted: Sink = {
      upsert: (object) => sink.upsert(object),
      remove: (key) => sink.remove(key),
      synced: () => {
        sink.synced()
        this.#settleSoon()
      },
      state: (state) => {
        sink.state(state)
        this.#counters.take(state, type)
      },
    }
    const subscription = this.#source.subscribe(subscriptionOf(resource, this.#settings), counted)
    this.#rendered.set(name, { sink, type, subscription })
  }

  #close(name: string): void {
    this.#rendered.get(name)?.subscription[Symbol.dispose]()
    this.#rendered.delete(name)
  }

  #changed(): void {
    if (++this.#changes % CHANGES_A_CHECK !== 0) return
    let pending = 0
    for (const { sink } of this.#rendered.values()) pending += sink.store.pendingBytes
    if (pending > MAX_PENDING) this.#settleSoon()
  }

  #settleSoon(): void {
    this.#settle().catch((error: unknown) => this.#tell(`lines could not be compressed: ${(error as Error).message}`))
  }

  /** Compresses all that waits, a little at a time. */
  #settle(): Promise<void> {
    this.#settling ??= this.#settleAll().finally(() => (this.#settling = undefined))
    return this.#settling
  }

  async #settleAll(): Promise<void> {
    let started = performance.now()
    for (const { sink } of this.#rendered.values()) {
      while (sink.store.mergeSome()) {
        if (performance.now() - started < SLICE_MS) continue
        await setImmediate()
        started = performance.now()
      }
    }
    await packer.idle()
  }

  #limits(): TelemetryFamily[] {
    const { objectLimit } = this.#settings
    if (objectLimit === 0) return []
    return [
      this.#perType(
        'kube_state_metrics_list_objects',
        'Number of resources listed in kube-state-metrics',
        (sink) => sink.store.size,
      ),
      this.#perType(
        'kube_state_metrics_list_objects_limit',
        'Number of resource list limit in kube-state-metrics',
        () => objectLimit,
      ),
      this.#perResource(
        'binnacle_kube_state_objects_over_limit',
        'Objects that --object-limit left out.',
        (sink) => sink.dropped,
      ),
    ]
  }

  #perType(name: string, help: string, value: (sink: StoreSink) => number): TelemetryFamily {
    const metrics = [...this.#rendered.values()].map(({ sink, type }) => ({
      labels: ['resource', type],
      value: value(sink),
    }))
    return { name, help, type: 'gauge', metrics }
  }

  #perResource(name: string, help: string, value: (sink: StoreSink) => number): TelemetryFamily {
    const metrics = [...this.#rendered].map(([resource, { sink }]) => ({
      labels: ['resource', resource],
      value: value(sink),
    }))
    return { name, help, type: 'gauge', metrics }
  }
}

const CHANGES_A_CHECK = 128

function gauge(name: string, help: string, value: number, labels: readonly string[] = []): TelemetryFamily {
  return { name, help, type: 'gauge', metrics: [{ labels, value }] }
}
