import type { PodRecord } from '../records.ts'
import { condition, type Context } from './context.ts'
import { lastEnd } from './crashes.ts'
import { containersOf, notReadySince, recentEvent, waiting, type PodFinding } from './pod-finding.ts'
import { clip } from './text.ts'
import { graceMs, recentMs } from './thresholds.ts'

const refusals = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PostStartHookError',
])
const startFailures = new Set(['StartError', 'ContainerCannotRun'])

/** A container that the runtime cannot make or start: a program that is not in the image, a user that may not be. */
export function findRefusedContainer(pod: PodRecord, context: Context): PodFinding | undefined {
  for (const { container } of containersOf(pod)) {
    const why = waiting(container)
    const end = lastEnd(container)
    const isStartFailure =
      end !== undefined && startFailures.has(end.reason) && context.isRecent(end.finishedMs, recentMs.kill)
    if (!isStartFailure && (why === undefined || !refusals.has(why.reason))) continue
    if (!context.isOver(pod.createdMs, graceMs.configuration)) continue
    const message = isStartFailure ? end.message : (why?.message ?? '')
    const reason = isStartFailure ? end.reason : (why?.reason ?? '')
    return {
      rule: 'pod-container-refused',
      severity: 'critical',
      cause: `${container.name} ${reason}`,
      facts: { container: container.name, reason, message: runtimeWords(message) },
      sinceMs: notReadySince(pod),
    }
  }
  return undefined
}

/** The runtime's words without the layers of the call and the container's id. */
function runtimeWords(message: string): string {
  return clip(
    message
      .replace(/^failed to create containerd task: /, '')
      .replace(/^failed to create shim task: /, '')
      .replace(/OCI runtime create failed: /, '')
      .replace(/ \(pod: "[^"]*", container: [^)]*\)/, ''),
  )
}

/** A pod for which the node cannot make a sandbox: nearly always its network. */
export function findFailedSandbox(pod: PodRecord, context: Context): PodFinding | undefined {
  if (pod.ip !== '' || pod.phase !== 'Pending' || !context.isOver(pod.createdMs, graceMs.sandbox)) return undefined
  const event = recentEvent(context, pod, ['FailedCreatePodSandBox'], recentMs.probe)
  if (event === undefined) return undefined
  const message = event.message
    .replace(/^Failed to create pod sandbox: /, '')
    .replace(/rpc error: code = \w+ desc = /g, '')
    .replace(/"[0-9a-f]{64}"/g, '"…"')
  return {
    rule: 'pod-sandbox-failing',
    severity: 'critical',
    // Its plugin is the node's, whichever pod is the first to meet it.
    cause: pod.node,
    facts: { node: pod.node, message: clip(message) },
    sinceMs: event.firstMs,
    object: { kind: 'node', namespace: '', name: pod.node },
  }
}

/** An init container that goes on and on, so that the pod does not start. */
export function findStuckInit(pod: PodRecord, context: Context): PodFinding | undefined {
  const container = pod.initContainers.find((one) => !one.sidecar && one.state.kind === 'running')
  if (container?.state.kind !== 'running' || !context.isOver(container.state.sinceMs, graceMs.init)) return undefined
  const { sinceMs } = container.state
  const at = pod.initContainers.indexOf(container) + 1
  return {
    rule: 'pod-init-stuck',
    severity: context.isOver(sinceMs, graceMs.initLong) ? 'critical' : 'warning',
    cause: container.name,
    facts: { container: container.name, at, of: pod.initContainers.length },
    sinceMs,
  }
}

/** A pod that was told to end long ago and has not. */
export function findStuckTermination(pod: PodRecord, context: Context): PodFinding | undefined {
  const dueMs = pod.deletedMs + pod.graceSeconds * 1000
  if (pod.deletedMs === 0 || !context.isOver(dueMs, graceMs.terminating)) return undefined
  const finalizers = pod.finalizers.join(', ')
  const disrupted = condition(pod, 'DisruptionTarget')?.reason ?? ''
  return {
    rule: 'pod-terminating',
    severity: 'warning',
    cause: finalizers || pod.node,
    facts: { node: pod.node, finalizers: clip(finalizers), reason: disrupted },
    sinceMs: pod.deletedMs,
  }
}
