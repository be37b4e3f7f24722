import type { Family, LineWriter } from '../family.ts'
import { statusLines } from './conditions.ts'
import { alpha, stable } from './families.ts'
import { isPresent, objects, text } from './fields.ts'
import type { Pod } from './pod-object.ts'
import { secondsOf } from './times.ts'

const PHASE = ['phase']
const PHASES = ['Pending', 'Succeeded', 'Failed', 'Unknown', 'Running'].map((name) => [name])
const QOS_CLASS = ['qos_class']
const QOS_CLASSES = ['BestEffort', 'Burstable', 'Guaranteed'].map((name) => [name])
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

const DISRUPTIONS = [
  'PreemptionByScheduler',
  'DeletionByTaintManager',
  'EvictionByEvictionAPI',
  'DeletionByPodGC',
  'TerminationByKubelet',
]

/** Families of a pod's phase, conditions and reasons. */
export const podStatusFamilies: readonly Family<Pod>[] = [
  stable('kube_pod_status_phase', 'The pods current phase.', ({ status }, out) =>
    oneOfLines(PHASE, PHASES, text(status?.phase), out),
  ),
  alpha('kube_pod_status_qos_class', 'The pods current qosClass.', ({ status }, out) =>
    oneOfLines(QOS_CLASS, QOS_CLASSES, text(status?.qosClass), out),
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

/** A line for each choice, 1 for the one that holds; none where the field is not set. */
function oneOfLines(
  names: readonly string[],
  choices: readonly (readonly string[])[],
  chosen: string,
  out: LineWriter,
): void {
  if (chosen === '') return
  for (const choice of choices) out.labelled(names, choice, choice[0] === chosen ? 1 : 0)
}

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
    out.labelled(REASON, DISRUPTIONS.includes(text(reason)) ? [text(reason)] : OTHER, 1)
  }
}
