import type { KubeObject } from '#lib/kube'
import { integerOf, objectAt, objectOf, objectsOf, textMapOf, textOf, textsOf, own, type Json } from './read.ts'

/** What is kept of each object: only the fields that become labels, or that say why there is no target. */
export interface MetaRecord {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export interface PodRecord extends MetaRecord {
  readonly ip: string
  readonly hostIp: string
  readonly nodeName: string
  readonly phase: string
  /** `true`, `false` or `unknown`. */
  readonly ready: string
  readonly controller: OwnerRecord | undefined
  readonly containers: readonly ContainerRecord[]
}

export interface ContainerRecord {
  readonly name: string
  readonly image: string
  readonly id: string
  readonly isInit: boolean
  readonly ports: readonly ContainerPortRecord[]
}

export interface ContainerPortRecord {
  readonly name: string
  readonly number: number
  readonly protocol: string
}

export interface OwnerRecord {
  readonly kind: string
  readonly name: string
}

/** A ReplicaSet or a Job: only who controls it. */
export interface OwnedRecord extends MetaRecord {
  readonly controller: OwnerRecord | undefined
}

export interface ServiceRecord extends MetaRecord {
  readonly type: string
  readonly clusterIp: string
  readonly externalName: string
  readonly loadBalancerIp: string
  readonly ipFamilyPolicy: string
  readonly ipFamilies: readonly string[]
  readonly selector: Readonly<Record<string, string>>
  readonly ports: readonly ServicePortRecord[]
}

export interface ServicePortRecord {
  readonly name: string
  readonly number: number
  readonly protocol: string
  readonly targetPort: string
}

export interface NodeRecord extends MetaRecord {
  readonly providerId: string
  readonly kubeletPort: number
  readonly addresses: readonly { readonly type: string; readonly address: string }[]
  readonly conditions: readonly { readonly type: string; readonly status: string }[]
}

export interface TargetRefRecord {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

export interface EndpointsRecord extends MetaRecord {
  readonly subsets: readonly SubsetRecord[]
}

export interface SubsetRecord {
  readonly ready: readonly EndpointAddressRecord[]
  readonly notReady: readonly EndpointAddressRecord[]
  readonly ports: readonly ServicePortRecord[]
}

export interface EndpointAddressRecord {
  readonly ip: string
  readonly hostname: string
  readonly nodeName: string | undefined
  readonly target: TargetRefRecord | undefined
}

export interface EndpointSliceRecord extends MetaRecord {
  readonly addressType: string
  readonly ports: readonly SlicePortRecord[]
  readonly endpoints: readonly SliceEndpointRecord[]
}

/** Absent fields give no labels. */
export interface SlicePortRecord {
  readonly name: string | undefined
  readonly number: number | undefined
  readonly protocol: string | undefined
  readonly appProtocol: string | undefined
}

export interface SliceEndpointRecord {
  readonly addresses: readonly string[]
  readonly ready: boolean | undefined
  readonly serving: boolean | undefined
  readonly terminating: boolean | undefined
  readonly hostname: string | undefined
  readonly nodeName: string | undefined
  readonly zone: string | undefined
  readonly topology: Readonly<Record<string, string>>
  readonly target: TargetRefRecord | undefined
}

export interface IngressRecord extends MetaRecord {
  readonly className: string | undefined
  readonly tlsHosts: readonly string[]
  /** `paths` is undefined where the rule says nothing of HTTP. */
  readonly rules: readonly { readonly host: string; readonly paths: readonly string[] | undefined }[]
}

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
