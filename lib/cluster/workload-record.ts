import { type ClusterObject, commonOf, conditionOf, conditionsOf } from './common-record.ts'
import { at, fields, items, number, text, time } from './fields.ts'
import type { Keeper } from './keeper.ts'
import { podLimits, podRequests } from './pod-amounts.ts'
import type { Condition, WorkloadRecord } from './records.ts'

export type WorkloadKind = WorkloadRecord['kind']

/** The record of a Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job or CronJob. */
export function workloadRecord(kind: WorkloadKind, object: ClusterObject, keep: Keeper): WorkloadRecord {
  const spec = at(object, 'spec')
  const conditions = conditionsOf(object, keep)
  const template = at(kind === 'CronJob' ? at(spec, 'jobTemplate', 'spec') : spec, 'template')
  return {
    ...commonOf(object, keep),
    kind,
    ...countsOf[kind](spec, at(object, 'status')),
    generation: number(at(object, 'metadata', 'generation')),
    observedGeneration: number(at(object, 'status', 'observedGeneration')),
    paused: at(spec, 'paused') === true || (kind === 'Job' && at(spec, 'suspend') === true),
    revision: keep.name(at(object, 'metadata', 'annotations', 'deployment.kubernetes.io/revision')),
    progressDeadlineSeconds: number(at(spec, 'progressDeadlineSeconds'), 600),
    conditions,
    selector: keep.texts(kind === 'ReplicationController' ? at(spec, 'selector') : at(spec, 'selector', 'matchLabels')),
    requests: keep.shared(podRequests(template)),
    limits: keep.shared(podLimits(template)),
    images: keep.names(imagesOf(template)),
    job: kind === 'Job' ? jobOf(object, conditions) : undefined,
    cron: kind === 'CronJob' ? cronOf(object, keep) : undefined,
  }
}

type Counts = Pick<WorkloadRecord, 'desired' | 'current' | 'ready' | 'updated' | 'updateTarget' | 'available'>

const countsOf: Readonly<Record<WorkloadKind, (spec: unknown, status: unknown) => Counts>> = {
  Deployment: (spec, status) => ({ ...replicas(spec, status), updateTarget: number(at(spec, 'replicas'), 1) }),
  StatefulSet: (spec, status) => {
    const strategy = at(spec, 'updateStrategy')
    const partition = number(at(strategy, 'rollingUpdate', 'partition'))
    const target = Math.max(0, number(at(spec, 'replicas'), 1) - partition)
    return { ...replicas(spec, status), updateTarget: isByHand(strategy) ? 0 : target }
  },
  DaemonSet: (spec, status) => {
    const { numberReady, updatedNumberScheduled, numberAvailable, ...rest } = fields(status)
    const desired = number(rest.desiredNumberScheduled)
    return {
      desired,
      current: number(rest.currentNumberScheduled),
      ready: number(numberReady),
      updated: number(updatedNumberScheduled),
      updateTarget: isByHand(at(spec, 'updateStrategy')) ? 0 : desired,
      available: number(numberAvailable),
    }
  },
  ReplicaSet: (spec, status) => sameReplicas(spec, status),
  ReplicationController: (spec, status) => sameReplicas(spec, status),
  Job: (spec, status) => ({
    desired: number(at(spec, 'completions'), number(at(spec, 'parallelism'), 1)),
    current: number(at(status, 'active')),
    ready: number(at(status, 'ready')),
    updated: 0,
    updateTarget: 0,
    available: number(at(status, 'succeeded')),
  }),
  CronJob: (_, status) => ({
    desired: 0,
    current: items(at(status, 'active')).length,
    ready: 0,
    updated: 0,
    updateTarget: 0,
    available: 0,
  }),
}

function isByHand(strategy: unknown): boolean {
  return at(strategy, 'type') === 'OnDelete'
}

function replicas(spec: unknown, status: unknown): Counts {
  const { replicas: current, readyReplicas, updatedReplicas, availableReplicas } = fields(status)
  return {
    desired: number(at(spec, 'replicas'), 1),
    current: number(current),
    ready: number(readyReplicas),
    updated: number(updatedReplicas),
    updateTarget: 0,
    available: number(availableReplicas),
  }
}

/** A ReplicaSet's pods are all of one template. */
function sameReplicas(spec: unknown, status: unknown): Counts {
  const counts = replicas(spec, status)
  return { ...counts, updated: counts.current }
}

function imagesOf(template: unknown): string[] {
  return [...new Set(items(at(template, 'spec', 'containers')).map(({ image }) => text(image)))]
}

function jobOf(object: ClusterObject, conditions: readonly Condition[]): WorkloadRecord['job'] {
  const { failed, succeeded, active, startTime, completionTime } = fields(at(object, 'status'))
  const failure = conditionOf(conditions, 'Failed')
  return {
    failed: number(failed),
    succeeded: number(succeeded),
    active: number(active),
    backoffLimit: number(at(object, 'spec', 'backoffLimit'), 6),
    startedMs: time(startTime),
    finishedMs: time(completionTime) || (failure?.status === 'True' ? failure.sinceMs : 0),
  }
}

function cronOf(object: ClusterObject, keep: Keeper): WorkloadRecord['cron'] {
  const status = at(object, 'status')
  return {
    schedule: keep.name(at(object, 'spec', 'schedule')),
    suspended: at(object, 'spec', 'suspend') === true,
    lastScheduledMs: time(at(status, 'lastScheduleTime')),
    lastSuccessMs: time(at(status, 'lastSuccessfulTime')),
  }
}
