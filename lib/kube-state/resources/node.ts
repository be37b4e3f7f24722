import type { LineWriter, ResourceFamilies } from '../family.ts'
import { type Condition, conditionLines } from './conditions.ts'
import { alpha, annotations, created, deleted, labels, stable } from './families.ts'
import { bit, mapOf, objects, stringMap, strings, text } from './fields.ts'
import { nameOf, type Stored } from './object.ts'
import { units } from './quantity.ts'
import { nodeResourceLabel } from './resource-label.ts'

interface Node extends Stored {
  readonly spec?: {
    readonly providerID?: string
    readonly podCIDR?: string
    readonly podCIDRs?: readonly string[]
    readonly unschedulable?: boolean
    readonly taints?: readonly { readonly key?: string; readonly value?: string; readonly effect?: string }[]
  }
  readonly status?: {
    readonly capacity?: Readonly<Record<string, unknown>>
    readonly allocatable?: Readonly<Record<string, unknown>>
    readonly conditions?: readonly Condition[]
    readonly addresses?: readonly { readonly type?: string; readonly address?: string }[]
    readonly nodeInfo?: Readonly<Record<string, string>>
  }
}

const INFO = [
  'kernel_version',
  'os_image',
  'container_runtime_version',
  'kubelet_version',
  'kubeproxy_version',
  'provider_id',
  'pod_cidr',
  'system_uuid',
  'internal_ip',
]
const ROLE = ['role']
const POD_CIDR = ['pod_cidr']
const TAINT = ['key', 'value', 'effect']
const RESOURCE = ['resource', 'unit']
const ADDRESS = ['type', 'address']

/** Nodes. */
export const nodes: ResourceFamilies<Node> = {
  resource: 'nodes',
  group: '',
  version: 'v1',
  kind: 'Node',
  namespaced: false,
  baseNames: ['node'],
  base: nameOf,
  families: [
    annotations(alpha, 'kube_node_annotations'),
    created(stable, 'kube_node_created'),
    deleted(alpha, 'kube_node_deletion_timestamp'),
    stable('kube_node_info', 'Information about a cluster node.', infoLine),
    labels(stable, 'kube_node_labels'),
    alpha('kube_node_role', 'The role of a cluster node.', roleLines),
    alpha('kube_node_spec_pod_cidrs', 'The pod CIDRs of a cluster node.', ({ spec }, out) => {
      for (const cidr of strings(spec?.podCIDRs)) out.labelled(POD_CIDR, [cidr], 1)
    }),
    stable('kube_node_spec_taint', 'The taint of a cluster node.', ({ spec }, out) => {
      for (const taint of objects(spec?.taints)) {
        out.labelled(TAINT, [text(taint.key), text(taint.value), text(taint.effect)], 1)
      }
    }),
    stable('kube_node_spec_unschedulable', 'Whether a node can schedule new pods.', ({ spec }, out) =>
      out.value(bit(spec?.unschedulable)),
    ),
    stable(
      'kube_node_status_allocatable',
      'The allocatable for different resources of a node that are available for scheduling.',
      ({ status }, out) => resourceLines(status?.allocatable, out),
    ),
    stable('kube_node_status_capacity', 'The capacity for different resources of a node.', ({ status }, out) =>
      resourceLines(status?.capacity, out),
    ),
    stable('kube_node_status_condition', 'The condition of a cluster node.', ({ status }, out) =>
      conditionLines(status?.conditions, out),
    ),
    alpha('kube_node_status_addresses', 'Node address information.', ({ status }, out) => {
      for (const { type, address } of objects(status?.addresses)) out.labelled(ADDRESS, [text(type), text(address)], 1)
    }),
  ],
}

function infoLine({ spec, status }: Node, out: LineWriter): void {
  const info = status?.nodeInfo
  out.labelled(
    INFO,
    [
      text(info?.kernelVersion),
      text(info?.osImage),
      text(info?.containerRuntimeVersion),
      text(info?.kubeletVersion),
      'deprecated', // kube-proxy's version is no longer told by kubelets
      text(spec?.providerID),
      text(spec?.podCIDR),
      text(info?.systemUUID),
      internalIp(status),
    ],
    1,
  )
}

/** The last one. */
function internalIp(status: Node['status']): string {
  let ip = ''
  for (const { type, address } of objects(status?.addresses)) if (type === 'InternalIP') ip = text(address)
  return ip
}

const ROLE_PREFIX = 'node-role.kubernetes.io/'

function roleLines({ metadata }: Node, out: LineWriter): void {
  for (const label of Object.keys(stringMap(metadata?.labels))) {
    if (label.startsWith(ROLE_PREFIX)) out.labelled(ROLE, [label.slice(ROLE_PREFIX.length)], 1)
  }
}

function resourceLines(quantities: Readonly<Record<string, unknown>> | undefined, out: LineWriter): void {
  for (const [name, quantity] of Object.entries(mapOf(quantities))) {
    const value = units(quantity)
    if (Number.isNaN(value)) continue // no API server keeps one that is no quantity
    const { label, units: unitsOf } = nodeResourceLabel(name)
    for (const unit of unitsOf) out.labelled(RESOURCE, [label, unit], value)
  }
}
