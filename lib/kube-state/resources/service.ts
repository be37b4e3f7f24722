import type { ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, deleted, labels, stable } from './families.ts'
import { objects, strings, text } from './fields.ts'
import { namespaceNameAndUid, type Stored } from './object.ts'

interface Service extends Stored {
  readonly spec?: {
    readonly type?: string
    readonly clusterIP?: string
    readonly externalName?: string
    readonly loadBalancerIP?: string
    readonly externalTrafficPolicy?: string
    readonly externalIPs?: readonly string[]
  }
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] }
  }
}

const INFO = ['cluster_ip', 'external_name', 'load_balancer_ip', 'external_traffic_policy']
const TYPE = ['type']
const EXTERNAL_IP = ['external_ip']
const INGRESS = ['ip', 'hostname']

/** Services. */
export const services: ResourceFamilies<Service> = {
  resource: 'services',
  group: '',
  version: 'v1',
  kind: 'Service',
  namespaced: true,
  baseNames: ['namespace', 'service', 'uid'],
  base: namespaceNameAndUid,
  families: [
    stable('kube_service_info', 'Information about service.', ({ spec }, out) => {
      const names = [text(spec?.clusterIP), text(spec?.externalName), text(spec?.loadBalancerIP)]
      out.labelled(INFO, [...names, text(spec?.externalTrafficPolicy)], 1)
    }),
    created(stable, 'kube_service_created'),
    stable('kube_service_spec_type', 'Type about service.', ({ spec }, out) =>
      out.labelled(TYPE, [text(spec?.type)], 1),
    ),
    annotations(alpha, 'kube_service_annotations'),
    labels(stable, 'kube_service_labels'),
    stable('kube_service_spec_external_ip', 'Service external ips. One series for each ip', ({ spec }, out) => {
      for (const ip of strings(spec?.externalIPs)) out.labelled(EXTERNAL_IP, [ip], 1)
    }),
    stable('kube_service_status_load_balancer_ingress', 'Service load balancer ingress status', ({ status }, out) => {
      for (const { ip, hostname } of objects(status?.loadBalancer?.ingress)) {
        out.labelled(INGRESS, [text(ip), text(hostname)], 1)
      }
    }),
    deleted(alpha, 'kube_service_deletion_timestamp'),
  ],
}
