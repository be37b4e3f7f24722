import type { TargetStatus } from '#lib/scrape'
import type { TelemetryFamily, TelemetryMetric } from '#lib/telemetry'
import type { StoreStats } from '#lib/tsdb'

/** What the store thread measures of itself, in Prometheus' names where Prometheus has the metric. */
export function storeFamilies(stats: StoreStats, targets: readonly TargetStatus[]): TelemetryFamily[] {
  return [
    gauge('prometheus_tsdb_head_series', 'Total number of series in the head block.', stats.series),
    gauge('prometheus_tsdb_head_chunks', 'Total number of chunks in the head block.', stats.chunks),
    counter('prometheus_tsdb_head_samples_appended_total', 'Total number of appended samples.', stats.samplesAppended),
    counter(
      'binnacle_store_corruptions_total',
      'Blocks and log segments that were set aside because they are damaged.',
      stats.corruptions,
    ),
    {
      name: 'binnacle_store_refused_samples_total',
      help: 'Samples and series that were not stored, by reason.',
      type: 'counter',
      metrics: byReason(stats.refused),
    },
    {
      name: 'binnacle_store_bytes',
      help: 'Bytes held, by what holds them.',
      type: 'gauge',
      metrics: byKind(stats.bytes),
    },
    {
      name: 'prometheus_target_scrape_pool_targets',
      help: 'Current number of targets in this scrape pool.',
      type: 'gauge',
      metrics: byPool(targets),
    },
  ]
}

function gauge(name: string, help: string, value: number): TelemetryFamily {
  return { name, help, type: 'gauge', metrics: [{ labels: [], value }] }
}

function counter(name: string, help: string, value: number): TelemetryFamily {
  return { name, help, type: 'counter', metrics: [{ labels: [], value }] }
}

function byReason(refused: Readonly<Record<string, number>>): TelemetryMetric[] {
  return Object.entries(refused).map(([reason, value]) => ({ labels: ['reason', reason], value }))
}

function byKind(bytes: Readonly<Record<string, number>>): TelemetryMetric[] {
  return Object.entries(bytes).map(([kind, value]) => ({ labels: ['kind', kind], value }))
}

function byPool(targets: readonly TargetStatus[]): TelemetryMetric[] {
  const pools = Map.groupBy(targets, (target) => target.scrapePool)
  return [...pools].map(([pool, list]) => ({ labels: ['scrape_job', pool], value: list.length }))
}
