import { type ClusterObject, commonOf, conditionsOf, isTrue } from './common-record.ts'
import { containerRecords } from './container-record.ts'
import { at, number, time } from './fields.ts'
import type { Keeper } from './keeper.ts'
import { podLimits, podRequests } from './pod-amounts.ts'
import { claimsOf, needsOf } from './pod-needs.ts'
import type { Condition, PodRecord } from './records.ts'

/** The record of a Pod. */
export function podRecord(pod: ClusterObject, keep: Keeper): PodRecord {
  const spec = at(pod, 'spec')
  const status = at(pod, 'status')
  return {
    ...commonOf(pod, keep),
    node: keep.name(at(spec, 'nodeName')),
    phase: keep.name(at(status, 'phase')),
    reason: keep.name(at(status, 'reason')),
    message: keep.message(at(status, 'message')),
    conditions: tellingConditions(conditionsOf(pod, keep)),
    ip: keep.text(at(status, 'podIP')),
    hostNetwork: at(spec, 'hostNetwork') === true,
    qos: keep.name(at(status, 'qosClass')),
    priorityClass: keep.name(at(spec, 'priorityClassName')),
    startedMs: time(at(status, 'startTime')),
    graceSeconds: graceSeconds(pod),
    containers: containerRecords(at(spec, 'containers'), at(status, 'containerStatuses'), keep),
    initContainers: keepEmpty(
      containerRecords(at(spec, 'initContainers'), at(status, 'initContainerStatuses'), keep),
      keep,
    ),
    requested: keep.shared(podRequests(pod)),
    limited: keep.shared(podLimits(pod)),
    claims: keep.names(claimsOf(pod)),
    needs: keep.names(needsOf(pod)),
    nodeSelector: keep.texts(at(spec, 'nodeSelector')),
  }
}

const implied = new Set(['PodReadyToStartContainers', 'Initialized', 'ContainersReady'])

/** A ready pod has come through the steps before: that they are true is kept only of others. It saves 260 bytes a pod. */
function tellingConditions(conditions: readonly Condition[]): readonly Condition[] {
  if (!isTrue(conditions, 'Ready')) return conditions
  return conditions.filter(({ type, status }) => status !== 'True' || !implied.has(type))
}

/** That of a deletion under way, else what its spec allows. */
function graceSeconds(pod: ClusterObject): number {
  return number(
    at(pod, 'metadata', 'deletionGracePeriodSeconds'),
    number(at(pod, 'spec', 'terminationGracePeriodSeconds'), 30),
  )
}

function keepEmpty<T>(list: readonly T[], keep: Keeper): readonly T[] {
  return list.length === 0 ? keep.shared([]) : list
}

/** Whether it has ended and will not run again. */
export function hasEnded({ phase }: PodRecord): boolean {
  return phase === 'Succeeded' || phase === 'Failed'
}
