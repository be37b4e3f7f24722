import type { Family, LineWriter } from '../family.ts'
import { choiceLines, choices } from './choices.ts'
import { statusLines } from './conditions.ts'
import { alpha, stable } from './families.ts'
import { isPresent, objects, text } from './fields.ts'
import type { Pod } from './pod-object.ts'
import { secondsOf } from './times.ts'

const PHASE = ['phase'] as const
const PHASES = choices('Pending', 'Succeeded', 'Failed', 'Unknown', 'Running')
const QOS_CLASS = ['qos_class'] as const
const QOS_CLASSES = choices('BestEffort', 'Burstable', 'Guaranteed')
const REASON = ['reason']
const OTHER = ['Other']

const REASONS = [
  'Evicted',
  'NodeAffinity',
  'NodeLost',
  'PreemptionByScheduler',
  'SchedulingGated',
  'Shutdown',
  'TerminationByKubelet',
  'UnexpectedAdmissionError',
]

const DISRUPTIONS = new Set([
  'PreemptionByScheduler',
  'DeletionByTaintManager',
  'EvictionByEvictionAPI',
  'DeletionByPodGC',
  'TerminationByKubelet',
])

/** Families of a pod's phase, conditions and reasons. */
export const podStatusFamilies: readonly Family<Pod>[] = [
  stable('kube_pod_status_phase', 'The pods current phase.', ({ status }, out) =>
    choiceLines(PHASE, PHASES, text(status?.phase), out),
  ),
  alpha('kube_pod_status_qos_class', 'The pods current qosClass.', ({ status }, out) =>
    choiceLines(QOS_CLASS, QOS_CLASSES, text(status?.qosClass), out),
  ),
  stable('kube_pod_status_ready', 'Describes whether the pod is ready to serve requests.', ({ status }, out) =>
    statusLines(status?.conditions, 'Ready', out),
  ),
  alpha('kube_pod_status_ready_time', 'Readiness achieved time in unix timestamp for a pod.', (pod, out) =>
    transitionLines(pod, 'Ready', 'True', out),
  ),
  alpha('kube_pod_status_initialized_time', 'Initialized time in unix timestamp for a pod.', (pod, out) =>
    transitionLines(pod, 'Initialized', 'True', out),
  ),
  alpha(
    'kube_pod_status_container_ready_time',
    'Readiness achieved time in unix timestamp for a pod containers.',
    (pod, out) => transitionLines(pod, 'ContainersReady', 'True', out),
  ),
  alpha('kube_pod_status_reason', 'The pod status reasons', reasonLines),
  alpha('kube_pod_status_disruption_reason', 'The pod disruption condition reason', disruptionLines),
  stable(
    'kube_pod_status_scheduled',
    'Describes the status of the scheduling process for the pod.',
    ({ status }, out) => statusLines(status?.conditions, 'PodScheduled', out),
  ),
  stable('kube_pod_status_scheduled_time', 'Unix timestamp when pod moved into scheduled status', (pod, out) =>
    transitionLines(pod, 'PodScheduled', 'True', out),
  ),
  stable('kube_pod_status_unschedulable', 'Describes the unschedulable status for the pod.', unschedulableLines),
  alpha('kube_pod_status_unscheduled_time', 'Unix timestamp when pod moved into unscheduled status', (pod, out) =>
    transitionLines(pod, 'PodScheduled', 'False', out),
  ),
]

/** When a condition took a status, as long as it has it. */
function transitionLines({ status }: Pod, type: string, wanted: string, out: LineWriter): void {
  for (const condition of objects(status?.conditions)) {
    if (condition.type === type && condition.status === wanted) out.value(secondsOf(condition.lastTransitionTime))
  }
}

function unschedulableLines({ status }: Pod, out: LineWriter): void {
  for (const condition of objects(status?.conditions)) {
    if (condition.type === 'PodScheduled' && condition.status === 'False') out.value(1)
  }
}

function reasonLines(pod: Pod, out: LineWriter): void {
  for (const reason of REASONS) if (hasReason(pod, reason)) out.labelled(REASON, [reason], 1)
  const reason = text(pod.status?.reason)
  if (reason !== '' && !REASONS.includes(reason)) out.labelled(REASON, OTHER, 1)
}

function hasReason({ status }: Pod, reason: string): boolean {
  if (status?.reason === reason) return true
  for (const condition of objects(status?.conditions)) if (condition.reason === reason) return true
  for (const { state } of objects(status?.containerStatuses)) {
    if (isPresent(state?.terminated) && state.terminated.reason === reason) return true
  }
  return false
}

function disruptionLines({ status }: Pod, out: LineWriter): void {
  for (const { type, reason } of objects(status?.conditions)) {
    if (type !== 'DisruptionTarget') continue
    out.labelled(REASON, DISRUPTIONS.has(text(reason)) ? [text(reason)] : OTHER, 1)
  }
}
