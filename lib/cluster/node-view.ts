import { nodeState } from './node-state.ts'
import type { NodeRecord } from './records.ts'
import type { Total } from './totals.ts'
import type { NodeView } from './views.ts'

/** A node as pages have it, with what the pods on it ask for. */
export function nodeView(node: NodeRecord, total: Total): NodeView {
  return {
    key: node.name,
    namespace: '',
    name: node.name,
    createdMs: node.createdMs,
    labels: node.labels,
    state: nodeState(node),
    roles: node.roles,
    zone: node.zone,
    internalIp: node.internalIp,
    conditions: node.conditions,
    unschedulable: node.unschedulable,
    taints: node.taints.map(({ key, value, effect }) => `${key}${value === '' ? '' : `=${value}`}:${effect}`),
    capacity: node.capacity,
    allocatable: node.allocatable,
    requested: total.requested,
    limited: total.limited,
    pods: total.pods,
    kubeletVersion: node.kubeletVersion,
    osImage: node.osImage,
    kernelVersion: node.kernelVersion,
    runtime: node.runtime,
  }
}
