import type { Params } from '#lib/api'
import { formatDuration } from '#lib/model'
import type { TargetStatus } from '#lib/scrape'

/** The answer of /api/v1/targets. */
export function targetsJson(targets: readonly TargetStatus[], params: Params) {
  const state = (params.state?.[0] ?? '').toLowerCase()
  const pool = params.scrapePool?.[0] ?? ''
  const wanted = targets.filter((target) => pool === '' || target.scrapePool === pool)
  return {
    activeTargets: ['', 'any', 'active'].includes(state) ? wanted.map(targetJson) : [],
    droppedTargets: [],
    droppedTargetCounts: Object.fromEntries(
      [...new Set(wanted.map((target) => target.scrapePool))].map((name) => [name, 0]),
    ),
  }
}

function targetJson(target: TargetStatus) {
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
