import { hostname } from 'node:os'
import { type Config, parseConfig, readConfig } from '#lib/config'
import { writeText, type MetricFamily } from '#lib/exposition'
import { parseDuration } from '#lib/model'
import { defaultPoolOptions, type PoolConfig } from '#lib/scrape'
import type { LocalAgent } from '../agent/local-agent.ts'
import type { LocalTarget } from '../agent/local-targets.ts'
import type { ServerOptions } from './options.ts'
import { LocalBodies } from './local-bodies.ts'

/** Above the ranks of plans for a cluster. */
const FILE_RANK = 10

/** The configuration file, or an empty configuration where none was named. */
export function readServerConfig(options: ServerOptions): Config {
  return options.configFile === undefined ? parseConfig('', 'built-in') : readConfig(options.configFile)
}

/** The local targets and how the store thread gets their bodies. */
export function localSource(
  agent: LocalAgent | undefined,
  self: () => Promise<readonly MetricFamily[]>,
): { targets: readonly LocalTarget[]; bodies: LocalBodies } {
  const own: LocalTarget = { job: 'binnacle', path: '/metrics', collect: self }
  const targets = [...(agent?.targets ?? []), own]
  const bodies = new LocalBodies(async (job) => {
    const target = targets.find((one) => one.job === job)
    if (!target) throw new Error(`bug: no local target ${job}`)
    return { body: writeText(await target.collect({})), contentType: 'text/plain; version=0.0.4; charset=utf-8' }
  })
  return { targets, bodies }
}

/** What is scraped from the start: the local targets, then those of the configuration file. */
export function initialPools(options: ServerOptions, config: Config, targets: readonly LocalTarget[]): PoolConfig[] {
  const intervalMs = parseDuration(options.scrapeInterval)
  const timeoutMs = Math.min(intervalMs, defaultPoolOptions.timeoutMs)
  const own = targets.map(({ job, path }): PoolConfig => ({
    name: job,
    groups: [],
    options: { ...defaultPoolOptions, intervalMs, timeoutMs, metricsPath: path },
    local: [{ source: job, address: hostname(), labels: {} }],
  }))
  // What the operator's file names stands above what objects of a cluster ask for.
  return [...own, ...config.pools.map((pool) => ({ ...pool, rank: FILE_RANK }))]
}
