import { addContainerLabels } from './build-pod.ts'
import { addServiceLabels } from './build-service.ts'
import { SERVICE_NAME } from './kinds.ts'
import {
  addNamespaceLabels,
  addNodeLabels,
  addObjectLabels,
  addPodLabels,
  joinHostPort,
  meta,
  sanitizeLabelName,
  type Labels,
  type Lookups,
} from './meta-labels.ts'
import type { EndpointSliceRecord, ServiceRecord, SliceEndpointRecord, SlicePortRecord } from './records.ts'
import { SeenPods } from './seen-pods.ts'
import type { DiscoveredGroup } from './target-group.ts'

/** What a slice needs to find beside the lookups that all share. */
export interface SliceLookups extends Lookups {
  service(namespace: string, name: string): ServiceRecord | undefined
}

/** One target for each address and port of a slice, and for each other port of the pods behind them. */
export function buildEndpointSlice(slice: EndpointSliceRecord, lookups: SliceLookups): DiscoveredGroup {
  const { namespace, name } = slice
  const labels: Labels = {
    [meta('namespace')]: namespace,
    [meta('endpointslice_address_type')]: slice.addressType,
  }
  addObjectLabels(labels, 'endpointslice', slice)
  const owner = Object.hasOwn(slice.labels, SERVICE_NAME) ? slice.labels[SERVICE_NAME] : undefined
  const service = owner === undefined ? undefined : lookups.service(namespace, owner)
  if (service) addServiceLabels(labels, service)
  addNamespaceLabels(labels, namespace, lookups)
  const source = endpointSliceSource(namespace, name)
  return { source, targets: isSecondFamily(slice, service) ? [] : sliceTargets(slice, lookups), labels }
}

/** The source of a slice's group. */
export function endpointSliceSource(namespace: string, name: string): string {
  return `endpointslice/${namespace}/${name}`
}

/** A dual-stack service has its pods in slices of both families: they are taken from the first family alone. */
function isSecondFamily({ addressType }: EndpointSliceRecord, service: ServiceRecord | undefined): boolean {
  if (!service?.ipFamilyPolicy.endsWith('DualStack')) return false
  const [first] = service.ipFamilies
  return first !== undefined && (addressType === 'IPv4' || addressType === 'IPv6') && addressType !== first
}

function sliceTargets(slice: EndpointSliceRecord, lookups: Lookups): Labels[] {
  const pods = new SeenPods(lookups)
  const targets = slice.endpoints.flatMap((endpoint) =>
    slice.ports.flatMap((port) =>
      endpoint.addresses.map((address) => addressTarget(address, endpoint, port, pods, lookups)),
    ),
  )
  return [...targets, ...pods.otherPorts()]
}

function addressTarget(
  address: string,
  endpoint: SliceEndpointRecord,
  port: SlicePortRecord,
  pods: SeenPods,
  lookups: Lookups,
): Labels {
  const target: Labels = { __address__: port.number === undefined ? address : joinHostPort(address, port.number) }
  addPortLabels(target, port)
  addEndpointLabels(target, endpoint)
  const onNode = endpoint.target?.kind === 'Node' ? endpoint.target.name : endpoint.nodeName
  addNodeLabels(target, onNode, lookups)
  const pod = pods.see(endpoint.target, port.number)
  if (!pod) return target
  addPodLabels(target, pod, lookups)
  for (const container of pod.containers) {
    const found = container.ports.find(({ number }) => number === port.number)
    if (found) addContainerLabels(target, container, found)
  }
  return target
}

function addPortLabels(target: Labels, port: SlicePortRecord): void {
  add(target, 'endpointslice_port_name', port.name)
  add(target, 'endpointslice_port_protocol', port.protocol)
  add(target, 'endpointslice_port', port.number)
  add(target, 'endpointslice_port_app_protocol', port.appProtocol)
}

function addEndpointLabels(target: Labels, endpoint: SliceEndpointRecord): void {
  add(target, 'endpointslice_endpoint_conditions_ready', endpoint.ready)
  add(target, 'endpointslice_endpoint_conditions_serving', endpoint.serving)
  add(target, 'endpointslice_endpoint_conditions_terminating', endpoint.terminating)
  add(target, 'endpointslice_endpoint_hostname', endpoint.hostname)
  add(target, 'endpointslice_address_target_kind', endpoint.target?.kind)
  add(target, 'endpointslice_address_target_name', endpoint.target?.name)
  add(target, 'endpointslice_endpoint_node_name', endpoint.nodeName)
  add(target, 'endpointslice_endpoint_zone', endpoint.zone)
  for (const [key, value] of Object.entries(endpoint.topology)) {
    const name = sanitizeLabelName(key)
    add(target, `endpointslice_endpoint_topology_${name}`, value)
    add(target, `endpointslice_endpoint_topology_present_${name}`, true)
  }
}

function add(target: Labels, name: string, value: string | number | boolean | undefined): void {
  if (value !== undefined) target[meta(name)] = String(value)
}
