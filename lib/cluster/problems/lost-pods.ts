import type { PodRecord } from '../records.ts'
import { condition, type Context } from './context.ts'
import type { PodFinding } from './pod-finding.ts'
import { graceMs } from './thresholds.ts'

/**
 * A pod whose node does not report, for who may not see nodes: the node's own problem tells it to all others.
 * The node controller says that the pod is not ready while its containers, so far as is known, still are.
 */
export function findPodOnLostNode(pod: PodRecord, context: Context): PodFinding | undefined {
  const ready = condition(pod, 'Ready')
  const isKnown = context.records.nodes.has(pod.node)
  if (isKnown || pod.node === '' || ready?.status !== 'False' || !context.isOver(ready.sinceMs, graceMs.scheduling))
    return undefined
  const seemsWell = pod.containers.length > 0 && pod.containers.every((one) => one.ready)
  if (!seemsWell || ready.reason === 'ReadinessGatesNotReady') return undefined
  const { node } = pod
  return { rule: 'pod-node-lost', severity: 'critical', cause: node, facts: { node }, sinceMs: ready.sinceMs }
}
