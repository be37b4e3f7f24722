import type { PoolChoice } from './choose-targets.ts'
import type { DroppedTarget } from './drop-reason.ts'
import type { TargetStatus } from './target-loop.ts'

/** A target that is scraped, as it is shown. */
export interface ActiveTarget extends TargetStatus {
  readonly discoveredLabels: Readonly<Record<string, string>>
}

/** Which dropped targets are asked for. */
export interface DroppedOptions {
  /** All pools where it is absent or empty. */
  readonly pool?: string
  /** How many, over all pools. */
  readonly limit?: number
  /** Whether a reason says what the dropping rule saw; it costs a run of the rules for each target. */
  readonly isExplained?: boolean
}

/** Joins what the scraping thread tells with where the targets were found. */
export function* activeTargets(
  choices: readonly PoolChoice[],
  statuses: readonly TargetStatus[],
): Generator<undefined, ActiveTarget[]> {
  const byId = new Map(statuses.map((status) => [status.id, status]))
  const targets: ActiveTarget[] = []
  for (const { resolver, chosen } of choices) {
    for (const { target, found, index } of chosen) {
      const status = byId.get(target.id)
      if (status) targets.push({ ...status, discoveredLabels: resolver.discovered(found, index) })
      yield
    }
  }
  return targets
}

/** What is not scraped, at most `keep_dropped_targets` of each pool. */
export function* droppedTargets(
  choices: readonly PoolChoice[],
  { pool = '', limit = Infinity, isExplained = true }: DroppedOptions,
): Generator<undefined, DroppedTarget[]> {
  const targets: DroppedTarget[] = []
  for (const { resolver, dropped } of choices) {
    if (pool !== '' && pool !== resolver.pool.name) continue
    const kept = resolver.pool.options.keepDroppedTargets || Infinity
    for (const { found, index, reason } of dropped.slice(0, Math.min(kept, limit - targets.length))) {
      targets.push(resolver.dropped(found, index, reason, isExplained))
      yield
    }
  }
  return targets
}
