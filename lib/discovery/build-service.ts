import { addNamespaceLabels, addObjectLabels, joinHostPort, meta, type Labels, type Lookups } from './meta-labels.ts'
import type { MetaRecord, ServicePortRecord, ServiceRecord } from './records.ts'
import type { DiscoveredGroup } from './target-group.ts'

/** One target for each port of a service, at its name in the cluster's DNS. */
export function buildService(service: ServiceRecord, lookups: Lookups): DiscoveredGroup {
  const labels: Labels = {}
  addServiceLabels(labels, service)
  addNamespaceLabels(labels, service.namespace, lookups)
  return {
    source: serviceSource(service.namespace, service.name),
    targets: service.ports.map((port) => portTarget(service, port)),
    labels,
  }
}

/** The source of a service's group. */
export function serviceSource(namespace: string, name: string): string {
  return `svc/${namespace}/${name}`
}

/** What is said of a service on each of its targets. */
export function addServiceLabels(labels: Labels, service: MetaRecord): void {
  labels[meta('namespace')] = service.namespace
  addObjectLabels(labels, 'service', service)
}

function portTarget(service: ServiceRecord, port: ServicePortRecord): Labels {
  const isExternal = service.type === 'ExternalName'
  return {
    __address__: joinHostPort(`${service.name}.${service.namespace}.svc`, port.number),
    [meta('service_port_name')]: port.name,
    [meta('service_port_number')]: String(port.number),
    [meta('service_port_protocol')]: port.protocol,
    [meta('service_type')]: service.type,
    ...(isExternal
      ? { [meta('service_external_name')]: service.externalName }
      : { [meta('service_cluster_ip')]: service.clusterIp }),
    ...(service.type === 'LoadBalancer' ? { [meta('service_loadbalancer_ip')]: service.loadBalancerIp } : {}),
  }
}
