import type { TargetStatus } from '#lib/scrape'
import type { TelemetryFamily, TelemetryMetric } from '#lib/telemetry'
import type { StoreStats } from '#lib/tsdb'

/** What the store thread measures of itself, in Prometheus' names where Prometheus has the metric. */
export function storeFamilies(
  stats: StoreStats,
  limits: RetentionLimits,
  targets: readonly TargetStatus[],
): TelemetryFamily[] {
  return [
    ...blockFamilies(stats),
    ...limitFamilies(limits),
    gauge('prometheus_tsdb_head_series', 'Total number of series in the head block.', stats.series),
    gauge('prometheus_tsdb_head_chunks', 'Total number of chunks in the head block.', stats.chunks),
    counter('prometheus_tsdb_head_samples_appended_total', 'Total number of appended samples.', stats.samplesAppended),
    counter(
      'binnacle_store_corruptions_total',
      'Blocks and log segments that were set aside because they are damaged.',
      stats.corruptions,
    ),
    counter(
      'prometheus_tsdb_wal_writes_failed_total',
      'Total number of write-ahead log writes that failed.',
      stats.failures.log,
    ),
    counter(
      'prometheus_tsdb_compactions_failed_total',
      'Total number of blocks that could not be written.',
      stats.failures.block,
    ),
    {
      name: 'binnacle_store_failures_total',
      help: 'Work of the store that failed and is tried again, by what it is.',
      type: 'counter',
      metrics: Object.entries(stats.failures).map(([work, value]) => ({ labels: ['work', work], value })),
    },
    gauge(
      'binnacle_store_writing',
      'Whether the log took the last samples: 0 where the disk is full, say.',
      stats.isWriting ? 1 : 0,
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

/** The limits of what is kept. */
export interface RetentionLimits {
  readonly retentionMs: number
  readonly retentionBytes: number
  readonly retentionPercentage: number
}

function blockFamilies({ blocks, bytes, flushes, blockCounts: counts }: StoreStats): TelemetryFamily[] {
  const { deleted } = counts
  return [
    gauge('prometheus_tsdb_blocks_loaded', 'Number of blocks.', blocks),
    gauge('prometheus_tsdb_storage_blocks_bytes', 'Bytes of all blocks.', bytes.blocks ?? 0),
    counter(
      'prometheus_tsdb_compactions_total',
      'Blocks that were written, of the head and of other blocks.',
      flushes + counts.compactions,
    ),
    counter('prometheus_tsdb_compactions_failed_total', 'Blocks that could not be merged.', counts.compactionFailures),
    counter(
      'prometheus_tsdb_vertical_compactions_total',
      'Merges of blocks that covered the same times.',
      counts.overlapping,
    ),
    counter('binnacle_store_compaction_seconds_total', 'Time that merging blocks took.', counts.compactionSeconds),
    counter('prometheus_tsdb_time_retentions_total', 'Blocks that were deleted for their age.', deleted.time),
    counter(
      'prometheus_tsdb_size_retentions_total',
      'Blocks that were deleted for the room that they took.',
      deleted.size + deleted.percentage,
    ),
    {
      name: 'binnacle_store_deleted_blocks_total',
      help: 'Blocks that were deleted, by the limit that they were beyond.',
      type: 'counter',
      metrics: byReason({ ...deleted }),
    },
  ]
}

function limitFamilies({ retentionMs, retentionBytes, retentionPercentage }: RetentionLimits): TelemetryFamily[] {
  return [
    gauge('prometheus_tsdb_retention_limit_seconds', 'How long data is kept; 0: no limit.', retentionMs / 1000),
    gauge('prometheus_tsdb_retention_limit_bytes', 'Bytes that are kept; 0: no limit.', retentionBytes),
    gauge(
      'prometheus_tsdb_retention_limit_percentage',
      'Percent of the disk that are kept; 0: no limit.',
      retentionPercentage,
    ),
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
