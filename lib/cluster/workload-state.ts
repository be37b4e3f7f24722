import { conditionOf } from './common-record.ts'
import type { Condition, WorkloadRecord } from './records.ts'
import { stateOf } from './state.ts'
import type { ObjectState } from './views.ts'

/** How a workload is: whether what was asked for runs, and what is on its way. */
export function workloadState(workload: WorkloadRecord): ObjectState {
  if (workload.deletedMs > 0) return stateOf('idle', 'terminating', { sinceMs: workload.deletedMs })
  if (workload.kind === 'Job') return jobState(workload)
  if (workload.kind === 'CronJob') return cronState(workload)
  return replicasState(workload)
}

function replicasState(workload: WorkloadRecord): ObjectState {
  const { conditions, desired, available, updated, updateTarget, current } = workload
  const failure = isStatus(conditions, 'ReplicaFailure', 'True')
  if (failure) return stateOf('critical', 'degraded', { ...said(failure), available, desired })
  const stuck = conditionOf(conditions, 'Progressing')
  if (stuck?.reason === 'ProgressDeadlineExceeded')
    return stateOf('critical', 'rollout-stuck', { ...said(stuck), updated, desired, available })
  if (workload.paused) return stateOf('idle', 'paused', { available, desired })
  if (desired === 0 && current === 0) return stateOf('idle', 'scaled-to-zero')
  if (isRollingOut(workload)) return stateOf('idle', 'rolling-out', { updated, desired: updateTarget, available })
  if (available < desired) return stateOf(available === 0 ? 'critical' : 'warning', 'degraded', { available, desired })
  return stateOf('ok', 'available', { available, desired })
}

/** Not all pods are of the newest template yet, or some of an older one are left. */
function isRollingOut(workload: WorkloadRecord): boolean {
  const { kind, generation, observedGeneration, updated, updateTarget, current } = workload
  if (kind === 'ReplicaSet' || kind === 'ReplicationController') return false
  if (observedGeneration < generation || updated < updateTarget) return true
  return kind === 'Deployment' && current > updated
}

function jobState({ conditions, job, paused, desired, createdMs, available }: WorkloadRecord): ObjectState {
  const failure = isStatus(conditions, 'Failed', 'True')
  if (failure) return stateOf('critical', 'failed', { ...said(failure), failed: job?.failed })
  if (isStatus(conditions, 'Complete', 'True'))
    return stateOf('ok', 'succeeded', { succeeded: available, finishedMs: job?.finishedMs })
  if (paused) return stateOf('idle', 'suspended')
  if (!job || job.active === 0)
    return stateOf('idle', 'pending', { sinceMs: job?.startedMs || createdMs, failed: job?.failed })
  const { active, failed, backoffLimit, startedMs } = job
  const facts = { active, succeeded: available, desired, failed, backoffLimit, sinceMs: startedMs }
  return stateOf(failed > 0 ? 'warning' : 'ok', 'active', facts)
}

/** Between its runs it is scheduled; whether the last one went well is known only after one did. */
function cronState({ cron, current }: WorkloadRecord): ObjectState {
  if (!cron) return stateOf('warning', 'unknown')
  const { schedule, lastScheduledMs, lastSuccessMs, suspended } = cron
  const facts = { schedule, lastScheduledMs: lastScheduledMs || undefined, lastSuccessMs: lastSuccessMs || undefined }
  if (suspended) return stateOf('idle', 'suspended', facts)
  if (current > 0) return stateOf('ok', 'active', { ...facts, active: current })
  if (lastScheduledMs > lastSuccessMs) return stateOf('warning', 'failed', facts)
  return stateOf('ok', 'scheduled', facts)
}

function isStatus(conditions: readonly Condition[], type: string, status: Condition['status']): Condition | undefined {
  return conditions.find((condition) => condition.type === type && condition.status === status)
}

function said({ reason, message, sinceMs }: Condition) {
  return { reason, message, sinceMs }
}
