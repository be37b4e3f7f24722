import type { Config } from '#lib/config'
import type { ClusterStatus } from '#lib/cluster'
import type { Logger } from '#lib/log'
import type { StoreReport } from '#lib/tsdb'
import type { Missing } from '#lib/collect'
import type { LocalAgent } from '../agent/local-agent.ts'
import type { WatchedCluster } from './cluster-sources.ts'
import type { ServerOptions } from './options.ts'

const EPHEMERAL = 'data goes with the pod: nothing that is stored outlives it'

export interface StartFacts {
  readonly options: ServerOptions
  readonly config: Config
  readonly agent: LocalAgent | undefined
  readonly watched: WatchedCluster
  readonly report: StoreReport
  readonly url: string
  readonly builtPages: boolean
  readonly log: Logger
}

/** Says what is watched, where the pages are, and what could not be done and why: for a person, or as one log line. */
export function sayStart(facts: StartFacts): void {
  if (facts.options.logFormat !== 'json' && process.stdout.isTTY) {
    process.stdout.write(`${readableStart(facts).join('\n')}\n`)
    return
  }
  facts.log.info(startRecord(facts), 'started')
  if (facts.options.ephemeral) facts.log.warn(EPHEMERAL)
}

function readableStart(facts: StartFacts): string[] {
  const { options, url, builtPages } = facts
  const line = (name: string, text: string) => `  ${name.padEnd(14)}${text}`
  return [
    '',
    `Binnacle ${options.version.version}`,
    '',
    line('Pages', builtPages ? url : `${url}  (being built now, some seconds; the address shows the progress)`),
    line('Watches', watchedThings(facts).join(', ')),
    line('Keeps', `${options.retentionTime} in ${options.storagePath}${recovered(facts.report)}`),
    ...(options.ephemeral ? [line('', EPHEMERAL)] : []),
    ...missing(facts).map(({ what, why, fix }) =>
      line('Not available', `${what}: ${why}${fix === undefined ? '' : ` → ${fix}`}`),
    ),
    line('Stop', 'Ctrl-C'),
    '',
  ]
}

function startRecord(facts: StartFacts) {
  const { options, url, report } = facts
  return {
    version: options.version.version,
    url,
    watches: watchedThings(facts),
    retention: options.retentionTime,
    folder: options.storagePath,
    recovery: report,
    notAvailable: missing(facts),
  }
}

function watchedThings({ agent, config, watched }: StartFacts): string[] {
  const targets = config.pools.flatMap((pool) => pool.groups.flatMap((group) => group.targets)).length
  return [
    ...(agent ? ['this machine', ...agent.watchedRuntimes] : []),
    ...('cluster' in watched ? [clusterName(watched.cluster.status())] : []),
    'itself',
    ...(targets > 0 ? [`${targets} ${targets === 1 ? 'target' : 'targets'} of the configuration file`] : []),
  ]
}

/** Whose cluster it is: nobody shall wonder which one is looked at. */
function clusterName({ name, context, server, user }: ClusterStatus): string {
  const of = context === '' || context === name ? '' : ` (context ${context})`
  return `the cluster ${name}${of} at ${server} as ${user}`
}

/** What could not be done, each with its reason and, where there is one, the remedy. */
export function missing({ agent, config, watched }: Pick<StartFacts, 'agent' | 'config' | 'watched'>): Missing[] {
  const notices = config.notices.map(({ section, why }) => ({
    what: `${section} of the configuration file`,
    why,
    fix: undefined,
  }))
  const noCluster =
    'why' in watched && watched.isTrouble
      ? [{ what: 'a cluster', why: watched.why, fix: 'name one with --kube.config' }]
      : []
  return [...(agent?.notAvailable() ?? []), ...noCluster, ...notices]
}

function recovered(report: StoreReport): string {
  if (report.repaired.length > 0) return ` (repaired: ${report.repaired.join('; ')})`
  return report.samples > 0
    ? ` (recovered ${report.samples.toLocaleString('en')} samples of ${report.series.toLocaleString('en')} series)`
    : ''
}
