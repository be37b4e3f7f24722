import { workloadKey } from './owners.ts'
import type { WorkloadRecord } from './records.ts'
import type { Total } from './totals.ts'
import type { WorkloadView } from './views.ts'
import { workloadState } from './workload-state.ts'

/** A workload as pages have it, with the sums over its pods. */
export function workloadView(workload: WorkloadRecord, total: Total): WorkloadView {
  const { kind, namespace, name, owner } = workload
  return {
    key: workloadKey(kind, namespace, name),
    namespace,
    name,
    createdMs: workload.createdMs,
    labels: workload.labels,
    state: workloadState(workload),
    kind,
    desired: workload.desired,
    ready: workload.ready,
    updated: workload.updated,
    available: workload.available,
    revision: workload.revision,
    images: workload.images,
    requested: total.requested,
    limited: total.limited,
    pods: total.pods,
    podsReady: total.ready,
    restarts: total.restarts,
    owner: owner && { kind: owner.kind, name: owner.name },
    conditions: workload.conditions,
  }
}
