import type { KubernetesSdConfig } from './config.ts'
import { Attachments } from './attachments.ts'
import { accepts, type GroupFilter } from './group-filter.ts'
import { keyOf, type ObjectStores, type StoreListener } from './object-store.ts'
import type { MetaRecord } from './records.ts'
import { roles, type RoleOf } from './roles.ts'
import { StoreView } from './store-view.ts'
import type { DiscoveredGroup } from './target-group.ts'
import type { WatchState } from '#lib/kube'

export interface DiscoveryOptions {
  /** The namespace that `own_namespace` means; empty where there is none. */
  readonly ownNamespace: string
  /** Is told the groups that changed; one without targets is gone. The first call is complete: it has all that there are. */
  onGroups(groups: DiscoveredGroup[], isComplete: boolean): void
  /** What need not be told. */
  readonly only?: GroupFilter
  /** When changes that came together are told; default: after the current event. */
  schedule?(run: () => void): void
}

/**
 * Finds targets as one entry of `kubernetes_sd_configs` asks. Nothing is told before everything that is needed has been
 * listed; afterwards a change tells only the groups that it changes.
 */
export class KubernetesDiscovery implements Disposable {
  private readonly options: DiscoveryOptions
  private readonly role: RoleOf<MetaRecord>
  private readonly primary: StoreView<MetaRecord>
  private readonly attached: Attachments
  private readonly changed = new Set<string>()
  /** Of a filtered discovery: the groups that were told and are not gone. */
  private readonly told = new Set<string>()
  private isScheduled = false
  private isOver = false
  private isFirst = true

  constructor(config: KubernetesSdConfig, stores: ObjectStores, options: DiscoveryOptions) {
    this.options = options
    this.role = roles[config.role]
    const namespaces = namespacesOf(config, options.ownNamespace)
    const listener: StoreListener<MetaRecord> = {
      changed: (key) => this.touch(key),
      state: () => this.plan(),
    }
    const selector = config.selectors.find(({ role }) => role === config.role)
    this.primary = new StoreView(stores, this.role.kind, scopeOf(namespaces, selector), listener)
    this.attached = new Attachments(stores, config, namespaces, {
      touch: (ref) => this.touchAll(ref),
      state: () => this.plan(),
    })
    for (const record of this.primary.all()) this.touch(keyOf(record))
    this.plan()
  }

  /** True once all that is needed was listed, or cannot be. */
  get isSettled(): boolean {
    return this.primary.isSettled && this.attached.isSettled
  }

  /** Kinds that cannot be listed or watched now, with the reasons. */
  get troubles(): WatchState[] {
    return [...this.primary.troubles, ...this.attached.troubles]
  }

  /** All groups as they are now. */
  groups(): DiscoveredGroup[] {
    return [...this.primary.all()]
      .filter((record) => this.isWanted(record))
      .flatMap((record) => this.build(record) ?? [])
  }

  [Symbol.dispose](): void {
    this.isOver = true
    this.primary[Symbol.dispose]()
    this.attached[Symbol.dispose]()
  }

  private touch(key: string): void {
    if (this.options.only && !this.told.has(key)) {
      const record = this.primary.get(key)
      if (!record || !this.isWanted(record)) return
    }
    this.changed.add(key)
    this.plan()
  }

  private touchAll(ref: string): void {
    for (const key of this.primary.referring(ref)) this.touch(key)
  }

  private isWanted(record: MetaRecord): boolean {
    const { only } = this.options
    return !only || accepts(only, this.role.subject(record, this.attached))
  }

  private plan(): void {
    if (this.isScheduled || this.isOver || (this.changed.size === 0 && !this.isFirst)) return
    this.isScheduled = true
    const run = (): void => this.tell()
    if (this.options.schedule) this.options.schedule(run)
    else setImmediate(run)
  }

  private tell(): void {
    this.isScheduled = false
    if (this.isOver || !this.isSettled || (this.changed.size === 0 && !this.isFirst)) return
    const isComplete = this.isFirst
    this.isFirst = false
    const keys = [...this.changed]
    this.changed.clear()
    this.options.onGroups(
      keys.flatMap((key) => this.groupOf(key) ?? []),
      isComplete,
    )
  }

  private groupOf(key: string): DiscoveredGroup | undefined {
    const record = this.primary.get(key)
    if (record && this.isWanted(record)) {
      if (this.options.only) this.told.add(key)
      return this.build(record)
    }
    this.told.delete(key)
    return { source: this.role.source(key), targets: [], labels: {} }
  }

  private build(record: MetaRecord): DiscoveredGroup | undefined {
    if (this.attached.leavesOut(record)) {
      return { source: this.role.source(keyOf(record)), targets: [], labels: {} }
    }
    return this.role.build(record, this.attached)
  }
}

/** The namespaces that a configuration names; undefined: all. */
function namespacesOf({ namespaces }: KubernetesSdConfig, ownNamespace: string): readonly string[] | undefined {
  if (namespaces.names.length === 0 && !namespaces.own_namespace) return undefined
  const own = namespaces.own_namespace && ownNamespace !== '' ? [ownNamespace] : []
  return [...new Set([...namespaces.names, ...own])]
}

function scopeOf(
  namespaces: readonly string[] | undefined,
  selector: { readonly label: string; readonly field: string } | undefined,
): { namespaces: readonly string[] | undefined; labelSelector: string; fieldSelector: string } {
  return { namespaces, labelSelector: selector?.label ?? '', fieldSelector: selector?.field ?? '' }
}
