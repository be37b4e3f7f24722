import { conditionOf, isTrue } from './common-record.ts'
import { containerState } from './container-state.ts'
import { initState } from './init-state.ts'
import type { EventRecord, PodRecord } from './records.ts'
import { lasting, stateOf, type StateNow } from './state.ts'
import type { ObjectState, StateWord } from './views.ts'

/** What the state of a pod is read from. */
export interface PodSituation {
  readonly pod: PodRecord
  readonly events: readonly EventRecord[]
  /** Since when its node has been silent; 0: it is not; 1: that is not known. */
  readonly nodeLostMs: number
  readonly nowMs: number
}

/** How long after its grace period a deletion may take before it is called stuck. */
export const STUCK_MS = 60_000

/** How a pod is, in a word with facts: what kubectl calls its status, and why. */
export function podState(situation: PodSituation): StateNow {
  const { pod } = situation
  return (
    fate(situation) ??
    beforeNode(pod) ??
    initState(situation) ??
    worstOf(
      pod.containers.map((container) => containerState({ ...situation, container })),
      pod,
    )
  )
}

/** What happens to the pod as a whole, whatever its containers do. */
export function fate(situation: PodSituation): StateNow | undefined {
  const { pod, nodeLostMs, nowMs } = situation
  if (pod.phase === 'Succeeded') return lasting(stateOf('idle', 'completed', { finishedMs: finishedMs(pod) }))
  if (pod.phase === 'Failed') return lasting(failed(pod))
  if (pod.deletedMs > 0) return terminating(pod, nodeLostMs, nowMs)
  if (nodeLostMs > 0)
    return lasting(
      stateOf('critical', 'node-lost', { node: pod.node, sinceMs: nodeLostMs === 1 ? undefined : nodeLostMs }),
    )
  if (pod.phase === 'Unknown' || pod.reason === 'NodeLost')
    return lasting(stateOf('critical', 'unknown', { node: pod.node, reason: pod.reason, message: pod.message }))
  return undefined
}

function terminating(pod: PodRecord, nodeLostMs: number, nowMs: number): StateNow {
  const { deletedMs: sinceMs, graceSeconds, finalizers, node } = pod
  const untilMs = sinceMs + graceSeconds * 1000
  if (nowMs < untilMs + STUCK_MS)
    return { state: stateOf('idle', 'terminating', { sinceMs, untilMs }), untilMs: untilMs + STUCK_MS }
  const lostNode = nodeLostMs > 0 ? node : undefined
  return lasting(
    stateOf('warning', 'stuck-terminating', { sinceMs, finalizers: finalizers.join(', '), node: lostNode }),
  )
}

/** A job tries again: its failed pods alone are no reason to alarm. */
function failed(pod: PodRecord): ObjectState {
  const { reason, message, node, owner } = pod
  if (reason === 'Evicted') return stateOf('warning', 'evicted', { node, message })
  const ended = [...pod.initContainers, ...pod.containers].find(
    ({ state }) => state.kind === 'terminated' && state.exitCode !== 0,
  )
  const end = ended?.state.kind === 'terminated' ? ended.state : undefined
  return stateOf(
    owner?.kind === 'Job' ? 'warning' : 'critical',
    end?.reason === 'OOMKilled' ? 'oom-killed' : 'failed',
    {
      container: ended?.name,
      reason: reason || end?.reason,
      message: message || end?.message,
      exitCode: end?.exitCode,
      finishedMs: end?.finishedMs,
    },
  )
}

function finishedMs(pod: PodRecord): number | undefined {
  const ends = pod.containers.map(({ state }) => (state.kind === 'terminated' ? state.finishedMs : 0))
  return Math.max(0, ...ends) || undefined
}

/** Until a node is found. */
function beforeNode({ node, conditions, createdMs, message }: PodRecord): StateNow | undefined {
  const scheduled = conditionOf(conditions, 'PodScheduled')
  if (node !== '' || scheduled?.status === 'True') return undefined
  const facts = {
    reason: scheduled?.reason,
    message: scheduled?.message || message,
    sinceMs: scheduled?.sinceMs || createdMs,
  }
  const isRefused = scheduled?.status === 'False' && scheduled.reason === 'Unschedulable'
  return lasting(isRefused ? stateOf('critical', 'unschedulable', facts) : stateOf('idle', 'pending', facts))
}

/** Of a pod's containers the one that it says most about, the worst first. */
const rank: readonly StateWord[] = [
  'oom-killed',
  'crash-loop',
  'image-missing',
  'config-missing',
  'error',
  'probe-failing',
  'not-ready',
  'creating',
  'pulling-image',
  'starting',
  'running',
  'completed',
]

function worstOf(states: readonly StateNow[], pod: PodRecord): StateNow {
  const untilMs = Math.min(...states.map((one) => one.untilMs), Number.POSITIVE_INFINITY)
  const [worst] = states.map(({ state }) => state).sort(byRank)
  if (worst === undefined) return lasting(stateOf('idle', 'pending', { sinceMs: pod.createdMs }))
  return { state: worst.word === 'running' ? gated(worst, pod) : worst, untilMs }
}

/** At one rank, what is worth a warning stands before what is not. */
function byRank(a: ObjectState, b: ObjectState): number {
  return rank.indexOf(a.word) - rank.indexOf(b.word) || Number(a.level === 'ok') - Number(b.level === 'ok')
}

/** All containers are well, and yet a readiness gate may hold the pod back. */
function gated(state: ObjectState, { conditions }: PodRecord): ObjectState {
  const ready = conditionOf(conditions, 'Ready')
  if (!ready || isTrue(conditions, 'Ready') || ready.reason !== 'ReadinessGatesNotReady') return state
  return stateOf('warning', 'not-ready', { reason: ready.reason, message: ready.message, sinceMs: ready.sinceMs })
}
