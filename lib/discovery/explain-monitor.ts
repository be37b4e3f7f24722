import type { ClusterSight } from './cluster-sight.ts'
import { isFatal, type CompiledEndpoint, type CompiledMonitor } from './compiled-monitor.ts'
import { explainPods } from './explain-pods.ts'
import { explainServices } from './explain-services.ts'
import { isIn, noMatch } from './explain-selector.ts'
import { reason, type Reason, type ReasonFacts } from './reason.ts'
import { matchesLabels } from '#lib/kube'

/** What became of one endpoint of a monitor object, or of an annotated pod or service. */
export interface MonitorReport {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly index: number
  /** '' where there is none. */
  readonly pool: string
  readonly targets: number
  /** Found and not scraped, those left aside that the object does not select. */
  readonly dropped: number
  readonly reasons: readonly Reason[]
}

/** A target that was found and is not scraped, as whoever chooses targets tells it. */
export interface SeenDrop {
  readonly pool: string
  readonly source: string
  readonly discoveredLabels: Readonly<Record<string, string>>
  readonly reason: { readonly id: string; readonly facts: Readonly<Record<string, string | number>> }
}

/** What came of the pools. */
export interface SeenTargets {
  /** How many targets of a pool are scraped. */
  targets(pool: string): number
  dropped(pool: string): Iterable<SeenDrop>
}

/** Says what became of one endpoint. `known` are the reasons that stand before anything in the cluster. */
export function explainMonitor(
  monitor: CompiledMonitor,
  endpoint: CompiledEndpoint,
  known: readonly Reason[],
  seen: SeenTargets,
  sight: ClusterSight | undefined,
): Pick<MonitorReport, 'targets' | 'dropped' | 'reasons'> {
  const targets = seen.targets(endpoint.pool)
  const drops = [...seen.dropped(endpoint.pool)].filter((drop) => !isOwnDrop(drop, endpoint))
  const fromDrops = dropReasons(drops, endpoint)
  if (known.some(isFatal) || targets > 0) return { targets, dropped: drops.length, reasons: [...known, ...fromDrops] }
  const inCluster = fromDrops.length > 0 || !sight ? [] : clusterReasons(monitor, endpoint, sight)
  const reasons = [...known, ...fromDrops, ...inCluster]
  return { targets, dropped: drops.length, reasons: reasons.length > 0 ? reasons : [reason('not-yet')] }
}

/** Dropped by the rules that select: nobody wants to hear of all other pods of the namespace. */
function isOwnDrop({ reason: why }: SeenDrop, { ownRules }: CompiledEndpoint): boolean {
  return why.id === 'relabelled-away' && Number(why.facts.rule) < ownRules
}

/** Equal drops are told once, with their number; a rule is counted as its author counts. */
export function dropReasons(drops: readonly SeenDrop[], { ownRules }: Pick<CompiledEndpoint, 'ownRules'>): Reason[] {
  const groups = new Map<string, { facts: ReasonFacts; count: number }>()
  for (const { reason: why } of drops) {
    const facts: ReasonFacts = { ...why.facts, ...ruleOf(why.facts.rule, ownRules), reason: why.id }
    const key = JSON.stringify([why.id, why.facts.rule])
    const group = groups.get(key) ?? { facts, count: 0 }
    group.count++
    groups.set(key, group)
  }
  return [...groups.values()].map(({ facts, count }) => {
    const isRule = facts.reason === 'relabelled-away'
    return reason('dropped', { ...facts, targets: count }, isRule ? [{ id: 'drop-rule', facts }] : [])
  })
}

function ruleOf(rule: unknown, ownRules: number): ReasonFacts {
  return typeof rule === 'number' ? { rule: rule - ownRules } : {}
}

function clusterReasons(monitor: CompiledMonitor, endpoint: CompiledEndpoint, sight: ClusterSight): Reason[] {
  if (monitor.kind === 'ServiceMonitor') return orTroubles(explainServices(monitor, endpoint, sight), sight)
  if (monitor.kind === 'PodMonitor') return orTroubles(explainPods(monitor, endpoint, sight), sight)
  if (!monitor.selector) return []
  const { selector, namespaces } = monitor
  const all = [...sight.ingresses.all()]
  if (all.some((one) => isIn(one, namespaces) && matchesLabels(selector, one.labels))) return []
  return orTroubles([noMatch('Ingress', selector, namespaces, all)], sight)
}

/** What cannot be listed explains all else. */
function orTroubles(reasons: Reason[], sight: ClusterSight): Reason[] {
  const troubles = sight.troubles.map(({ resource, reason: why }) =>
    reason('cannot-list', { resource: resource.plural, reason: why }),
  )
  return troubles.length > 0 ? troubles : reasons
}
