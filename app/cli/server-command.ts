import { Command, Option } from 'commander'
import type { LogFormat, LogLevel } from '#lib/log'
import { featureNames, namesIn } from '../server/features.ts'
import { clusterFlags, clusterOptions } from './cluster-flags.ts'
import { addCollectorFlags, collectorFlagValues } from './collector-flags.ts'
import { examples } from './examples.ts'
import {
  collectValues,
  duration,
  listenOption,
  logOptions,
  percentage,
  positiveDuration,
  wholeNumber,
} from './options.ts'
import { runUntilSignal } from './run-role.ts'
import { readVersion } from './version.ts'

/** `up` watches this machine as well; `server` scrapes only what its configuration names. */
export function serverCommand(name: 'up' | 'server'): Command {
  const isUp = name === 'up'
  const command = new Command(name)
    .description(
      isUp
        ? 'watch this machine, its containers, the cluster of the kubeconfig and the targets of a configuration file, with everything in one process (the default)'
        : 'scrape, store, answer queries and show pages',
    )
    .option('--config.file <file>', 'a prometheus.yml')
    .addOption(new Option('--storage.tsdb.path <folder>', 'where data is kept').default('./data'))
    .addOption(
      new Option('--storage.tsdb.retention.time <duration>', 'how long data is kept')
        .argParser(duration)
        .default('15d'),
    )
    .addOption(
      new Option(
        '--storage.tsdb.retention.size <size>',
        'how many bytes of blocks are kept, such as 10GB; 0: no limit',
      ).default('0'),
    )
    .addOption(
      new Option(
        '--storage.tsdb.retention.percentage <n>',
        'how much of the disk log and blocks may take, in percent, in place of a size; 0: no limit',
      )
        .argParser(percentage)
        .default(0),
    )
    .addOption(
      new Option('--storage.tsdb.min-block-duration <duration>', 'what a block spans when it is first written')
        .argParser(positiveDuration)
        .default('2h')
        .hideHelp(),
    )
    .addOption(
      new Option('--storage.tsdb.max-block-duration <duration>', 'what merged blocks span at most')
        .argParser(positiveDuration)
        .hideHelp(),
    )
    .addOption(
      new Option(
        '--web.enable-admin-api',
        'let requests delete series, clean up after that, and take snapshots (/api/v1/admin/tsdb/…)',
      ).default(false),
    )
    .addOption(listenOption(isUp ? '127.0.0.1:9090' : '0.0.0.0:9090'))
    .addOption(
      new Option(
        '--web.host-name <name>',
        'a further name of this server that requests may use as Host (repeat for more)',
      )
        .argParser(collectValues)
        .default([]),
    )
    .addOption(
      new Option(
        '--web.auth <who>',
        'who may read: none: everyone; kubernetes: whom the cluster knows, what they may see there; auto: kubernetes in a pod that listens beyond loopback, otherwise none',
      )
        .choices(['auto', 'none', 'kubernetes'])
        .default('auto'),
    )
    .addOption(
      new Option('--web.tls-cert-file <file>', 'certificate to serve HTTPS with; read again when it changes').default(
        '',
      ),
    )
    .addOption(new Option('--web.tls-private-key-file <file>', 'its key').default(''))
    .addOption(
      new Option(
        '--web.tls-self-signed',
        'serve HTTPS with a certificate of our own, kept in the data folder, while no file of one is there',
      ).default(false),
    )
    .addOption(
      new Option(
        '--storage.ephemeral',
        'say at the start, and on the page of storage, that data goes with the pod',
      ).default(false),
    )
    .addOption(
      new Option('--query.timeout <duration>', 'longest time a query may take').argParser(duration).default('2m'),
    )
    .addOption(
      new Option('--query.max-concurrency <n>', 'queries that run at once, each in a thread of its own').argParser(
        wholeNumber,
      ),
    )
    .addOption(
      new Option('--query.max-queued <n>', 'queries that may wait for their turn').argParser(wholeNumber).default(1000),
    )
    .addOption(
      new Option('--query.max-samples <n>', 'samples that one query may hold in memory')
        .argParser(wholeNumber)
        .default(50_000_000),
    )
    .addOption(
      new Option(
        '--query.max-memory <size>',
        'memory that the values of one query may take, such as 512MB; 0: no limit; an eighth of what there is unless given',
      ).default(''),
    )
    .addOption(
      new Option('--query.lookback-delta <duration>', 'how far back a query looks for a sample')
        .argParser(duration)
        .default('5m'),
    )
    .addOption(
      new Option(
        '--enable-feature <names>',
        `what is experimental in Prometheus and off there, separated by commas: ${featureNames.join(', ')}`,
      )
        .argParser(collectValues)
        .default([]),
    )
    .addOption(
      new Option('--storage.max-series <n>', 'series that the head may hold; 0: no limit')
        .argParser(wholeNumber)
        .default(0),
    )
  for (const option of clusterFlags(isUp)) command.addOption(option)
  if (isUp) {
    command
      .addOption(
        new Option('--scrape.interval <duration>', 'how often this machine is read').argParser(duration).default('5s'),
      )
      .addOption(
        new Option('--docker.socket <path>', "Docker's socket, for container names and states").default(
          '/var/run/docker.sock',
        ),
      )
    addCollectorFlags(command)
  }
  for (const option of logOptions()) command.addOption(option)
  return command
    .addHelpText(
      'after',
      isUp
        ? examples(
            'binnacle',
            'binnacle up --config.file=prometheus.yml',
            'binnacle up --kube.context=staging',
            'binnacle up --web.listen-address=0.0.0.0:9090 --web.host-name=monitor.example',
          )
        : examples('binnacle server --config.file=prometheus.yml --storage.tsdb.path=/var/lib/binnacle'),
    )
    .action((_: unknown, self: Command) =>
      runUntilSignal(async (fail) =>
        (await import('../server/role.ts')).startServer(await serverOptions(self, isUp), fail),
      ),
    )
}

async function serverOptions(command: Command, local: boolean) {
  const given = Object.fromEntries(
    command.options.map((option) => [
      option.long?.slice(2) ?? '',
      command.getOptionValue(option.attributeName()) as unknown,
    ]),
  )
  const text = (name: string) => String(given[name] ?? '')
  const { defaultQueryThreads } = await import('../server/role.ts')
  return {
    local,
    configFile: given['config.file'] as string | undefined,
    storagePath: text('storage.tsdb.path'),
    retentionTime: text('storage.tsdb.retention.time'),
    retentionSize: text('storage.tsdb.retention.size'),
    retentionPercentage: given['storage.tsdb.retention.percentage'] as number,
    minBlockDuration: text('storage.tsdb.min-block-duration'),
    maxBlockDuration: text('storage.tsdb.max-block-duration'),
    enableAdminApi: given['web.enable-admin-api'] === true,
    listenAddress: text('web.listen-address'),
    hostNames: given['web.host-name'] as string[],
    auth: given['web.auth'] as 'auto' | 'none' | 'kubernetes',
    tlsCertFile: text('web.tls-cert-file'),
    tlsKeyFile: text('web.tls-private-key-file'),
    tlsSelfSigned: given['web.tls-self-signed'] === true,
    ephemeral: given['storage.ephemeral'] === true,
    scrapeInterval: local ? text('scrape.interval') : '15s',
    queryTimeout: text('query.timeout'),
    queryMaxConcurrency: (given['query.max-concurrency'] as number | undefined) ?? defaultQueryThreads(),
    queryMaxQueued: given['query.max-queued'] as number,
    queryMaxSamples: given['query.max-samples'] as number,
    queryMaxMemory: text('query.max-memory'),
    queryLookbackDelta: text('query.lookback-delta'),
    features: namesIn(given['enable-feature'] as string[]),
    maxSeries: given['storage.max-series'] as number,
    dockerSocket: text('docker.socket'),
    cluster: clusterOptions(given),
    logLevel: given['log.level'] as LogLevel,
    logFormat: given['log.format'] as LogFormat,
    collectorFlags: local ? collectorFlagValues(command) : {},
    flags: Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value === undefined ? '' : String(value)]),
    ),
    version: readVersion(),
  }
}
