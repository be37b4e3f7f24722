import type { NamespaceRecord } from './records.ts'
import { lasting, stateOf, type StateNow } from './state.ts'

/** How long the deletion of a namespace may take before it is called stuck. */
const STUCK_MS = 60_000
const obstacles = [
  'NamespaceDeletionDiscoveryFailure',
  'NamespaceDeletionGroupVersionParsingFailure',
  'NamespaceDeletionContentFailure',
  'NamespaceFinalizersRemaining',
  'NamespaceContentRemaining',
]

/** How a namespace is: active, or on its way out, and what holds it. */
export function namespaceState(namespace: NamespaceRecord, nowMs: number): StateNow {
  const { phase, deletedMs, conditions } = namespace
  if (phase !== 'Terminating' && deletedMs === 0) return lasting(stateOf('ok', 'active'))
  const obstacle = obstacles
    .map((type) => conditions.find((condition) => condition.type === type && condition.status === 'True'))
    .find((condition) => condition !== undefined)
  const facts = { sinceMs: deletedMs, reason: obstacle?.reason, message: obstacle?.message }
  const untilMs = deletedMs + STUCK_MS
  if (nowMs < untilMs) return { state: stateOf('idle', 'terminating', facts), untilMs }
  const finalizers = [...namespace.finalizers, ...namespace.specFinalizers].join(', ')
  return lasting(stateOf('warning', 'stuck-terminating', { ...facts, finalizers }))
}
