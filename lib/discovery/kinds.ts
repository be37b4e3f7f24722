import type { KubeObject, Resource } from '#lib/kube'
import { resources } from './resources.ts'
import {
  endpointSliceRecord,
  endpointsRecord,
  ingressRecord,
  metaRecord,
  nodeRecord,
  ownedRecord,
  podRecord,
  serviceRecord,
} from './read-records.ts'
import type {
  EndpointSliceRecord,
  EndpointsRecord,
  IngressRecord,
  MetaRecord,
  NodeRecord,
  OwnedRecord,
  PodRecord,
  ServiceRecord,
  TargetRefRecord,
} from './records.ts'

/** A kind of object that discovery reads: how it is asked for, what is kept of it and by what others find it. */
export interface Kind<R extends MetaRecord> {
  readonly resource: Resource
  record(object: KubeObject): R
  /** What the record refers to: `node/worker-1`. A change there may change what is made of this record. */
  refs(record: R): string[]
}

/** The label by which a slice names its Service. */
export const SERVICE_NAME = 'kubernetes.io/service-name'

export const podKind: Kind<PodRecord> = {
  resource: resources.pods,
  record: podRecord,
  refs: ({ namespace, nodeName, controller }) => [
    inNamespace(namespace),
    ...(nodeName === '' ? [] : [ofNode(nodeName)]),
    ...(controller ? [ofOwner(controller.kind, namespace, controller.name)] : []),
  ],
}

export const serviceKind: Kind<ServiceRecord> = {
  resource: resources.services,
  record: serviceRecord,
  refs: namespaceRef,
}

export const nodeKind: Kind<NodeRecord> = {
  resource: resources.nodes,
  record: nodeRecord,
  refs: () => [],
}

export const namespaceKind: Kind<MetaRecord> = {
  resource: resources.namespaces,
  record: metaRecord,
  refs: () => [],
}

export const endpointsKind: Kind<EndpointsRecord> = {
  resource: resources.endpoints,
  record: endpointsRecord,
  refs(record) {
    const addresses = record.subsets.flatMap(({ ready, notReady }) => [...ready, ...notReady])
    const ready = record.subsets.flatMap((subset) => subset.ready)
    return unique([
      inNamespace(record.namespace),
      ofService(record.namespace, record.name),
      ...addresses.flatMap(({ target }) => podRef(target)),
      ...ready.flatMap(({ target, nodeName }) => nodeRef(target, nodeName)),
    ])
  },
}

export const endpointSliceKind: Kind<EndpointSliceRecord> = {
  resource: resources.endpointslices,
  record: endpointSliceRecord,
  refs: ({ namespace, labels, endpoints }) =>
    unique([
      inNamespace(namespace),
      ...(SERVICE_NAME in labels ? [ofService(namespace, labels[SERVICE_NAME])] : []),
      ...endpoints.flatMap(({ target }) => podRef(target)),
      ...endpoints.flatMap(({ target, nodeName }) => nodeRef(target, nodeName)),
    ]),
}

export const ingressKind: Kind<IngressRecord> = {
  resource: resources.ingresses,
  record: ingressRecord,
  refs: namespaceRef,
}

export const replicaSetKind: Kind<OwnedRecord> = {
  resource: resources.replicasets,
  record: ownedRecord,
  refs: () => [],
}

export const jobKind: Kind<OwnedRecord> = {
  resource: resources.jobs,
  record: ownedRecord,
  refs: () => [],
}

/** The ref of all that is in a namespace. */
export function inNamespace(namespace: string): string {
  return `namespace/${namespace}`
}

/** The ref of what hangs on a node. */
export function ofNode(name: string): string {
  return `node/${name}`
}

/** The ref of what hangs on a pod. */
export function ofPod(namespace: string, name: string): string {
  return `pod/${namespace}/${name}`
}

/** The ref of what hangs on a service. */
export function ofService(namespace: string, name: string): string {
  return `service/${namespace}/${name}`
}

/** The ref of what a controller owns. */
export function ofOwner(kind: string, namespace: string, name: string): string {
  return `owner/${kind}/${namespace}/${name}`
}

function namespaceRef({ namespace }: MetaRecord): string[] {
  return [inNamespace(namespace)]
}

function podRef(target: TargetRefRecord | undefined): string[] {
  return target?.kind === 'Pod' ? [ofPod(target.namespace, target.name)] : []
}

/** As Prometheus: a node is followed where the target is a pod on it or the node itself, not where only a name is given. */
function nodeRef(target: TargetRefRecord | undefined, nodeName: string | undefined): string[] {
  if (target?.kind === 'Node') return [ofNode(target.name)]
  return target?.kind === 'Pod' && nodeName !== undefined ? [ofNode(nodeName)] : []
}

function unique(refs: string[]): string[] {
  return [...new Set(refs)]
}
