import type { LineWriter, ResourceFamilies } from '../family.ts'
import { alpha, annotations, created, labels } from './families.ts'
import { lengthOf, objects, optionalFlag, optionalInteger, strings, text } from './fields.ts'
import type { Stored } from './object.ts'

interface EndpointSlice extends Stored {
  readonly addressType?: string
  readonly endpoints?: readonly Endpoint[]
  readonly ports?: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[]
}

interface Endpoint {
  readonly addresses?: readonly string[]
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean }
  readonly hostname?: string
  readonly targetRef?: { readonly kind?: string; readonly name?: string; readonly namespace?: string }
  readonly nodeName?: string
  readonly zone?: string
  readonly hints?: { readonly forZones?: readonly { readonly name?: string }[] }
}

const INFO = ['addresstype']
const HINT = ['address', 'for_zone']
const PORT = ['port_name', 'port_protocol', 'port_number']
const ENDPOINT = [
  'ready',
  'serving',
  'hostname',
  'terminating',
  'targetref_kind',
  'targetref_name',
  'targetref_namespace',
  'endpoint_nodename',
  'endpoint_zone',
  'address',
]

/** Endpoint slices. */
export const endpointSlices: ResourceFamilies<EndpointSlice> = {
  resource: 'endpointslices',
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  namespaced: true,
  baseNames: ['endpointslice', 'namespace'],
  base: ({ metadata }) => [text(metadata?.name), text(metadata?.namespace)],
  families: [
    alpha('kube_endpointslice_info', 'Information about endpointslice.', ({ addressType }, out) =>
      out.labelled(INFO, [text(addressType)], 1),
    ),
    created(alpha, 'kube_endpointslice_created'),
    alpha('kube_endpointslice_endpoints_hints', 'Topology routing hints attached to endpoints', hintLines),
    alpha('kube_endpointslice_endpoints', 'Endpoints attached to the endpointslice.', endpointLines),
    alpha('kube_endpointslice_ports', 'Ports attached to the endpointslice.', portLines),
    annotations(alpha, 'kube_endpointslice_annotations'),
    labels(alpha, 'kube_endpointslice_labels'),
  ],
}

/** Of the first address, because all addresses of an endpoint are alike. */
function hintLines({ endpoints }: EndpointSlice, out: LineWriter): void {
  for (const { addresses, hints } of objects(endpoints)) {
    if (lengthOf(addresses) === 0) continue
    const address = text(addresses?.[0])
    for (const { name } of objects(hints?.forZones)) out.labelled(HINT, [address, text(name)], 1)
  }
}

function endpointLines({ endpoints }: EndpointSlice, out: LineWriter): void {
  for (const endpoint of objects(endpoints)) {
    const values = endpointValues(endpoint)
    for (const address of strings(endpoint.addresses)) out.labelled(ENDPOINT, [...values, address], 1)
  }
}

function endpointValues({ conditions, hostname, targetRef, nodeName, zone }: Endpoint): readonly string[] {
  return [
    optionalFlag(conditions?.ready),
    optionalFlag(conditions?.serving),
    text(hostname),
    optionalFlag(conditions?.terminating),
    text(targetRef?.kind),
    text(targetRef?.name),
    text(targetRef?.namespace),
    text(nodeName),
    text(zone),
  ]
}

function portLines({ ports }: EndpointSlice, out: LineWriter): void {
  for (const { name, port, protocol } of objects(ports)) {
    out.labelled(PORT, [text(name), text(protocol), optionalInteger(port)], 1)
  }
}
