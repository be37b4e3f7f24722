import type { KubeObject } from '#lib/kube'
import { integerOf, objectAt, objectOf, objectsOf, own, textMapOf, textOf, textsOf, type Json } from './read.ts'
import type {
  ContainerRecord,
  EndpointAddressRecord,
  EndpointSliceRecord,
  EndpointsRecord,
  IngressRecord,
  MetaRecord,
  NodeRecord,
  OwnedRecord,
  OwnerRecord,
  PodRecord,
  ServicePortRecord,
  ServiceRecord,
  SliceEndpointRecord,
  TargetRefRecord,
} from './records.ts'

/** Whole manifests, secrets in them included: never a label. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** The part that all records share. */
export function metaRecord({ metadata }: KubeObject): MetaRecord {
  const { [LAST_APPLIED]: _, ...annotations } = textMapOf(metadata.annotations)
  return {
    namespace: textOf(metadata.namespace),
    name: metadata.name,
    uid: textOf(metadata.uid),
    labels: textMapOf(metadata.labels),
    annotations,
  }
}

/** A ReplicaSet or a Job. */
export function ownedRecord(object: KubeObject): OwnedRecord {
  const { namespace, name, uid } = metaRecord(object)
  return { namespace, name, uid, labels: {}, annotations: {}, controller: controllerOf(object) }
}

/** A Pod. */
export function podRecord(object: KubeObject): PodRecord {
  const spec = objectOf(object.spec)
  const status = objectOf(object.status)
  return {
    ...metaRecord(object),
    ip: textOf(status.podIP),
    hostIp: textOf(status.hostIP),
    nodeName: textOf(spec.nodeName),
    phase: textOf(status.phase),
    ready: conditionOf(status, 'Ready') ?? 'unknown',
    controller: controllerOf(object),
    containers: [
      ...containersOf(spec.containers, status.containerStatuses, false),
      ...containersOf(spec.initContainers, status.initContainerStatuses, true),
    ],
  }
}

/** A Service. */
export function serviceRecord(object: KubeObject): ServiceRecord {
  const spec = objectOf(object.spec)
  return {
    ...metaRecord(object),
    type: textOf(spec.type),
    clusterIp: textOf(spec.clusterIP),
    externalName: textOf(spec.externalName),
    loadBalancerIp: textOf(spec.loadBalancerIP),
    ipFamilyPolicy: textOf(spec.ipFamilyPolicy),
    ipFamilies: textsOf(spec.ipFamilies),
    selector: textMapOf(spec.selector),
    ports: objectsOf(spec.ports).map(servicePortOf),
  }
}

/** A Node. */
export function nodeRecord(object: KubeObject): NodeRecord {
  const status = objectOf(object.status)
  const kubelet = objectOf(objectOf(status.daemonEndpoints).kubeletEndpoint)
  return {
    ...metaRecord(object),
    providerId: textOf(objectOf(object.spec).providerID),
    kubeletPort: integerOf(kubelet.Port) ?? integerOf(kubelet.port) ?? 0,
    addresses: objectsOf(status.addresses).map((one) => ({ type: textOf(one.type), address: textOf(one.address) })),
    conditions: objectsOf(status.conditions).map((one) => ({ type: textOf(one.type), status: textOf(one.status) })),
  }
}

/** An Endpoints object. */
export function endpointsRecord(object: KubeObject): EndpointsRecord {
  const subsets = objectsOf(object.subsets).map((subset) => ({
    ready: objectsOf(subset.addresses).map(endpointAddressOf),
    notReady: objectsOf(subset.notReadyAddresses).map(endpointAddressOf),
    ports: objectsOf(subset.ports).map(servicePortOf),
  }))
  return { ...metaRecord(object), subsets }
}

/** An EndpointSlice. */
export function endpointSliceRecord(object: KubeObject): EndpointSliceRecord {
  return {
    ...metaRecord(object),
    addressType: textOf(object.addressType),
    ports: objectsOf(object.ports).map((port) => ({
      name: maybeText(port.name),
      number: integerOf(port.port),
      protocol: maybeText(port.protocol),
      appProtocol: maybeText(port.appProtocol),
    })),
    endpoints: objectsOf(object.endpoints).map(sliceEndpointOf),
  }
}

/** An Ingress. */
export function ingressRecord(object: KubeObject): IngressRecord {
  const spec = objectOf(object.spec)
  return {
    ...metaRecord(object),
    className: maybeText(spec.ingressClassName),
    tlsHosts: objectsOf(spec.tls).flatMap((tls) => textsOf(tls.hosts)),
    rules: objectsOf(spec.rules).map((rule) => ({ host: textOf(rule.host), paths: pathsOf(rule) })),
  }
}

function pathsOf(rule: Json): string[] | undefined {
  const http = objectAt(rule, 'http')
  return http && objectsOf(http.paths).map((path) => textOf(path.path))
}

function sliceEndpointOf(endpoint: Json): SliceEndpointRecord {
  const conditions = objectOf(endpoint.conditions)
  return {
    addresses: textsOf(endpoint.addresses),
    ready: maybeBoolean(conditions.ready),
    serving: maybeBoolean(conditions.serving),
    terminating: maybeBoolean(conditions.terminating),
    hostname: maybeText(endpoint.hostname),
    nodeName: maybeText(endpoint.nodeName),
    zone: maybeText(endpoint.zone),
    topology: textMapOf(endpoint.deprecatedTopology),
    target: targetRefOf(endpoint),
  }
}

function endpointAddressOf(address: Json): EndpointAddressRecord {
  return {
    ip: textOf(address.ip),
    hostname: textOf(address.hostname),
    nodeName: maybeText(address.nodeName),
    target: targetRefOf(address),
  }
}

function targetRefOf(parent: Json): TargetRefRecord | undefined {
  const ref = objectAt(parent, 'targetRef')
  return ref && { kind: textOf(ref.kind), namespace: textOf(ref.namespace), name: textOf(ref.name) }
}

function servicePortOf(port: Json): ServicePortRecord {
  const { targetPort } = port
  return {
    name: textOf(port.name),
    number: integerOf(port.port) ?? 0,
    protocol: textOf(port.protocol),
    targetPort: typeof targetPort === 'string' || typeof targetPort === 'number' ? String(targetPort) : '',
  }
}

function containersOf(containers: unknown, statuses: unknown, isInit: boolean): ContainerRecord[] {
  const ids = new Map(objectsOf(statuses).map((status) => [textOf(status.name), textOf(status.containerID)]))
  return objectsOf(containers).map((container) => ({
    name: textOf(container.name),
    image: textOf(container.image),
    id: ids.get(textOf(container.name)) ?? '',
    isInit,
    ports: objectsOf(container.ports).map((port) => ({
      name: textOf(port.name),
      number: integerOf(port.containerPort) ?? 0,
      protocol: textOf(port.protocol),
    })),
  }))
}

function controllerOf({ metadata }: KubeObject): OwnerRecord | undefined {
  const owner = objectsOf(metadata.ownerReferences).find((ref) => ref.controller === true)
  return owner && { kind: textOf(owner.kind), name: textOf(owner.name) }
}

function conditionOf(status: Json, type: string): string | undefined {
  const condition = objectsOf(status.conditions).find((one) => one.type === type)
  return condition && textOf(own(condition, 'status')).toLowerCase()
}

function maybeText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function maybeBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined
}
