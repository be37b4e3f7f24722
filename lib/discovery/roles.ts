import { buildEndpoints } from './build-endpoints.ts'
import { buildEndpointSlice, type SliceLookups } from './build-endpointslice.ts'
import { buildIngress } from './build-ingress.ts'
import { buildNode } from './build-node.ts'
import { buildPod } from './build-pod.ts'
import { buildService } from './build-service.ts'
import type { KubernetesRole } from './config.ts'
import {
  endpointsKind,
  endpointSliceKind,
  ingressKind,
  nodeKind,
  podKind,
  SERVICE_NAME,
  serviceKind,
  type Kind,
} from './kinds.ts'
import type {
  EndpointSliceRecord,
  EndpointsRecord,
  IngressRecord,
  MetaRecord,
  NodeRecord,
  PodRecord,
  ServiceRecord,
} from './records.ts'
import type { DiscoveredGroup } from './target-group.ts'

/** What a role makes of the objects of its kind. */
export interface RoleOf<R extends MetaRecord> {
  readonly kind: Kind<R>
  /** The source of the group of `namespace/name`. */
  source(key: string): string
  build(record: R, lookups: SliceLookups): DiscoveredGroup | undefined
  /** The object whose labels and annotations pools select by. */
  subject(record: R, lookups: SliceLookups): MetaRecord | undefined
}

interface Roles extends Record<KubernetesRole, unknown> {
  readonly pod: RoleOf<PodRecord>
  readonly service: RoleOf<ServiceRecord>
  readonly node: RoleOf<NodeRecord>
  readonly endpoints: RoleOf<EndpointsRecord>
  readonly endpointslice: RoleOf<EndpointSliceRecord>
  readonly ingress: RoleOf<IngressRecord>
}

/** The roles of `kubernetes_sd_configs`. */
export const roles: Roles = {
  pod: { kind: podKind, source: (key) => `pod/${key}`, build: buildPod, subject: itself },
  service: { kind: serviceKind, source: (key) => `svc/${key}`, build: buildService, subject: itself },
  node: { kind: nodeKind, source: (key) => `node/${key}`, build: buildNode, subject: itself },
  endpoints: { kind: endpointsKind, source: (key) => `endpoints/${key}`, build: buildEndpoints, subject: sameService },
  endpointslice: {
    kind: endpointSliceKind,
    source: (key) => `endpointslice/${key}`,
    build: buildEndpointSlice,
    subject: serviceOfSlice,
  },
  ingress: { kind: ingressKind, source: (key) => `ingress/${key}`, build: buildIngress, subject: itself },
}

function itself(record: MetaRecord): MetaRecord {
  return record
}

function sameService({ namespace, name }: MetaRecord, lookups: SliceLookups): MetaRecord | undefined {
  return lookups.service(namespace, name)
}

function serviceOfSlice({ namespace, labels }: MetaRecord, lookups: SliceLookups): MetaRecord | undefined {
  return Object.hasOwn(labels, SERVICE_NAME) ? lookups.service(namespace, labels[SERVICE_NAME]) : undefined
}
