import { containerState } from './container-state.ts'
import { isInitialized } from './init-state.ts'
import type { OwnerName } from './owners.ts'
import { fate, type PodSituation } from './pod-state.ts'
import { keyOf } from './record-store.ts'
import type { ContainerRecord } from './records.ts'
import { lasting, stateOf, type StateNow } from './state.ts'
import type { RowNow } from './versioned-list.ts'
import type { ContainerView } from './views.ts'

/** A container as pages have it. */
export function containerView(
  situation: PodSituation,
  container: ContainerRecord,
  workload: OwnerName | undefined,
): RowNow<ContainerView> {
  const { pod } = situation
  const { state, untilMs } = stateIn(situation, container)
  const { last } = container
  const row: ContainerView = {
    key: `${keyOf(pod)}/${container.name}`,
    namespace: pod.namespace,
    name: container.name,
    createdMs: pod.createdMs,
    labels: pod.labels,
    state,
    pod: pod.name,
    node: pod.node,
    image: container.image,
    init: pod.initContainers.includes(container),
    ready: container.ready,
    restarts: container.restarts,
    requested: container.requests,
    limited: container.limits,
    last: last && {
      reason: last.reason,
      exitCode: last.exitCode,
      finishedMs: last.finishedMs,
      startedMs: last.startedMs,
    },
    workload,
  }
  return { row, untilMs }
}

/** What happens to its pod happens to a container that has not ended; it waits for a node and for init containers. */
function stateIn(situation: PodSituation, container: ContainerRecord): StateNow {
  const { pod } = situation
  if (container.state.kind !== 'terminated') {
    const whole = fate(situation)
    if (whole) return whole
    if (pod.node === '') return lasting(stateOf('idle', 'pending', { sinceMs: pod.createdMs }))
    const isMain = !pod.initContainers.includes(container)
    if (isMain && container.state.kind !== 'running' && !isInitialized(pod))
      return lasting(stateOf('idle', 'pending', {}))
  }
  return containerState({ ...situation, container })
}
