import { conditionOf, isTrue } from './common-record.ts'
import type { Condition, NodeRecord } from './records.ts'
import { stateOf } from './state.ts'
import type { ObjectState } from './views.ts'

const pressures: Readonly<Record<string, string>> = {
  MemoryPressure: 'memory',
  DiskPressure: 'disk',
  PIDPressure: 'pid',
}

/** How a node is: what its kubelet says, whether it says anything, and what was decided about it. */
export function nodeState(node: NodeRecord): ObjectState {
  const { conditions, deletedMs, unschedulable } = node
  if (deletedMs > 0) return stateOf('idle', 'terminating', { sinceMs: deletedMs })
  const ready = conditionOf(conditions, 'Ready')
  if (!ready) return stateOf('warning', 'unknown', { sinceMs: node.createdMs })
  const { reason, message, sinceMs } = ready
  if (ready.status === 'Unknown') return stateOf('critical', 'node-lost', { node: node.name, reason, message, sinceMs })
  if (ready.status === 'False') return stateOf('critical', 'not-ready', { reason, message, sinceMs })
  const pressed = conditions.filter(({ type, status }) => type in pressures && status === 'True')
  if (pressed.length > 0) return pressure(pressed)
  const broken = conditions.find(isBroken)
  if (broken)
    return stateOf('warning', 'degraded', {
      condition: broken.type,
      reason: broken.reason,
      message: broken.message,
      sinceMs: broken.sinceMs,
    })
  return unschedulable ? stateOf('warning', 'cordoned', {}) : stateOf('ok', 'ready', { sinceMs })
}

function pressure(pressed: readonly Condition[]): ObjectState {
  return stateOf('warning', 'pressure', {
    kinds: pressed.map(({ type }) => pressures[type]).join(', '),
    message: pressed[0].message,
    sinceMs: Math.min(...pressed.map(({ sinceMs }) => sinceMs)),
  })
}

/** Of conditions that others than the kubelet set, those that end in Ready are good when true, the others bad. */
function isBroken({ type, status }: Condition): boolean {
  if (type === 'Ready' || type in pressures) return false
  return type.endsWith('Ready') ? status === 'False' : status === 'True'
}

/** Since when a node has not been heard of; 0: it is heard of. */
export function nodeLostMs({ conditions }: NodeRecord): number {
  const ready = conditionOf(conditions, 'Ready')
  return ready?.status === 'Unknown' ? Math.max(1, ready.sinceMs) : 0
}

/** Whether pods may run on it and are looked after. */
export function isNodeReady({ conditions }: NodeRecord): boolean {
  return isTrue(conditions, 'Ready')
}
