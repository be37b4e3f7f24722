import type { LineWriter, ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, deprecated, info, labels, stable } from './families.ts'
import { count, objects, text } from './fields.ts'
import { namespaceAndName, type Stored } from './object.ts'

interface Endpoints extends Stored {
  readonly subsets?: readonly {
    readonly addresses?: Addresses
    readonly notReadyAddresses?: Addresses
    readonly ports?: readonly Port[]
  }[]
}

type Addresses = readonly { readonly ip?: string }[]

interface Port {
  readonly name?: string
  readonly port?: number
  readonly protocol?: string
}

const ADDRESS = ['port_protocol', 'port_number', 'port_name', 'ip', 'ready']
const PORT = ['port_name', 'port_protocol', 'port_number']

/** Endpoints of services, as they were before slices. */
export const endpoints: ResourceFamilies<Endpoints> = {
  resource: 'endpoints',
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  namespaced: true,
  baseNames: ['namespace', 'endpoint'],
  base: namespaceAndName,
  families: [
    info(stable, 'kube_endpoint_info', 'Information about endpoint.'),
    created(stable, 'kube_endpoint_created'),
    annotations(alpha, 'kube_endpoint_annotations'),
    labels(stable, 'kube_endpoint_labels'),
    stable('kube_endpoint_address', 'Information about Endpoint available and non available addresses.', addressLines),
    deprecated('v2.14.0', stable('kube_endpoint_ports', 'Information about the Endpoint ports.', portLines)),
  ],
}

function addressLines({ subsets }: Endpoints, out: LineWriter): void {
  for (const { ports, addresses, notReadyAddresses } of objects(subsets)) {
    for (const port of objects(ports)) {
      for (const { ip } of objects(addresses)) out.labelled(ADDRESS, addressValues(port, text(ip), 'true'), 1)
      for (const { ip } of objects(notReadyAddresses)) out.labelled(ADDRESS, addressValues(port, text(ip), 'false'), 1)
    }
  }
}

function addressValues({ name, port, protocol }: Port, ip: string, ready: string): readonly string[] {
  return [text(protocol), String(count(port)), text(name), ip, ready]
}

function portLines({ subsets }: Endpoints, out: LineWriter): void {
  for (const { ports } of objects(subsets)) {
    for (const { name, port, protocol } of objects(ports)) {
      out.labelled(PORT, [text(name), text(protocol), String(count(port))], 1)
    }
  }
}
