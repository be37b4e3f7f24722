import type { Params } from '#lib/api'
import type { Scope } from '#lib/storage'
import type { ServerOptions } from './options.ts'
import { targetsJson, type TargetsSource } from './targets-json.ts'
import { blocksStatus, tsdbStatus, type TsdbStatusParts } from './tsdb-status.ts'

/** What the status routes read. */
export interface StatusParts extends TsdbStatusParts {
  readonly options: ServerOptions
  readonly startedMs: number
  /** The configuration as it is shown. */
  config(): string
  readonly targets: TargetsSource
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
    'status/tsdb/blocks': () => blocksStatus(parts),
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
    storageRetention: retentionText(options),
  }
}

/** The limits that are in force. */
function retentionText({ retentionTime, retentionSize, retentionPercentage }: ServerOptions): string {
  const space = retentionPercentage > 0 ? `${retentionPercentage}%` : retentionSize
  return [retentionTime, space].filter((text) => text !== '' && text !== '0').join(' or ')
}
