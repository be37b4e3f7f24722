import type { ContainerRecord, PodRecord, Terminated } from '../records.ts'
import type { Context } from './context.ts'
import { containersOf, recentEvent, waiting, type PodFinding } from './pod-finding.ts'
import { clip } from './text.ts'
import { manyRestarts, recentMs } from './thresholds.ts'

/** A container that the kernel killed because it, or its node, had no memory left. */
export function findOomKill(pod: PodRecord, context: Context): PodFinding | undefined {
  for (const { container, isInit } of containersOf(pod)) {
    const end = lastEnd(container)
    if (end?.reason !== 'OOMKilled' || !context.isRecent(end.finishedMs, recentMs.kill)) continue
    const isBroken = container.state.kind !== 'running' || container.restarts >= manyRestarts
    return {
      rule: 'pod-oom-killed',
      severity: isBroken ? 'critical' : 'warning',
      cause: container.name,
      facts: { ...endFacts(container, end, context), limitBytes: container.limits.memory ?? 0, init: Number(isInit) },
      sinceMs: end.finishedMs,
    }
  }
  return undefined
}

/** A container that ends again and again; the kubelet's probes are not why. */
export function findCrashLoop(pod: PodRecord, context: Context): PodFinding | undefined {
  for (const { container, isInit } of containersOf(pod)) {
    if (!isLooping(container, context)) continue
    const end = lastEnd(container)
    return {
      rule: isInit ? 'pod-init-failing' : 'pod-crash-loop',
      severity: 'critical',
      cause: `${container.name} ${end?.exitCode} ${end?.reason}`,
      facts: end === undefined ? { container: container.name } : endFacts(container, end, context),
      sinceMs: end?.finishedMs ?? 0,
    }
  }
  return undefined
}

/** A container that the kubelet kills because its liveness or startup probe fails. */
export function findProbeKill(pod: PodRecord, context: Context): PodFinding | undefined {
  for (const { container } of containersOf(pod)) {
    if (container.restarts === 0 || !isLooping(container, context)) continue
    const event = recentEvent(context, pod, ['Unhealthy'], recentMs.probe)
    const said = event && probeOf(event.message)
    if (said === undefined || said.probe === 'readiness') continue
    if (event?.container !== '' && event?.container !== container.name) continue
    return {
      rule: 'pod-probe-failing',
      severity: 'critical',
      cause: `${container.name} ${said.probe}`,
      facts: { container: container.name, restarts: container.restarts, ...said },
      sinceMs: event.firstMs,
    }
  }
  return undefined
}

/** A pod without a controller that will not be started again, and failed. */
export function findFailedPod(pod: PodRecord, context: Context): PodFinding | undefined {
  if (pod.phase !== 'Failed' || pod.owner !== undefined) return undefined
  for (const container of [...pod.containers, ...pod.initContainers]) {
    const end = lastEnd(container)
    if (end === undefined || end.exitCode === 0 || !context.isRecent(end.finishedMs, recentMs.kill)) continue
    const facts = { ...endFacts(container, end, context), limitBytes: container.limits.memory ?? 0 }
    const rule = end.reason === 'OOMKilled' ? 'pod-oom-killed' : 'pod-failed'
    return { rule, severity: 'warning', cause: container.name, facts, sinceMs: end.finishedMs }
  }
  return undefined
}

/** Waits to be started again, or runs for the moment after many restarts of which the last is near. */
function isLooping(container: ContainerRecord, context: Context): boolean {
  if (waiting(container)?.reason === 'CrashLoopBackOff') return true
  const { state, last, restarts } = container
  if (state.kind === 'terminated') return state.exitCode !== 0 && restarts > 0
  return (
    state.kind === 'running' &&
    restarts >= manyRestarts &&
    last !== undefined &&
    context.isRecent(last.finishedMs, recentMs.restart)
  )
}

/** How a container ended last. */
export function lastEnd({ state, last }: ContainerRecord): Terminated | undefined {
  return state.kind === 'terminated' ? state : last
}

function endFacts(container: ContainerRecord, end: Terminated, { nowMs }: Context) {
  return {
    container: container.name,
    restarts: container.restarts,
    exitCode: end.exitCode,
    signal: end.signal,
    reason: end.reason,
    message: clip(end.message),
    agoSeconds: end.finishedMs > 0 ? Math.max(0, Math.round((nowMs - end.finishedMs) / 1000)) : -1,
  }
}

/** `Readiness probe failed: …` and `Liveness probe errored and resulted in unknown state: …`. */
export function probeOf(message: string): { probe: string; message: string } | undefined {
  const match = /^(Liveness|Readiness|Startup) probe (?:failed|warning|errored[^:]*): ?([^]*)$/.exec(message)
  return match ? { probe: match[1].toLowerCase(), message: clip(match[2]) } : undefined
}
