import { namespaceState } from './namespace-state.ts'
import type { NamespaceRecord } from './records.ts'
import { lasting, stateOf } from './state.ts'
import type { Total } from './totals.ts'
import type { RowNow } from './versioned-list.ts'
import type { NamespaceView } from './views.ts'

/** A namespace as pages have it. One that may not be read itself has a name, and what is known to be in it. */
export function namespaceView(
  name: string,
  namespace: NamespaceRecord | undefined,
  { total, workloads }: { readonly total: Total; readonly workloads: number },
  nowMs: number,
): RowNow<NamespaceView> {
  const { state, untilMs } = namespace ? namespaceState(namespace, nowMs) : lasting(stateOf('idle', 'unknown'))
  const row: NamespaceView = {
    key: name,
    namespace: '',
    name,
    createdMs: namespace?.createdMs ?? 0,
    labels: namespace?.labels ?? {},
    state,
    phase: namespace?.phase ?? '',
    pods: total.pods,
    podsReady: total.ready,
    workloads,
    requested: total.requested,
    limited: total.limited,
  }
  return { row, untilMs }
}
