import type { ClusterProblem } from '../problem.ts'
import type { PodRecord, WorkloadRecord } from '../records.ts'
import { condition, type Context } from './context.ts'
import { lastEnd } from './crashes.ts'
import { namesOf, objectOf } from './objects.ts'
import { clip } from './text.ts'
import { recentMs } from './thresholds.ts'

/** Jobs that failed, with how their last pod ended; of a CronJob the last one only, and none when a later one succeeded. */
export function findFailedJobs(context: Context): ClusterProblem[] {
  const failed = [...context.records.workloads.values()].filter((record) => isFailed(record, context))
  const byOwner = Map.groupBy(
    failed,
    (record) => record.owner?.uid || record.uid || `${record.namespace}/${record.name}`,
  )
  return [...byOwner.values()].flatMap((jobs) => {
    const newest = jobs.reduce((a, b) => (failedMs(b) > failedMs(a) ? b : a))
    return isMadeGood(newest, context) ? [] : [problemOf(newest, jobs.length, context)]
  })
}

function isFailed(record: WorkloadRecord, context: Context): boolean {
  if (record.kind !== 'Job' || record.deletedMs > 0 || condition(record, 'Failed')?.status !== 'True') return false
  return context.isRecent(failedMs(record), recentMs.job)
}

function failedMs(record: WorkloadRecord): number {
  return condition(record, 'Failed')?.sinceMs ?? 0
}

function isMadeGood(job: WorkloadRecord, { records }: Context): boolean {
  if (job.owner?.kind !== 'CronJob') return false
  const owner = records.workloads.get(`CronJob/${job.namespace}/${job.owner.name}`)
  return (owner?.cron?.lastSuccessMs ?? 0) > failedMs(job)
}

function problemOf(job: WorkloadRecord, jobs: number, context: Context): ClusterProblem {
  const why = condition(job, 'Failed')
  const pods = context.podsOf(job.namespace).filter((pod) => pod.owner?.kind === 'Job' && pod.owner.name === job.name)
  const workload = context.topOf(job.namespace, job)
  return {
    rule: 'job-failed',
    severity: 'warning',
    object: objectOf(workload, pods[0]),
    facts: {
      job: job.name,
      jobs,
      reason: why?.reason ?? '',
      message: clip(why?.message ?? ''),
      failed: job.job?.failed ?? 0,
      backoffLimit: job.job?.backoffLimit ?? 0,
      ...endOf(pods),
    },
    sinceMs: failedMs(job),
    pods: namesOf(pods),
  }
}

/** How the last of its pods ended. */
function endOf(pods: readonly PodRecord[]) {
  let newest: { pod: string; container: string; exitCode: number; endReason: string; endedMs: number } | undefined
  for (const pod of pods) {
    for (const container of [...pod.initContainers, ...pod.containers]) {
      const end = lastEnd(container)
      if (end === undefined || end.exitCode === 0 || end.finishedMs < (newest?.endedMs ?? 0)) continue
      const { exitCode, reason: endReason, finishedMs: endedMs } = end
      newest = { pod: pod.name, container: container.name, exitCode, endReason, endedMs }
    }
  }
  const { pod = '', container = '', exitCode = 0, endReason = '' } = newest ?? {}
  return { pod, container, exitCode, endReason }
}
