import type { Params } from '#lib/api'
import { formatDuration } from '#lib/model'
import { type Scope, seesCluster, seesNamespace } from '#lib/storage'
import type { ActiveTarget, DroppedOptions, DroppedTarget, TargetSets, TargetStatus } from '#lib/scrape'

/** What is known of targets, wherever it is shown. */
export interface TargetsSource {
  active(): Promise<readonly ActiveTarget[]>
  dropped(options: DroppedOptions): Promise<readonly DroppedTarget[]>
  droppedCounts(): Readonly<Record<string, number>>
  poolNames(): readonly string[]
}

/** Joins what the main thread and the store thread know. */
export function targetsSource(sets: TargetSets, statuses: () => Promise<readonly TargetStatus[]>): TargetsSource {
  return {
    active: async () => sets.active(await statuses()),
    dropped: (options) => sets.dropped(options),
    droppedCounts: () => sets.droppedCounts(),
    poolNames: () => sets.poolNames(),
  }
}

/** The answer of /api/v1/targets. */
export async function targetsJson(source: TargetsSource, params: Params, scope: Scope) {
  const state = (params.state?.[0] ?? '').toLowerCase()
  const pool = params.scrapePool?.[0] ?? ''
  const wantsActive = ['', 'any', 'active'].includes(state)
  const wantsDropped = ['', 'any', 'dropped'].includes(state)
  const active = wantsActive ? await source.active() : []
  return {
    activeTargets: active
      .filter((target) => (pool === '' || target.scrapePool === pool) && seesTarget(scope, target))
      .map(targetJson),
    droppedTargets: wantsDropped
      ? (await source.dropped({ pool, isExplained: false })).filter((one) => seesDropped(scope, one)).map(droppedJson)
      : [],
    droppedTargetCounts: wantsDropped && seesCluster(scope) ? source.droppedCounts() : {},
  }
}

/** How many dropped targets the page lists; it counts all of them. */
const SHOWN_DROPPED = 1000

/** What the page of targets shows: the targets, and of what is dropped the reasons; without those where `dropped` is 0. */
export async function targetsPage(source: TargetsSource, params: Params, scope: Scope) {
  const pool = params.pool?.[0] ?? ''
  const active = await source.active()
  return {
    active: active.filter((target) => (pool === '' || target.scrapePool === pool) && seesTarget(scope, target)),
    dropped:
      params.dropped?.[0] === '0'
        ? []
        : (await source.dropped({ pool, limit: SHOWN_DROPPED })).filter((one) => seesDropped(scope, one)),
    droppedCounts: seesCluster(scope) ? source.droppedCounts() : {},
    pools: seesCluster(scope) ? source.poolNames() : [],
  }
}

/** A target belongs to the namespace that its series are told under. */
function seesTarget(scope: Scope, { labels }: ActiveTarget): boolean {
  return seesNamespace(scope, labels.namespace ?? '')
}

/** One that was dropped, to the namespace of the object that it was found at. */
function seesDropped(scope: Scope, { discoveredLabels }: DroppedTarget): boolean {
  return seesNamespace(scope, discoveredLabels.__meta_kubernetes_namespace ?? '')
}

function droppedJson({ discoveredLabels, pool }: DroppedTarget) {
  return { discoveredLabels, scrapePool: pool }
}

function targetJson(target: ActiveTarget) {
  return {
    discoveredLabels: target.discoveredLabels,
    labels: target.labels,
    scrapePool: target.scrapePool,
    scrapeUrl: target.scrapeUrl,
    globalUrl: target.globalUrl,
    lastError: target.lastError,
    lastScrape: target.lastScrapeMs > 0 ? new Date(target.lastScrapeMs).toISOString() : '0001-01-01T00:00:00Z',
    lastScrapeDuration: target.lastDurationMs / 1000,
    health: target.health,
    scrapeInterval: formatDuration(target.intervalMs),
    scrapeTimeout: formatDuration(target.timeoutMs),
  }
}
