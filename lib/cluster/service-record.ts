import { type ClusterObject, commonOf } from './common-record.ts'
import { at, items, number } from './fields.ts'
import type { Keeper } from './keeper.ts'
import type { EndpointsRecord, ServiceRecord } from './records.ts'

/** The record of a Service. */
export function serviceRecord(service: ClusterObject, keep: Keeper): ServiceRecord {
  const spec = at(service, 'spec')
  return {
    ...commonOf(service, keep),
    type: keep.name(at(spec, 'type')),
    clusterIp: keep.text(at(spec, 'clusterIP')),
    externalName: keep.text(at(spec, 'externalName')),
    selector: keep.texts(at(spec, 'selector')),
    ports: keep.shared(portsOf(spec, keep)),
  }
}

function portsOf(spec: unknown, keep: Keeper) {
  return items(at(spec, 'ports')).map(({ name, port, targetPort, protocol }) => ({
    name: keep.name(name),
    port: number(port),
    targetPort: typeof targetPort === 'number' ? String(targetPort) : keep.name(targetPort),
    protocol: keep.name(protocol) || 'TCP',
  }))
}

/** The record of an EndpointSlice. An endpoint that says nothing of itself is ready. */
export function endpointsRecord(slice: ClusterObject, keep: Keeper): EndpointsRecord {
  const common = commonOf(slice, keep)
  const endpoints = items(at(slice, 'endpoints'))
  const ready = endpoints.filter(({ conditions }) => at(conditions, 'ready') !== false).length
  return {
    ...common,
    service: common.labels['kubernetes.io/service-name'] ?? '',
    ready,
    notReady: endpoints.length - ready,
  }
}
