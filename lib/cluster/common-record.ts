import { at, type Fields, items, number, text, time } from './fields.ts'
import type { Keeper } from './keeper.ts'
import type { Common, Condition, OwnerRef } from './records.ts'

/** A parsed Kubernetes object, as a watch gives it. */
export interface ClusterObject {
  readonly metadata: { readonly name: string; readonly namespace?: string }
}

/** What all records have, from an object's metadata. */
export function commonOf(object: ClusterObject, keep: Keeper): Common {
  const metadata = at(object, 'metadata')
  return {
    namespace: keep.name(at(metadata, 'namespace')),
    name: keep.text(at(metadata, 'name')),
    uid: keep.text(at(metadata, 'uid')),
    createdMs: time(at(metadata, 'creationTimestamp')),
    deletedMs: deletedMs(metadata),
    labels: keep.texts(at(metadata, 'labels')),
    finalizers: keep.names(at(metadata, 'finalizers')),
    owner: ownerOf(items(at(metadata, 'ownerReferences')), keep),
  }
}

/** The timestamp is when the object is to be gone: for pods, their grace period after deletion was asked for. */
function deletedMs(metadata: unknown): number {
  const goneMs = time(at(metadata, 'deletionTimestamp'))
  return goneMs === 0 ? 0 : goneMs - number(at(metadata, 'deletionGracePeriodSeconds')) * 1000
}

/** The owner that controls it, else the first. */
function ownerOf(owners: readonly Fields[], keep: Keeper): OwnerRef | undefined {
  const owner = owners.find(({ controller }) => controller === true) ?? owners.at(0)
  if (!owner) return undefined
  return keep.shared({ kind: keep.name(owner.kind), name: keep.name(owner.name), uid: keep.name(owner.uid) })
}

/** The conditions of a status. */
export function conditionsOf(object: unknown, keep: Keeper): readonly Condition[] {
  return items(at(object, 'status', 'conditions')).map((condition) => ({
    type: keep.name(condition.type),
    status: statusOf(text(condition.status)),
    reason: keep.name(condition.reason),
    message: keep.message(condition.message),
    sinceMs: time(condition.lastTransitionTime),
  }))
}

function statusOf(status: string): Condition['status'] {
  return status === 'True' || status === 'False' ? status : 'Unknown'
}

/** The condition of a type. */
export function conditionOf(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((condition) => condition.type === type)
}

/** Whether the condition of a type is true. */
export function isTrue(conditions: readonly Condition[], type: string): boolean {
  return conditionOf(conditions, type)?.status === 'True'
}
