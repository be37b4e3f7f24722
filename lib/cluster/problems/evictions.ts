import type { PodRecord } from '../records.ts'
import { condition, type Context } from './context.ts'
import type { PodFinding } from './pod-finding.ts'
import { clip } from './text.ts'
import { recentMs } from './thresholds.ts'

/** A pod that the kubelet put out: by its own fault when it passed its own limit, else because the node had no more. */
export function findEviction(pod: PodRecord, context: Context): PodFinding | undefined {
  if (pod.phase !== 'Failed' || pod.reason !== 'Evicted') return undefined
  const sinceMs = endedMs(pod)
  if (!context.isRecent(sinceMs, recentMs.eviction)) return undefined
  const facts = parseEviction(pod.message)
  const isOwnFault = facts.limit !== ''
  return {
    rule: isOwnFault ? 'pod-over-storage-limit' : 'node-evicts',
    severity: 'warning',
    cause: isOwnFault ? facts.limit : facts.resource,
    facts: { ...facts, node: pod.node },
    sinceMs,
    ...(isOwnFault ? {} : { object: { kind: 'node', namespace: '', name: pod.node } }),
  }
}

/** When a pod came to its end. */
export function endedMs(pod: PodRecord): number {
  const ends = pod.containers.map(({ state }) => (state.kind === 'terminated' ? state.finishedMs : 0))
  return Math.max(0, ...ends, condition(pod, 'DisruptionTarget')?.sinceMs ?? 0, condition(pod, 'Ready')?.sinceMs ?? 0)
}

/** The resource that a node lacked, or the limit that a pod passed. */
export function parseEviction(message: string): { resource: string; limit: string; message: string } {
  const [, low = '', had = ''] =
    /The node (?:was low on resource: ([\w.-]+?)\.|had condition: \[?([^\].]+))/.exec(message) ?? []
  const passed =
    /EmptyDir volume "([^"]+)" exceeds the limit "([^"]+)"/.exec(message) ??
    /Container (\S+) exceeded its local ephemeral storage limit "([^"]+)"/.exec(message) ??
    /(Pod) ephemeral local storage usage exceeds the total limit of containers (\S+?)\.? *$/.exec(message)
  const usage = /(?:Container|Pod) \S+ was using [^.]*/.exec(message)?.[0] ?? ''
  return {
    resource: low || had.trim(),
    limit: passed ? `${passed[1]} ${passed[2]}` : '',
    message: clip(passed ? message : usage),
  }
}
