import type { ContainerRecord, PodRecord } from '../records.ts'
import type { Context } from './context.ts'
import { probeOf } from './crashes.ts'
import { notReadySince, recentEvent, type PodFinding } from './pod-finding.ts'
import { graceMs, recentMs } from './thresholds.ts'

/** A container that runs and is not ready: its readiness or startup probe fails. */
export function findFailingProbe(pod: PodRecord, context: Context): PodFinding | undefined {
  const container = pod.containers.find((one) => !one.ready && one.state.kind === 'running')
  if (container?.state.kind !== 'running' || !context.isOver(container.state.sinceMs, graceMs.notReady))
    return undefined
  const sinceMs = Math.max(notReadySince(pod), container.state.sinceMs)
  const said = probeEvent(pod, container, context)
  if (said === undefined && !context.isOver(sinceMs, graceMs.notReadySilent)) return undefined
  const probe = container.started ? 'readiness' : 'startup'
  return {
    rule: 'pod-probe-failing',
    severity: 'critical',
    cause: `${container.name} ${said?.probe ?? probe}`,
    facts: { container: container.name, restarts: container.restarts, ...(said ?? { probe, message: '' }) },
    sinceMs,
  }
}

function probeEvent(pod: PodRecord, container: ContainerRecord, context: Context) {
  const event = recentEvent(context, pod, ['Unhealthy', 'ProbeWarning'], recentMs.probe)
  if (event === undefined || (event.container !== '' && event.container !== container.name)) return undefined
  return probeOf(event.message)
}

/** A pod whose containers are ready while a readiness gate that another controller sets is not. */
export function findClosedGate(pod: PodRecord, context: Context): PodFinding | undefined {
  const ready = pod.conditions.find((one) => one.type === 'Ready')
  if (ready === undefined || ready.status === 'True' || ready.reason !== 'ReadinessGatesNotReady') return undefined
  if (!context.isOver(ready.sinceMs, graceMs.notReadySilent)) return undefined
  const gate = /pod readiness gate "([^"]+)"/.exec(ready.message)?.[1] ?? ready.message
  return { rule: 'pod-gate-closed', severity: 'warning', cause: gate, facts: { gate }, sinceMs: ready.sinceMs }
}
