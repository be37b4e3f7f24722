import type { LineWriter, ResourceFamilies } from '../family.ts'
import { nextTime } from './cron-next.ts'
import { readSchedule, type Schedule } from './cron-schedule.ts'
import { alpha, annotations, created, labels, optionalNumber, resourceVersion, stable } from './families.ts'
import { bit, isPresent, lengthOf, text } from './fields.ts'
import { namespaceAndName, type Stored } from './object.ts'
import { secondsOf, timeOf } from './times.ts'

interface CronJob extends Stored {
  readonly spec?: {
    readonly schedule?: string
    readonly timeZone?: string
    readonly concurrencyPolicy?: string
    readonly suspend?: boolean
    readonly startingDeadlineSeconds?: number
    readonly successfulJobsHistoryLimit?: number
    readonly failedJobsHistoryLimit?: number
  }
  readonly status?: {
    readonly active?: readonly unknown[]
    readonly lastScheduleTime?: string
    readonly lastSuccessfulTime?: string
  }
}

const INFO = ['schedule', 'concurrency_policy', 'timezone']

/** Cron jobs. */
export const cronJobs: ResourceFamilies<CronJob> = {
  resource: 'cronjobs',
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  namespaced: true,
  baseNames: ['namespace', 'cronjob'],
  base: namespaceAndName,
  families: [
    annotations(alpha, 'kube_cronjob_annotations'),
    labels(stable, 'kube_cronjob_labels'),
    stable('kube_cronjob_info', 'Info about cronjob.', ({ spec }, out) => {
      const timeZone = isPresent(spec?.timeZone) ? text(spec.timeZone) : 'local'
      out.labelled(INFO, [text(spec?.schedule), text(spec?.concurrencyPolicy), timeZone], 1)
    }),
    created(stable, 'kube_cronjob_created'),
    stable('kube_cronjob_status_active', 'Active holds pointers to currently running jobs.', ({ status }, out) =>
      out.value(lengthOf(status?.active)),
    ),
    stable(
      'kube_cronjob_status_last_schedule_time',
      'LastScheduleTime keeps information of when was the last time the job was successfully scheduled.',
      ({ status }, out) => {
        if (isPresent(status?.lastScheduleTime)) out.value(secondsOf(status.lastScheduleTime))
      },
    ),
    stable(
      'kube_cronjob_status_last_successful_time',
      'LastSuccessfulTime keeps information of when was the last time the job was completed successfully.',
      ({ status }, out) => {
        if (isPresent(status?.lastSuccessfulTime)) out.value(secondsOf(status.lastSuccessfulTime))
      },
    ),
    stable(
      'kube_cronjob_spec_suspend',
      'Suspend flag tells the controller to suspend subsequent executions.',
      ({ spec }, out) => out.value(bit(spec?.suspend)),
    ),
    optionalNumber(
      stable,
      'kube_cronjob_spec_starting_deadline_seconds',
      'Deadline in seconds for starting the job if it misses scheduled time for any reason.',
      ({ spec }) => spec?.startingDeadlineSeconds,
    ),
    stable(
      'kube_cronjob_next_schedule_time',
      "Next time the cronjob should be scheduled. The time after lastScheduleTime, or after the cron job's creation time if it's never been scheduled. Use this to determine if the job is delayed.",
      nextLine,
    ),
    alpha(
      'kube_cronjob_schedule_invalid',
      'Emitted with value 1 for cronjobs whose schedule, in its configured timezone, cannot be parsed.',
      (cronJob, out) => {
        if (scheduleOf(cronJob) === undefined) out.value(1)
      },
    ),
    resourceVersion(
      'kube_cronjob_metadata_resource_version',
      'Resource version representing a specific version of the cronjob.',
      stable,
    ),
    optionalNumber(
      alpha,
      'kube_cronjob_spec_successful_job_history_limit',
      'Successful job history limit tells the controller how many completed jobs should be preserved.',
      ({ spec }) => spec?.successfulJobsHistoryLimit,
    ),
    optionalNumber(
      alpha,
      'kube_cronjob_spec_failed_job_history_limit',
      'Failed job history limit tells the controller how many failed jobs should be preserved.',
      ({ spec }) => spec?.failedJobsHistoryLimit,
    ),
  ],
}

function scheduleOf({ spec }: CronJob): Schedule | undefined {
  return readSchedule(text(spec?.schedule), isPresent(spec?.timeZone) ? text(spec.timeZone) : undefined)
}

/** None for a suspended job and for one that has no time to count from. */
function nextLine(cronJob: CronJob, out: LineWriter): void {
  const { metadata, spec, status } = cronJob
  if (spec?.suspend === true) return
  const after = timeOf(status?.lastScheduleTime) ?? timeOf(metadata?.creationTimestamp)
  const schedule = scheduleOf(cronJob)
  if (after !== undefined && schedule !== undefined) out.value(nextTime(schedule, after))
}
