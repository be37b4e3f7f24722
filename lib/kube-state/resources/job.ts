import type { LineWriter, ResourceFamilies } from '../family.ts'
import { type Condition, statusLines } from './conditions.ts'
import { alpha, annotations, created, info, labels, number, optionalNumber, stable } from './families.ts'
import { count, isPresent, objects, text } from './fields.ts'
import { namespaceAndName, type Stored } from './object.ts'
import { ownerLines } from './owners.ts'
import { secondsOf } from './times.ts'

interface Job extends Stored {
  readonly spec?: {
    readonly parallelism?: number
    readonly completions?: number
    readonly activeDeadlineSeconds?: number
  }
  readonly status?: {
    readonly succeeded?: number
    readonly failed?: number
    readonly active?: number
    readonly ready?: number
    readonly startTime?: string
    readonly completionTime?: string
    readonly conditions?: readonly Condition[]
  }
}

const REASON = ['reason']
const FAILURES = ['BackoffLimitExceeded', 'DeadlineExceeded', 'Evicted']

/** Jobs. */
export const jobs: ResourceFamilies<Job> = {
  resource: 'jobs',
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  namespaced: true,
  baseNames: ['namespace', 'job_name'],
  base: namespaceAndName,
  families: [
    annotations(alpha, 'kube_job_annotations'),
    labels(stable, 'kube_job_labels'),
    info(stable, 'kube_job_info', 'Information about job.'),
    created(stable, 'kube_job_created'),
    optionalNumber(
      stable,
      'kube_job_spec_parallelism',
      'The maximum desired number of pods the job should run at any given time.',
      ({ spec }) => spec?.parallelism,
    ),
    optionalNumber(
      stable,
      'kube_job_spec_completions',
      'The desired number of successfully finished pods the job should be run with.',
      ({ spec }) => spec?.completions,
    ),
    optionalNumber(
      stable,
      'kube_job_spec_active_deadline_seconds',
      'The duration in seconds relative to the startTime that the job may be active before the system tries to terminate it.',
      ({ spec }) => spec?.activeDeadlineSeconds,
    ),
    number(
      stable,
      'kube_job_status_succeeded',
      'The number of pods which reached Phase Succeeded.',
      ({ status }) => status?.succeeded,
    ),
    stable(
      'kube_job_status_failed',
      'The number of pods which reached Phase Failed and the reason for failure.',
      failedLines,
    ),
    number(stable, 'kube_job_status_active', 'The number of actively running pods.', ({ status }) => status?.active),
    number(
      alpha,
      'kube_job_status_ready',
      'The number of ready pods that belong to this Job.',
      ({ status }) => status?.ready,
    ),
    stable('kube_job_complete', 'The job has completed its execution.', ({ status }, out) =>
      statusLines(status?.conditions, 'Complete', out),
    ),
    stable('kube_job_failed', 'The job has failed its execution.', ({ status }, out) =>
      statusLines(status?.conditions, 'Failed', out),
    ),
    stable(
      'kube_job_status_start_time',
      'StartTime represents time when the job was acknowledged by the Job Manager.',
      ({ status }, out) => {
        if (isPresent(status?.startTime)) out.value(secondsOf(status.startTime))
      },
    ),
    stable(
      'kube_job_status_completion_time',
      'CompletionTime represents time when the job was completed.',
      ({ status }, out) => {
        if (isPresent(status?.completionTime)) out.value(secondsOf(status.completionTime))
      },
    ),
    alpha('kube_job_status_suspended', 'The number of pods which reached Phase Suspended.', ({ status }, out) => {
      for (const condition of objects(status?.conditions)) {
        if (condition.type === 'Suspended') out.value(condition.status === 'True' ? 1 : 0)
      }
    }),
    stable('kube_job_owner', "Information about the Job's owner.", ownerLines),
  ],
}

/** Which of the known reasons a failed job has; the number of its failed pods where it has none of them. */
function failedLines({ status }: Job, out: LineWriter): void {
  const failed = count(status?.failed)
  if (failed === 0) return out.value(0)
  let isKnown = false
  for (const { type, reason } of objects(status?.conditions)) {
    if (type !== 'Failed') continue
    isKnown ||= FAILURES.includes(text(reason))
    for (const known of FAILURES) out.labelled(REASON, [known], reason === known ? 1 : 0)
  }
  if (!isKnown) out.labelled(REASON, [''], failed)
}
