import { type KubeObject, type Resource, resources, type Sink, type Subscription, type WatchState } from '#lib/kube'
import type { ResourceFamilies } from './family.ts'
import { deniedNamespaceSelector, mergeSelectors, nodeSelector } from './option-values.ts'
import type { RenderedStore } from './rendered-store.ts'
import type { KubeStateSettings } from './settings.ts'
import { shardOf } from './sharding.ts'

/** Of each kind the least form that serves: values of secrets and config maps never cross the wire. */
const known: Readonly<Record<string, Resource>> = resources

/** What is asked of the API server for one resource. */
export function subscriptionOf(families: ResourceFamilies, settings: KubeStateSettings): Subscription {
  const { group, version, kind, namespaced, resource } = families
  const fieldSelector = namespaced ? selectorOf(resource, settings) : ''
  const namespaces = settings.namespaces.filter((name) => !settings.deniedNamespaces.includes(name))
  return {
    resource: known[resource] ?? {
      group,
      version,
      plural: families.plural ?? resource,
      kind,
      namespaced,
      form: 'object',
    },
    ...(namespaced && namespaces.length > 0 ? { namespaces } : {}),
    ...(fieldSelector === '' ? {} : { fieldSelector }),
  }
}

/** Only pods can be chosen by their node. */
function selectorOf(resource: string, { deniedNamespaces, node, unscheduledPods }: KubeStateSettings): string {
  const ofNode = unscheduledPods ? 'spec.nodeName=' : nodeSelector(node)
  return mergeSelectors([deniedNamespaceSelector(deniedNamespaces), resource === 'pods' ? ofNode : ''])
}

/** Fills one store from list and watch. */
export class StoreSink implements Sink {
  readonly store: RenderedStore
  readonly #settings: Pick<KubeStateSettings, 'shard' | 'totalShards' | 'objectLimit'>
  readonly #onChange: () => void
  readonly #states = new Map<string, WatchState>()
  #hasSynced = false
  /** Objects that `objectLimit` left out. */
  dropped = 0

  constructor(
    store: RenderedStore,
    settings: Pick<KubeStateSettings, 'shard' | 'totalShards' | 'objectLimit'>,
    onChange: () => void,
  ) {
    this.store = store
    this.#settings = settings
    this.#onChange = onChange
  }

  upsert(object: KubeObject): void {
    const { shard, totalShards, objectLimit } = this.#settings
    if (totalShards > 1 && shardOf(object.metadata.uid ?? '', totalShards) !== shard) return
    if (objectLimit > 0 && this.store.size >= objectLimit && !this.store.has(object.metadata)) {
      this.dropped++
      return
    }
    if (this.store.upsert(object as never)) this.#onChange()
  }

  remove(key: { readonly namespace: string; readonly name: string; readonly uid: string }): void {
    if (this.store.remove(key)) this.#onChange()
  }

  synced(): void {
    this.#hasSynced = true
    this.#onChange()
  }

  state(state: WatchState): void {
    this.#states.set(state.namespace, state)
  }

  get states(): Iterable<WatchState> {
    return this.#states.values()
  }

  /** All is there that there is to see. What may not be read is not waited for. */
  get isComplete(): boolean {
    if (this.#hasSynced) return true
    const states = [...this.#states.values()]
    return states.length > 0 && states.every(({ phase }) => phase === 'forbidden' || phase === 'absent')
  }
}
