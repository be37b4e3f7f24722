import { ApiError, type Params } from '#lib/api'
import type { Scope } from '#lib/storage'
import type { BlockStatus, StoreStats } from '#lib/tsdb'

/** The largest of each kind, largest first. */
export interface Cardinality {
  readonly names: readonly Counted[]
  readonly labels: readonly Counted[]
  readonly labelBytes: readonly Counted[]
  readonly pairs: readonly Counted[]
  readonly labelPairs: number
}

interface Counted {
  readonly name: string
  readonly value: number
}

/** What the status of the store is read from. */
export interface TsdbStatusParts {
  stats(): Promise<StoreStats>
  blocks(): Promise<readonly BlockStatus[]>
  cardinality(scope: Scope, limit: number): Promise<Cardinality>
}

const MAX_LIMIT = 10_000

/** The answer of status/tsdb: the head, and what it has most of. */
export async function tsdbStatus(parts: TsdbStatusParts, scope: Scope, params: Params) {
  const [head, top] = await Promise.all([parts.stats(), parts.cardinality(scope, limitOf(params))])
  return {
    headStats: {
      numSeries: head.series,
      numLabelPairs: top.labelPairs,
      chunkCount: head.chunks,
      minTime: head.minTimeMs,
      maxTime: head.maxTimeMs,
    },
    seriesCountByMetricName: top.names,
    labelValueCountByLabelName: top.labels,
    memoryInBytesByLabelName: top.labelBytes,
    seriesCountByLabelValuePair: top.pairs,
  }
}

/** The answer of status/tsdb/blocks. Prometheus' blocks end before their maxTime, and its numbers are absent where they are 0. */
export async function blocksStatus(parts: Pick<TsdbStatusParts, 'blocks'>) {
  const blocks = (await parts.blocks()).map(({ meta, deletedSeries }) => ({
    ulid: meta.ulid,
    minTime: meta.minTimeMs,
    maxTime: meta.maxTimeMs + 1,
    stats: {
      numSamples: meta.samples || undefined,
      numSeries: meta.series || undefined,
      numChunks: meta.chunks || undefined,
      numTombstones: deletedSeries || undefined,
    },
    compaction: {
      level: meta.level ?? 1,
      sources: meta.sources ?? [meta.ulid],
      parents: meta.parents?.map((parent) => ({
        ulid: parent.ulid,
        minTime: parent.minTimeMs,
        maxTime: parent.maxTimeMs + 1,
      })),
    },
    version: meta.version,
  }))
  return { blocks }
}

function limitOf(params: Params): number {
  const text = params.limit?.[0] ?? ''
  if (text === '') return 10
  const limit = /^[+-]?\d+$/.test(text) ? Number(text) : 0
  if (limit < 1) throw new ApiError('bad_data', 'limit must be a positive number')
  if (limit > MAX_LIMIT) throw new ApiError('bad_data', `limit must not exceed ${MAX_LIMIT}`)
  return limit
}
