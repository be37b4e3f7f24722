import type { ClusterProblem } from '../problem.ts'
import type { EventRecord, WorkloadRecord } from '../records.ts'
import { parseRefusal } from './admission-message.ts'
import { condition, type Context, type Workload } from './context.ts'
import { objectOf, serves } from './objects.ts'
import { recentMs } from './thresholds.ts'

interface Refused {
  readonly workload: Workload
  readonly message: string
  readonly sinceMs: number
}

/** Workloads whose pods may not be created: each once, by its newest refusal. */
export function findRefusedPods(context: Context): ClusterProblem[] {
  const found = new Map<string, Refused>()
  for (const record of context.records.workloads.values()) {
    const failure = condition(record, 'ReplicaFailure')
    if (failure?.status === 'True' && failure.reason !== 'FailedDelete')
      add(found, record, failure.message, failure.sinceMs, context)
  }
  for (const event of context.records.events.values()) {
    const record = refusedBy(event, context)
    if (record !== undefined) add(found, record, event.message, event.firstMs, context)
  }
  return [...found.values()].map((one) => problemOf(one, context))
}

/** A workload that still lacks pods, for an event that says why. */
function refusedBy(event: EventRecord, context: Context): WorkloadRecord | undefined {
  if (event.reason !== 'FailedCreate' && event.reason !== 'ReplicaSetCreateError') return undefined
  if (!context.isRecent(event.lastMs, recentMs.event)) return undefined
  const { kind, namespace, name } = event.object
  const record = context.records.workloads.get(`${kind}/${namespace}/${name}`)
  return record !== undefined && lacksPods(record) ? record : undefined
}

function lacksPods(record: WorkloadRecord): boolean {
  if (record.kind === 'CronJob' || record.deletedMs > 0) return false
  if (record.job === undefined) return record.current < record.desired
  const { active, succeeded, failed, finishedMs } = record.job
  return finishedMs === 0 && active + succeeded + failed === 0
}

function add(
  found: Map<string, Refused>,
  record: WorkloadRecord,
  message: string,
  sinceMs: number,
  context: Context,
): void {
  if (/because it is being terminated/.test(message)) return
  const workload = context.topOf(record.namespace, record)
  const key = `${workload.kind}/${workload.namespace}/${workload.name}`
  if (!found.has(key)) found.set(key, { workload, message, sinceMs })
}

function problemOf({ workload, message, sinceMs }: Refused, context: Context): ClusterProblem {
  const record = context.records.workloads.get(`${workload.kind}/${workload.namespace}/${workload.name}`)
  const { rule, facts } = parseRefusal(message)
  return {
    rule,
    severity: serves(workload, context) ? 'warning' : 'critical',
    object: objectOf(workload),
    facts: { ...facts, desired: record?.desired ?? 0, current: record?.current ?? 0 },
    sinceMs,
  }
}
