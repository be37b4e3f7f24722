import type { Config } from '#lib/config'
import type { Source } from '#lib/api'
import type { Scope } from '#lib/storage'
import { evaluateFindings, evaluateVerdict } from '#lib/verdict'
import type { LocalAgent } from '../agent/local-agent.ts'
import { readMachine } from '../agent/machine.ts'
import { parseDuration } from '#lib/model'
import type { Asked } from './ask.ts'
import type { ServerOptions } from './options.ts'
import { clusterVerdict, type WatchedCluster, watchedSources } from './cluster-sources.ts'
import { missing } from './start-lines.ts'
import type { Threads } from './store-thread.ts'
import { targetsPage, type TargetsSource } from './targets-json.ts'

export interface UiParts {
  readonly options: ServerOptions
  readonly startedMs: number
  readonly agent: LocalAgent | undefined
  readonly threads: Threads
  readonly config: Config
  readonly targets: TargetsSource
  readonly watched: WatchedCluster
  /** Asks as someone who sees this. */
  askAs(scope: Scope): (expr: string) => Promise<Asked[]>
}

/** What the web application asks of us beside Prometheus' API, by path below /api/ui/v1/. */
export function uiSources(parts: UiParts): Readonly<Record<string, Source>> {
  return {
    about: async () => about(parts),
    containers: async (scope) => containers(parts, scope),
    verdict: async (scope) => evaluateVerdict(parts.askAs(scope), await verdictExtra(parts, scope)),
    findings: async (scope) => evaluateFindings(parts.askAs(scope), await verdictExtra(parts, scope)),
    targets: async (scope, params) => ({
      ...(await targetsPage(parts.targets, params, scope)),
      optional: optionalPools(parts.watched),
    }),
    status: (scope) => status(parts, scope),
    ...watchedSources(parts.watched, parts.targets, parts.askAs),
  }
}

/** Pools that are tried by default: what of them cannot be reached is no trouble. */
function optionalPools(watched: WatchedCluster): readonly string[] {
  return 'cluster' in watched ? watched.cluster.targets.optionalPools() : []
}

async function verdictExtra(parts: UiParts, scope: Scope) {
  const extra = await clusterVerdict(parts.watched, parts.targets, scope)
  return { ...extra, containers: containers(parts, scope).containers }
}

function about(parts: UiParts) {
  const { options, startedMs } = parts
  return {
    machine: readMachine(),
    startedMs,
    version: options.version.version,
    retention: options.retentionTime,
    dataFolder: options.storagePath,
    notAvailable: missing(parts),
    intervalSeconds: parseDuration(options.scrapeInterval) / 1000,
  }
}

function containers({ agent }: UiParts, scope: Scope) {
  if (!agent) return { containers: [], sources: [] }
  return { containers: agent.containers(scope), sources: agent.sources() }
}

async function status({ agent, threads, askAs, options }: UiParts, scope: Scope) {
  const [stats, cpu] = await Promise.all([
    threads.store.stats(),
    askAs(scope)('rate(process_cpu_seconds_total{job="binnacle"}[1m])'),
  ])
  return {
    collectors: agent?.collectorStates() ?? [],
    storage: { ...stats, ephemeral: options.ephemeral },
    self: { cpuCores: cpu[0]?.value ?? 0, memoryBytes: process.memoryUsage.rss() },
  }
}
