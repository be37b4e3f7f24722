import type { ClusterProblem } from '../problem.ts'
import type { WorkloadRecord } from '../records.ts'
import { condition, selects, type Context } from './context.ts'
import { objectOf, serves } from './objects.ts'
import { graceMs } from './thresholds.ts'

/** Rollouts past their deadline, or, of what has no deadline, that have not moved for long. */
export function findStuckRollouts(context: Context): ClusterProblem[] {
  return [...context.records.workloads.values()].flatMap((record) => {
    if (record.deletedMs > 0 || record.paused) return []
    const sinceMs = record.kind === 'Deployment' ? deadlineMissed(record) : standsSince(record, context)
    return sinceMs === undefined ? [] : [problemOf(record, sinceMs, context)]
  })
}

function deadlineMissed(record: WorkloadRecord): number | undefined {
  const progress = condition(record, 'Progressing')
  const isLate = progress?.status === 'False' && progress.reason === 'ProgressDeadlineExceeded'
  return isLate ? progress.sinceMs : undefined
}

/** When the newest of its pods was made: nothing has happened since. */
function standsSince(record: WorkloadRecord, context: Context): number | undefined {
  if (record.kind !== 'StatefulSet' && record.kind !== 'DaemonSet') return undefined
  if (record.ready >= record.desired && record.updated >= record.updateTarget) return undefined
  const pods = context.podsOf(record.namespace).filter((pod) => selects(record.selector, pod.labels))
  const sinceMs = Math.max(record.createdMs, ...pods.map((pod) => pod.createdMs))
  return context.isOver(sinceMs, graceMs.rollout) ? sinceMs : undefined
}

function problemOf(record: WorkloadRecord, sinceMs: number, context: Context): ClusterProblem {
  const { desired, ready, updated, available, revision, progressDeadlineSeconds } = record
  return {
    rule: 'rollout-stuck',
    severity: serves(record, context) ? 'warning' : 'critical',
    object: objectOf(record),
    facts: {
      desired,
      ready,
      updated,
      available,
      revision,
      deadlineSeconds: record.kind === 'Deployment' ? progressDeadlineSeconds : 0,
    },
    sinceMs,
  }
}
