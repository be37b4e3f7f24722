import { ApiError, type Params } from '#lib/api'
import type { Scope } from '#lib/storage'
import type { StoreStats } from '#lib/tsdb'
import type { ServerOptions } from './options.ts'
import { targetsJson, type TargetsSource } from './targets-json.ts'

/** What the status routes read. */
export interface StatusParts {
  readonly options: ServerOptions
  readonly startedMs: number
  /** The configuration as it is shown. */
  config(): string
  readonly targets: TargetsSource
  stats(): Promise<StoreStats>
  cardinality(scope: Scope, limit: number): Promise<Cardinality>
}

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

type StatusRoutes = Readonly<Record<string, (scope: Scope, params: Params) => Promise<unknown>>>

/** Prometheus' status API and targets, by path below /api/v1/. */
export function statusRoutes(parts: StatusParts): StatusRoutes {
  return {
    'status/buildinfo': async () => buildInfo(parts.options.version),
    'status/runtimeinfo': () => runtimeInfo(parts),
    'status/config': async () => ({ yaml: parts.config() }),
    'status/flags': async () => parts.options.flags,
    'status/tsdb': (scope, params) => tsdbStatus(parts, scope, params),
    targets: (scope, params) => targetsJson(parts.targets, params, scope),
    scrape_pools: async () => ({ scrapePools: [...parts.targets.poolNames()].sort() }),
  }
}

function buildInfo({ version, revision, built, node }: ServerOptions['version']) {
  return { version, revision, branch: '', buildUser: '', buildDate: built, goVersion: `node ${node}` }
}

async function runtimeInfo(parts: StatusParts) {
  const { options, startedMs } = parts
  const { corruptions } = await parts.stats()
  return {
    startTime: new Date(startedMs).toISOString(),
    CWD: process.cwd(),
    hostname: (await import('node:os')).hostname(),
    serverTime: new Date().toISOString(),
    reloadConfigSuccess: true,
    lastConfigTime: new Date(startedMs).toISOString(),
    corruptionCount: corruptions,
    goroutineCount: 0,
    GOMAXPROCS: (await import('node:os')).availableParallelism(),
    GOMEMLIMIT: 0,
    GOGC: '',
    GODEBUG: '',
    storageRetention: [options.retentionTime, options.retentionSize]
      .filter((text) => text !== '' && text !== '0')
      .join(' or '),
  }
}

async function tsdbStatus(parts: StatusParts, scope: Scope, params: Params) {
  const limit = Number(params.limit?.[0] ?? 10)
  if (!Number.isInteger(limit) || limit < 1) throw new ApiError('bad_data', 'limit must be a positive number')
  const [head, top] = await Promise.all([parts.stats(), parts.cardinality(scope, limit)])
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
