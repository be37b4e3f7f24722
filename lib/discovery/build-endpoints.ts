import { addContainerLabels } from './build-pod.ts'
import { addServiceLabels } from './build-service.ts'
import {
  addNamespaceLabels,
  addNodeLabels,
  addObjectLabels,
  addPodLabels,
  joinHostPort,
  meta,
  type Labels,
  type Lookups,
} from './meta-labels.ts'
import { SeenPods } from './seen-pods.ts'
import type { EndpointAddressRecord, EndpointsRecord, ServicePortRecord } from './records.ts'
import type { DiscoveredGroup } from './target-group.ts'

/** One target for each address and port, and for each other port of the pods behind them. */
export function buildEndpoints(endpoints: EndpointsRecord, lookups: Lookups): DiscoveredGroup {
  const { namespace, name } = endpoints
  const labels: Labels = { [meta('namespace')]: namespace }
  const service = lookups.service(namespace, name)
  if (service) addServiceLabels(labels, service)
  addObjectLabels(labels, 'endpoints', endpoints)
  addNamespaceLabels(labels, namespace, lookups)
  const pods = new SeenPods(lookups)
  const targets = endpoints.subsets.flatMap((subset) =>
    subset.ports.flatMap((port) => [
      ...subset.ready.map((address) => addressTarget(address, port, true, pods, lookups)),
      ...subset.notReady.map((address) => addressTarget(address, port, false, pods, lookups)),
    ]),
  )
  return { source: endpointsSource(namespace, name), targets: [...targets, ...pods.otherPorts()], labels }
}

/** The source of the group of an Endpoints object. */
export function endpointsSource(namespace: string, name: string): string {
  return `endpoints/${namespace}/${name}`
}

function addressTarget(
  address: EndpointAddressRecord,
  port: ServicePortRecord,
  isReady: boolean,
  pods: SeenPods,
  lookups: Lookups,
): Labels {
  const target: Labels = {
    __address__: joinHostPort(address.ip, port.number),
    [meta('endpoint_port_name')]: port.name,
    [meta('endpoint_port_protocol')]: port.protocol,
    [meta('endpoint_ready')]: String(isReady),
  }
  addAddressLabels(target, address)
  const onNode = address.target?.kind === 'Node' ? address.target.name : undefined
  addNodeLabels(target, address.nodeName ?? onNode, lookups)
  const pod = pods.see(address.target, port.number)
  if (!pod) return target
  addPodLabels(target, pod, lookups)
  for (const container of pod.containers) {
    const found = container.ports.find(({ number }) => number === port.number)
    if (found) addContainerLabels(target, container, found, port.protocol)
  }
  return target
}

function addAddressLabels(target: Labels, address: EndpointAddressRecord): void {
  if (address.target) {
    target[meta('endpoint_address_target_kind')] = address.target.kind
    target[meta('endpoint_address_target_name')] = address.target.name
  }
  if (address.nodeName !== undefined) target[meta('endpoint_node_name')] = address.nodeName
  if (address.hostname !== '') target[meta('endpoint_hostname')] = address.hostname
}
