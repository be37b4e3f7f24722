import {
  type KubeObject,
  matchesLabels,
  parseLabelSelector,
  type Resource,
  type Sink,
  type Subscription,
  type WatchState,
} from '#lib/kube'
import type { Subscribe } from './object-store.ts'

/** For tests: tells objects to sinks, as lists and watches of one cluster do. */
export class TestCluster {
  readonly subscriptions: Subscription[] = []
  /** Plural names that nobody may list: in all namespaces, or at all. */
  readonly forbidden = new Set<string>()
  readonly forbiddenInAll = new Set<string>()
  readonly absent = new Set<string>()
  private readonly objects = new Map<string, KubeObject>()
  private readonly sinks = new Map<Sink, Subscription>()

  constructor(...objects: KubeObject[]) {
    for (const object of objects) this.objects.set(keyOf(object), object)
  }

  get open(): number {
    return this.sinks.size
  }

  readonly subscribe: Subscribe = (subscription, sink) => {
    this.subscriptions.push(subscription)
    this.sinks.set(sink, subscription)
    this.list(sink, subscription)
    return { [Symbol.dispose]: () => this.sinks.delete(sink) }
  }

  apply(...objects: KubeObject[]): void {
    for (const object of objects) {
      this.objects.set(keyOf(object), object)
      for (const [sink, wanted] of this.sinks) if (isWanted(wanted, object)) sink.upsert(object)
    }
  }

  delete(kind: string, namespace: string, name: string): void {
    this.objects.delete(`${kind}/${namespace}/${name}`)
    for (const [sink, { resource }] of this.sinks) {
      if (resource.kind === kind) sink.remove({ namespace, name, uid: '' })
    }
  }

  /** What was absent or forbidden is told now. */
  allow(plural: string): void {
    this.absent.delete(plural)
    this.forbidden.delete(plural)
    for (const [sink, wanted] of this.sinks) if (wanted.resource.plural === plural) this.list(sink, wanted)
  }

  private list(sink: Sink, subscription: Subscription): void {
    const { resource, namespaces } = subscription
    const { plural } = resource
    const isWide = namespaces === undefined && this.forbiddenInAll.has(plural)
    if (this.absent.has(plural)) return sink.state?.(stateOf(resource, 'absent', ''))
    if (isWide || this.forbidden.has(plural)) return sink.state?.(stateOf(resource, 'forbidden', `list ${plural}`))
    for (const object of this.objects.values()) if (isWanted(subscription, object)) sink.upsert(object)
    sink.state?.(stateOf(resource, 'watching', ''))
    sink.synced?.()
  }
}

/** An object of a kind, in a few words. */
export function object(kind: string, place: string, fields: Record<string, unknown> = {}): KubeObject {
  const [namespace, name] = place.includes('/') ? place.split('/') : ['', place]
  const { labels, annotations, ownerReferences, ...rest } = fields
  const metadata = { name, ...(namespace === '' ? {} : { namespace }), labels, annotations, ownerReferences }
  return { kind, metadata: metadata as KubeObject['metadata'], ...rest }
}

/** A pod with an address and one port. */
export function pod(place: string, ip: string, labels: Record<string, string> = {}, port = 8080): KubeObject {
  return object('Pod', place, {
    labels,
    spec: {
      nodeName: 'n1',
      containers: [{ name: 'app', image: 'app:1', ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }] }],
    },
    status: { podIP: ip, hostIP: '10.0.0.1', phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  })
}

/** A service with one port, selecting by labels. */
export function service(place: string, labels: Record<string, string>, selector: Record<string, string>): KubeObject {
  return object('Service', place, {
    labels,
    spec: { type: 'ClusterIP', selector, ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }] },
  })
}

/** The slice of a service, with one endpoint for each pod. */
export function slice(place: string, serviceName: string, pods: Readonly<Record<string, string>>): KubeObject {
  const [namespace] = place.split('/')
  return object('EndpointSlice', place, {
    labels: { 'kubernetes.io/service-name': serviceName },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: Object.entries(pods).map(([name, ip]) => ({
      addresses: [ip],
      conditions: { ready: true },
      nodeName: 'n1',
      targetRef: { kind: 'Pod', namespace, name },
    })),
  })
}

function isWanted({ resource, namespaces, labelSelector }: Subscription, { kind, metadata }: KubeObject): boolean {
  if (kind !== resource.kind) return false
  if (namespaces && !namespaces.includes(metadata.namespace ?? '')) return false
  return labelSelector === undefined || matchesLabels(parseLabelSelector(labelSelector), metadata.labels)
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`
}

function stateOf(resource: Resource, phase: WatchState['phase'], reason: string): WatchState {
  const status = phase === 'forbidden' ? 403 : 0
  const failing = { failure: '', failingSinceMs: 0, failureText: '' } as const
  return { resource, namespace: '', phase, reason, status, objects: 0, sinceMs: 0, ...failing }
}
