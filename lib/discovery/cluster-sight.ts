import { type LabelRequirement, matchesLabels, type WatchState } from '#lib/kube'
import { endpointSliceKind, ingressKind, ofService, podKind, serviceKind, type Kind } from './kinds.ts'
import type { ObjectStores } from './object-store.ts'
import type { EndpointSliceRecord, IngressRecord, MetaRecord, PodRecord, ServiceRecord } from './records.ts'
import { StoreView } from './store-view.ts'

/** What explanations look at: the records that discovery keeps anyway. */
export class ClusterSight implements Disposable {
  readonly services: StoreView<ServiceRecord>
  readonly slices: StoreView<EndpointSliceRecord>
  readonly pods: StoreView<PodRecord>
  private readonly stores: ObjectStores
  private ingressView: StoreView<IngressRecord> | undefined

  constructor(stores: ObjectStores) {
    this.stores = stores
    this.services = this.view(serviceKind)
    this.slices = this.view(endpointSliceKind)
    this.pods = this.view(podKind)
  }

  /** Opened when someone asks: few clusters have probes. */
  get ingresses(): StoreView<IngressRecord> {
    this.ingressView ??= this.view(ingressKind)
    return this.ingressView
  }

  /** What cannot be listed. */
  get troubles(): WatchState[] {
    const views = [this.services, this.slices, this.pods, this.ingressView]
    return views.flatMap((view) => view?.troubles ?? []).filter(({ phase }) => phase === 'forbidden')
  }

  slicesOf({ namespace, name }: MetaRecord): EndpointSliceRecord[] {
    return [...this.slices.referring(ofService(namespace, name))].flatMap((key) => this.slices.get(key) ?? [])
  }

  /** The pods that a service selects. */
  podsOf({ namespace, selector }: ServiceRecord): PodRecord[] {
    const wanted = requirementsOf(selector)
    if (wanted.length === 0) return []
    return [...this.pods.all()].filter((pod) => pod.namespace === namespace && matchesLabels(wanted, pod.labels))
  }

  [Symbol.dispose](): void {
    for (const view of [this.services, this.slices, this.pods, this.ingressView]) view?.[Symbol.dispose]()
  }

  private view<R extends MetaRecord>(kind: Kind<R>): StoreView<R> {
    return new StoreView(this.stores, kind, { namespaces: undefined }, { changed: () => {} })
  }
}

/** A plain map of labels as requirements. */
export function requirementsOf(labels: Readonly<Record<string, string>>): LabelRequirement[] {
  return Object.entries(labels).map(([key, value]) => ({ key, operator: 'in', values: [value] }))
}
