import type { Common, OwnerRef, PodRecord, WorkloadRecord } from './records.ts'

/** The kind and name of a workload. */
export interface OwnerName {
  readonly kind: string
  readonly name: string
}

/** Owners of owners are followed no further than this: a circle ends. */
const DEEPEST = 5

type Workloads = ReadonlyMap<string, WorkloadRecord>

/** The workload that stands above all others above an object: the Deployment, not the ReplicaSet. */
export function topWorkload(object: Common, workloads: Workloads): WorkloadRecord | undefined {
  let top: WorkloadRecord | undefined
  for (let { owner } = object, depth = 0; owner && depth < DEEPEST; depth++) {
    const above = workloads.get(workloadKey(owner.kind, object.namespace, owner.name))
    if (!above || (owner.uid !== '' && above.uid !== owner.uid)) break
    top = above
    owner = above.owner
  }
  return top
}

/** topWorkload for many objects: pods of one ReplicaSet share the object that names it, which is followed once. */
export function topWorkloadFinder(workloads: Workloads): (object: Common) => WorkloadRecord | undefined {
  const found = new Map<OwnerRef, WorkloadRecord | undefined>()
  return (object) => {
    const { owner } = object
    if (!owner) return undefined
    if (!found.has(owner)) found.set(owner, topWorkload(object, workloads))
    return found.get(owner)
  }
}

/**
 * The top of a pod's owners by name: also one that is not known here, such as a custom kind, or a ReplicaSet that may not
 * be read. undefined for a pod of its own; a static pod, which its node owns, is one.
 */
export function topOwner(pod: PodRecord, workload: WorkloadRecord | undefined): OwnerName | undefined {
  const top = workload ?? pod.owner
  return top === undefined || top.kind === 'Node' ? undefined : { kind: top.kind, name: top.name }
}

/** Where a workload stands in the records. */
export function workloadKey(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`
}
