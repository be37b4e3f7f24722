import type { OwnerName } from './owners.ts'
import { podState, type PodSituation } from './pod-state.ts'
import { keyOf } from './record-store.ts'
import type { PodRecord } from './records.ts'
import { restartsOf } from './totals.ts'
import type { RowNow } from './versioned-list.ts'
import type { PodView } from './views.ts'

/** A pod as pages have it. */
export function podView(situation: PodSituation, workload: OwnerName | undefined): RowNow<PodView> {
  const { pod } = situation
  const { state, untilMs } = podState(situation)
  const counted = [...pod.initContainers.filter(({ sidecar }) => sidecar), ...pod.containers]
  const row: PodView = {
    key: keyOf(pod),
    namespace: pod.namespace,
    name: pod.name,
    createdMs: pod.createdMs,
    labels: pod.labels,
    state,
    node: pod.node,
    phase: pod.phase,
    ready: counted.filter(({ ready }) => ready).length,
    containers: counted.length,
    restarts: restartsOf(pod),
    lastRestartMs: lastRestartMs(pod),
    ip: pod.ip,
    qos: pod.qos,
    workload,
    requested: pod.requested,
    limited: pod.limited,
  }
  return { row, untilMs }
}

/** When a container last ended and was started again. */
function lastRestartMs({ containers, initContainers }: PodRecord): number {
  return Math.max(0, ...[...containers, ...initContainers].map(({ last }) => last?.finishedMs ?? 0))
}
