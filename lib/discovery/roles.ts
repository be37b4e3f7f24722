import { buildEndpoints } from './build-endpoints.ts'
import { buildEndpointSlice, type SliceLookups } from './build-endpointslice.ts'
import { buildIngress } from './build-ingress.ts'
import { buildNode } from './build-node.ts'
import { buildPod } from './build-pod.ts'
import { buildService } from './build-service.ts'
import type { KubernetesRole } from './config.ts'
import { endpointsKind, endpointSliceKind, ingressKind, nodeKind, podKind, serviceKind, type Kind } from './kinds.ts'
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
  pod: { kind: podKind, source: (key) => `pod/${key}`, build: buildPod },
  service: { kind: serviceKind, source: (key) => `svc/${key}`, build: buildService },
  node: { kind: nodeKind, source: (key) => `node/${key}`, build: buildNode },
  endpoints: { kind: endpointsKind, source: (key) => `endpoints/${key}`, build: buildEndpoints },
  endpointslice: { kind: endpointSliceKind, source: (key) => `endpointslice/${key}`, build: buildEndpointSlice },
  ingress: { kind: ingressKind, source: (key) => `ingress/${key}`, build: buildIngress },
}
