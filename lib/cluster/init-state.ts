import { conditionOf } from './common-record.ts'
import { containerState } from './container-state.ts'
import type { PodSituation } from './pod-state.ts'
import type { ContainerRecord, PodRecord } from './records.ts'
import { lasting, stateOf, type StateNow } from './state.ts'

const LONG_MS = 5 * 60_000

/** How far the init containers of a pod have come; undefined when all that must be done is done. */
export function initState(situation: PodSituation): StateNow | undefined {
  const { initContainers } = situation.pod
  if (isInitialized(situation.pod)) return undefined
  const done = initContainers.findIndex((container) => !isDone(container))
  const container = initContainers[done]
  const own = containerState({ ...situation, container })
  const facts = { ...own.state.facts, container: container.name, done, total: initContainers.length }
  const { word, level } = own.state
  if (word === 'crash-loop' || word === 'oom-killed' || word === 'error')
    return { ...own, state: stateOf('critical', 'init-failing', { ...facts, reason: reasonOf(container) }) }
  if (word !== 'running' && word !== 'starting' && word !== 'not-ready')
    return { ...own, state: { word, level, facts } }
  return underWay(container, { done, total: initContainers.length }, situation.nowMs)
}

/** Some wait for what never comes: after a while it is worth a look. */
function underWay(
  container: ContainerRecord,
  steps: { readonly done: number; readonly total: number },
  nowMs: number,
): StateNow {
  const sinceMs = container.state.kind === 'running' ? container.state.sinceMs : 0
  const untilMs = sinceMs + LONG_MS
  const facts = { container: container.name, ...steps, sinceMs: sinceMs || undefined }
  if (sinceMs > 0 && nowMs >= untilMs) return lasting(stateOf('warning', 'init', facts))
  return { state: stateOf('idle', 'init', facts), untilMs: sinceMs > 0 ? untilMs : Number.POSITIVE_INFINITY }
}

/** Whether all init containers have done their part. */
export function isInitialized({ initContainers, conditions }: PodRecord): boolean {
  return conditionOf(conditions, 'Initialized')?.status === 'True' || initContainers.every(isDone)
}

/** A sidecar has done its part once it has started; the others once they have ended well. */
function isDone({ sidecar, started, state }: ContainerRecord): boolean {
  return sidecar ? started && state.kind === 'running' : state.kind === 'terminated' && state.exitCode === 0
}

function reasonOf({ state, last }: ContainerRecord): string {
  const waiting = state.kind === 'waiting' && state.reason !== 'CrashLoopBackOff' ? state.reason : ''
  return waiting || (state.kind === 'terminated' ? state.reason : (last?.reason ?? ''))
}
