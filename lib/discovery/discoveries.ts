import type { KubernetesSdConfig } from './config.ts'
import type { GroupFilter } from './group-filter.ts'
import { KubernetesDiscovery } from './kubernetes-discovery.ts'
import { ObjectStores, type Subscribe } from './object-store.ts'
import type { DiscoveredGroup } from './target-group.ts'

/** `isComplete`: groups that are not among these are gone. */
export type OnGroups = (groups: DiscoveredGroup[], isComplete: boolean) => void

interface Shared {
  readonly discovery: KubernetesDiscovery
  readonly listeners: Set<OnGroups>
}

/** All discoveries of one cluster: configurations that are equal are served by one, and get the very same groups. */
export class Discoveries {
  readonly stores: ObjectStores
  private readonly ownNamespace: string
  private readonly shared = new Map<string, Shared>()

  constructor(subscribe: Subscribe, options: { readonly ownNamespace: string }) {
    this.stores = new ObjectStores(subscribe)
    this.ownNamespace = options.ownNamespace
  }

  /** Tells groups as they change, beginning with all that there are; `only` is the pool plan's. */
  discover(config: KubernetesSdConfig, onGroups: OnGroups, only?: GroupFilter): Disposable {
    const id = idOf(config, only)
    const known = this.shared.get(id)
    if (known?.discovery.isSettled) onGroups(known.discovery.groups(), true)
    const shared = known ?? this.open(id, config, only)
    shared.listeners.add(onGroups)
    return { [Symbol.dispose]: () => this.close(id, shared, onGroups) }
  }

  /** Why a configuration finds nothing yet: kinds that cannot be listed. */
  troubles(config: KubernetesSdConfig, only?: GroupFilter): KubernetesDiscovery['troubles'] {
    return this.shared.get(idOf(config, only))?.discovery.troubles ?? []
  }

  private open(id: string, config: KubernetesSdConfig, only: GroupFilter | undefined): Shared {
    const listeners = new Set<OnGroups>()
    const discovery = new KubernetesDiscovery(config, this.stores, {
      ownNamespace: this.ownNamespace,
      ...(only ? { only } : {}),
      onGroups: (groups, isComplete) => {
        for (const listener of listeners) listener(groups, isComplete)
      },
    })
    const shared = { discovery, listeners }
    this.shared.set(id, shared)
    return shared
  }

  private close(id: string, shared: Shared, onGroups: OnGroups): void {
    shared.listeners.delete(onGroups)
    if (shared.listeners.size > 0 || this.shared.get(id) !== shared) return
    this.shared.delete(id)
    shared.discovery[Symbol.dispose]()
  }
}

function idOf(config: KubernetesSdConfig, only: GroupFilter | undefined): string {
  return JSON.stringify([config, only ?? null])
}
