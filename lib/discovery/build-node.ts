import { addObjectLabels, joinHostPort, meta, sanitizeLabelName, type Labels } from './meta-labels.ts'
import type { NodeRecord } from './records.ts'
import type { DiscoveredGroup } from './target-group.ts'

/** Which address of a node is asked, the first that there is. */
const preferred = ['InternalIP', 'InternalDNS', 'ExternalIP', 'ExternalDNS', 'LegacyHostIP', 'Hostname']

/** The kubelet of a node; undefined where the node has no address yet. */
export function buildNode(node: NodeRecord): DiscoveredGroup | undefined {
  const address = nodeAddress(node)
  if (address === undefined) return undefined
  const labels: Labels = { [meta('node_provider_id')]: node.providerId }
  addObjectLabels(labels, 'node', node)
  for (const { type, status } of node.conditions) {
    labels[sanitizeLabelName(meta(`node_condition_${type.toLowerCase()}`))] = status.toLowerCase()
  }
  const target: Labels = { __address__: joinHostPort(address, node.kubeletPort), instance: node.name }
  for (const one of node.addresses.toReversed())
    target[sanitizeLabelName(meta(`node_address_${one.type}`))] = one.address
  return { source: nodeSource(node.name), targets: [target], labels }
}

/** The source of a node's group. */
export function nodeSource(name: string): string {
  return `node/${name}`
}

/** The address by which a node is reached. */
export function nodeAddress(node: NodeRecord): string | undefined {
  for (const type of preferred) {
    const found = node.addresses.find((one) => one.type === type)
    if (found) return found.address
  }
  return undefined
}
