import { Registry, type TelemetryFamily } from '#lib/telemetry'
import type { PoolChoice } from './choose-targets.ts'

const SECONDS = [0.001, 0.01, 0.1, 1, 10]

/** What turning groups into targets measures of itself, in Prometheus' names where it has the metric. */
export class SyncTelemetry {
  readonly #registry = new Registry()
  readonly #syncs = this.#registry.counter(
    'prometheus_target_scrape_pool_sync_total',
    'Total number of syncs that were executed on a scrape pool.',
  )
  readonly #length = this.#registry.timer(
    'prometheus_target_sync_length_seconds',
    'Actual interval to sync the scrape pool.',
    SECONDS,
  )
  readonly #exceeded = this.#registry.counter(
    'prometheus_target_scrape_pool_exceeded_target_limit_total',
    'Total number of times scrape pools hit the target limit, during sync or config reload.',
  )

  /** A pool's groups were resolved. */
  synced(pool: string, seconds: number): void {
    this.#syncs.add(1, 'scrape_job', pool)
    this.#length.observe(seconds, 'scrape_job', pool)
  }

  /** Targets were chosen. */
  chose(choices: readonly PoolChoice[]): void {
    this.#exceeded.add(choices.filter(({ isOverLimit }) => isOverLimit).length)
  }

  families(choices: readonly PoolChoice[]): TelemetryFamily[] {
    return [...this.#registry.collect(), limits(choices), dropped(choices)]
  }
}

function limits(choices: readonly PoolChoice[]): TelemetryFamily {
  return {
    name: 'prometheus_target_scrape_pool_target_limit',
    help: 'Maximum number of targets allowed in this scrape pool.',
    type: 'gauge',
    metrics: choices.map(({ resolver: { pool } }) => ({
      labels: ['scrape_job', pool.name],
      value: pool.options.targetLimit,
    })),
  }
}

function dropped(choices: readonly PoolChoice[]): TelemetryFamily {
  const metrics = choices.flatMap(({ resolver: { pool }, dropped }) => {
    const counts = new Map<string, number>()
    for (const { reason } of dropped) counts.set(reason.id, (counts.get(reason.id) ?? 0) + 1)
    return [...counts].map(([reason, value]) => ({ labels: ['scrape_job', pool.name, 'reason', reason], value }))
  })
  return {
    name: 'binnacle_target_dropped_targets',
    help: 'Targets that were found and are not scraped, by reason.',
    type: 'gauge',
    metrics,
  }
}
