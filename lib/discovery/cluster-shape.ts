import { nodeAddress } from './build-node.ts'
import { componentLabels, type ClusterShape } from './default-jobs.ts'
import { endpointSliceKind, nodeKind, ofService, podKind } from './kinds.ts'
import type { ObjectStores } from './object-store.ts'
import type { EndpointSliceRecord, NodeRecord, PodRecord } from './records.ts'
import { isSame } from './same.ts'
import { StoreView } from './store-view.ts'

/** What the cluster's objects tell of its control plane. */
export type FoundShape = Pick<ClusterShape, 'controlPlaneNodes' | 'podComponents'>

const controlPlaneLabels = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master']

/** Watches where the control plane runs; tells only when that changes. */
export class ClusterShapeWatch implements Disposable {
  private readonly nodes: StoreView<NodeRecord>
  private readonly pods: StoreView<PodRecord>
  private readonly slices: StoreView<EndpointSliceRecord>
  private readonly onShape: (shape: FoundShape) => void
  private last: readonly (readonly string[])[] | undefined
  private isScheduled = false
  private isOver = false

  constructor(stores: ObjectStores, onShape: (shape: FoundShape) => void) {
    this.onShape = onShape
    const listener = { changed: () => this.schedule(), state: () => this.schedule() }
    this.nodes = new StoreView(stores, nodeKind, { namespaces: undefined }, listener)
    this.pods = new StoreView(stores, podKind, { namespaces: ['kube-system'] }, listener)
    this.slices = new StoreView(stores, endpointSliceKind, { namespaces: ['default'] }, listener)
    this.schedule()
  }

  [Symbol.dispose](): void {
    this.isOver = true
    for (const view of [this.nodes, this.pods, this.slices]) view[Symbol.dispose]()
  }

  private schedule(): void {
    if (this.isScheduled || this.isOver) return
    this.isScheduled = true
    setImmediate(() => this.update())
  }

  private update(): void {
    this.isScheduled = false
    const isSettled = [this.nodes, this.pods, this.slices].every((view) => view.isSettled)
    if (this.isOver || !isSettled) return
    const shape = [this.controlPlaneNodes(), this.podComponents()]
    if (isSame(shape, this.last)) return
    this.last = shape
    this.onShape({ controlPlaneNodes: shape[0], podComponents: new Set(shape[1]) })
  }

  /** Nodes with the role; where none has it, those at whose address the API server answers. */
  private controlPlaneNodes(): string[] {
    const nodes = [...this.nodes.all()]
    const labelled = nodes.filter(({ labels }) => controlPlaneLabels.some((label) => Object.hasOwn(labels, label)))
    const servers = this.apiServerAddresses()
    const found = labelled.length > 0 ? labelled : nodes.filter((node) => servers.has(nodeAddress(node) ?? ''))
    return found.map(({ name }) => name).toSorted()
  }

  private apiServerAddresses(): Set<string> {
    const slices = [...this.slices.referring(ofService('default', 'kubernetes'))]
    return new Set(slices.flatMap((key) => this.slices.get(key)?.endpoints.flatMap(({ addresses }) => addresses) ?? []))
  }

  private podComponents(): string[] {
    const found = new Set<string>()
    for (const { labels } of this.pods.all()) {
      for (const label of componentLabels) if (Object.hasOwn(labels, label)) found.add(labels[label])
    }
    return [...found].toSorted()
  }
}
