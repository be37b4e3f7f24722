import {
  type ClusterWatch,
  type KubeObject,
  type LabelRequirement,
  matchesLabels,
  type ObjectKey,
  resources,
  type Sink,
} from '#lib/kube'
import type { ListedObject, ObjectSource } from '#lib/resource-metrics'

/** A node, as far as its kubelet is looked for. */
export interface WatchedNode extends ListedObject {
  readonly uid: string
  readonly annotations: Readonly<Record<string, string>>
  readonly addresses: readonly { readonly type: string; readonly address: string }[]
  /** 0 where its status names none. */
  readonly kubeletPort: number
}

/** Nodes as objects and running pods as metadata, watched; listed in the order of the API server. */
export class WatchedObjects implements ObjectSource, Disposable {
  readonly #nodes = new Kept<WatchedNode>(nodeOf)
  readonly #pods = new Kept<ListedObject>(listedObject)
  readonly #selector: readonly LabelRequirement[]
  readonly #stack = new DisposableStack()

  constructor(watch: ClusterWatch, selector: readonly LabelRequirement[]) {
    this.#selector = selector
    this.#stack.use(watch.subscribe({ resource: resources.nodes }, this.#nodes))
    const pods = { ...resources.pods, form: 'metadata' as const }
    this.#stack.use(watch.subscribe({ resource: pods, fieldSelector: 'status.phase=Running' }, this.#pods))
  }

  /** Whether all of both has been listed once. */
  get isComplete(): boolean {
    return this.#nodes.isComplete && this.#pods.isComplete
  }

  nodes(): readonly WatchedNode[] {
    const all = this.#nodes.sorted()
    return this.#selector.length === 0 ? all : all.filter(({ labels }) => matchesLabels(this.#selector, labels))
  }

  pods(namespace: string): readonly ListedObject[] {
    const all = this.#pods.sorted()
    return namespace === '' ? all : all.filter((pod) => pod.namespace === namespace)
  }

  node(name: string): WatchedNode | undefined {
    const node = this.#nodes.get('', name)
    return node !== undefined && matchesLabels(this.#selector, node.labels) ? node : undefined
  }

  pod(namespace: string, name: string): ListedObject | undefined {
    return this.#pods.get(namespace, name)
  }

  [Symbol.dispose](): void {
    this.#stack.dispose()
  }
}

/** What is kept of the objects of one kind. */
class Kept<T extends ListedObject> implements Sink {
  isComplete = false
  readonly #read: (object: KubeObject) => T
  readonly #objects = new Map<string, T>()
  #sorted: T[] | undefined

  constructor(read: (object: KubeObject) => T) {
    this.#read = read
  }

  get(namespace: string, name: string): T | undefined {
    return this.#objects.get(`${namespace}/${name}`)
  }

  sorted(): readonly T[] {
    return (this.#sorted ??= [...this.#objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object))
  }

  upsert(object: KubeObject): void {
    const kept = this.#read(object)
    this.#objects.set(`${kept.namespace}/${kept.name}`, kept)
    this.#sorted = undefined
  }

  remove({ namespace, name }: ObjectKey): void {
    this.#objects.delete(`${namespace}/${name}`)
    this.#sorted = undefined
  }

  synced(): void {
    this.isComplete = true
  }
}

function listedObject({ metadata }: KubeObject): ListedObject {
  const { name, namespace = '', labels = {} } = metadata
  return { name, namespace, labels }
}

interface NodeStatus {
  readonly addresses?: WatchedNode['addresses']
  readonly daemonEndpoints?: { readonly kubeletEndpoint?: { readonly Port?: number } }
}

function nodeOf(object: KubeObject): WatchedNode {
  const { addresses = [], daemonEndpoints } = (object.status ?? {}) as NodeStatus
  return {
    ...listedObject(object),
    uid: object.metadata.uid ?? '',
    annotations: object.metadata.annotations ?? {},
    addresses,
    kubeletPort: daemonEndpoints?.kubeletEndpoint?.Port ?? 0,
  }
}
