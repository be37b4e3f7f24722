import type { WatchState } from '#lib/kube'
import type { SliceLookups } from './build-endpointslice.ts'
import type { KubernetesRole, KubernetesSdConfig } from './config.ts'
import {
  inNamespace,
  jobKind,
  namespaceKind,
  nodeKind,
  ofNode,
  ofOwner,
  ofPod,
  ofService,
  podKind,
  replicaSetKind,
  serviceKind,
  type Kind,
} from './kinds.ts'
import type { ObjectStores } from './object-store.ts'
import type { MetaRecord, NodeRecord, OwnedRecord, PodRecord, ServiceRecord } from './records.ts'
import { StoreView } from './store-view.ts'

/** Who is told that something attached has changed. */
export interface AttachmentListener {
  /** All that refers to this may have other labels now. */
  touch(ref: string): void
  state(): void
}

/** The objects beside those of the role: services and pods behind endpoints, and the metadata that is attached. */
export class Attachments implements SliceLookups, Disposable {
  private readonly config: KubernetesSdConfig
  private readonly stores: ObjectStores
  private readonly namespaces: readonly string[] | undefined
  private readonly listener: AttachmentListener
  private readonly views: (Disposable & { readonly isSettled: boolean; readonly troubles: WatchState[] })[] = []
  private readonly isByEndpoint: boolean
  private readonly selectsNodes: boolean
  private readonly services: StoreView<ServiceRecord> | undefined
  private readonly pods: StoreView<PodRecord> | undefined
  private readonly nodes: StoreView<NodeRecord> | undefined
  private readonly namespaceObjects: StoreView<MetaRecord> | undefined
  private readonly replicaSets: StoreView<OwnedRecord> | undefined
  private readonly jobs: StoreView<OwnedRecord> | undefined

  constructor(
    stores: ObjectStores,
    config: KubernetesSdConfig,
    namespaces: readonly string[] | undefined,
    listener: AttachmentListener,
  ) {
    this.stores = stores
    this.config = config
    this.namespaces = namespaces
    this.listener = listener
    const { role, attach_metadata: attach } = config
    this.isByEndpoint = role === 'endpoints' || role === 'endpointslice'
    const hasPods = this.isByEndpoint || role === 'pod'
    this.selectsNodes = role === 'pod' && config.selectors.some((selector) => selector.role === 'node')
    const byEndpoint = this.isByEndpoint
    this.services = byEndpoint ? this.view(serviceKind, 'service', (r) => ofService(r.namespace, r.name)) : undefined
    this.pods = byEndpoint ? this.view(podKind, 'pod', (r) => ofPod(r.namespace, r.name)) : undefined
    const withNodes = hasPods && (attach.node || this.selectsNodes)
    this.nodes = withNodes ? this.view(nodeKind, 'node', ({ name }) => ofNode(name)) : undefined
    const withNamespaces = attach.namespace && role !== 'node'
    this.namespaceObjects = withNamespaces
      ? this.view(namespaceKind, undefined, ({ name }) => inNamespace(name))
      : undefined
    this.replicaSets = hasPods && attach.deployment ? this.owners(replicaSetKind) : undefined
    this.jobs = hasPods && attach.cronjob ? this.owners(jobKind) : undefined
  }

  get isSettled(): boolean {
    return this.views.every((view) => view.isSettled)
  }

  get troubles(): WatchState[] {
    return this.views.flatMap((view) => view.troubles)
  }

  /** A pod on a node that the configuration does not select has no targets. */
  leavesOut(record: MetaRecord): boolean {
    return this.selectsNodes && this.node((record as PodRecord).nodeName) === undefined
  }

  pod(namespace: string, name: string): PodRecord | undefined {
    return this.pods?.get(`${namespace}/${name}`)
  }

  service(namespace: string, name: string): ServiceRecord | undefined {
    return this.services?.get(`${namespace}/${name}`)
  }

  node(name: string): NodeRecord | undefined {
    return this.nodes?.get(name)
  }

  namespace(name: string): MetaRecord | undefined {
    return this.namespaceObjects?.get(name)
  }

  deployment({ namespace, controller }: PodRecord): string | undefined {
    if (controller?.kind !== 'ReplicaSet') return undefined
    return nameOf('Deployment', this.replicaSets?.get(`${namespace}/${controller.name}`))
  }

  job({ controller }: PodRecord): string | undefined {
    return this.config.attach_metadata.job && controller?.kind === 'Job' ? controller.name : undefined
  }

  cronjob({ namespace, controller }: PodRecord): string | undefined {
    if (controller?.kind !== 'Job') return undefined
    return nameOf('CronJob', this.jobs?.get(`${namespace}/${controller.name}`))
  }

  [Symbol.dispose](): void {
    for (const view of this.views) view[Symbol.dispose]()
  }

  private owners(kind: Kind<OwnedRecord>): StoreView<OwnedRecord> {
    return this.view(kind, undefined, ({ namespace, name }) => ofOwner(kind.resource.kind, namespace, name), true)
  }

  private view<R extends MetaRecord>(
    kind: Kind<R>,
    role: KubernetesRole | undefined,
    refOf: (record: R) => string,
    isOwner = false,
  ): StoreView<R> {
    const selector = this.config.selectors.find((one) => one.role === role)
    const scope = {
      namespaces: this.namespaces,
      labelSelector: selector?.label ?? '',
      fieldSelector: selector?.field ?? '',
    }
    const view = new StoreView(this.stores, kind, scope, {
      changed: (_, before, after) => {
        const record = after ?? before
        if (record) this.touch(refOf(record), isOwner)
      },
      state: () => this.listener.state(),
    })
    this.views.push(view)
    return view
  }

  /** The owner of pods stands two steps from endpoints. */
  private touch(ref: string, isOwner: boolean): void {
    if (!isOwner || !this.isByEndpoint) return this.listener.touch(ref)
    for (const key of this.pods?.referring(ref) ?? []) this.listener.touch(`pod/${key}`)
  }
}

function nameOf(kind: string, owned: OwnedRecord | undefined): string | undefined {
  return owned?.controller?.kind === kind ? owned.controller.name : undefined
}
