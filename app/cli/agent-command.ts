import { Command, Option } from 'commander'
import type { LogFormat, LogLevel } from '#lib/log'
import { addCollectorFlags, collectorFlagValues } from './collector-flags.ts'
import { examples } from './examples.ts'
import { collectValues, listenOption, logOptions } from './options.ts'
import { runUntilSignal } from './run-role.ts'

/** Only the watch over this machine, served to any scraper: what node_exporter and cAdvisor do. */
export function agentCommand(): Command {
  const command = new Command('agent')
    .description("serve this machine's and its containers' metrics on /metrics and /metrics/cadvisor")
    .addOption(listenOption('0.0.0.0:9100'))
    .addOption(
      new Option(
        '--web.host-name <name>',
        'a further name of this machine that requests may use as Host (repeat for more)',
      )
        .argParser(collectValues)
        .default([]),
    )
    .addOption(
      new Option('--docker.socket <path>', "Docker's socket, for container names; empty: it is not asked").default(
        '/var/run/docker.sock',
      ),
    )
    .addOption(
      new Option('--path.logs <folder>', "the machine's /var/log: there the kubelet names containers by their logs"),
    )
  addCollectorFlags(command)
  for (const option of logOptions()) command.addOption(option)
  return command
    .addHelpText(
      'after',
      examples('binnacle agent', 'binnacle agent --web.listen-address=127.0.0.1:9100 --no-collector.hwmon'),
    )
    .action(() =>
      runUntilSignal(async () => {
        const { startAgent } = await import('../agent/role.ts')
        const value = (name: string) => command.getOptionValue(new Option(`--${name} <x>`).attributeName()) as string
        return startAgent({
          listenAddress: value('web.listen-address'),
          hostNames: command.getOptionValue(new Option('--web.host-name <x>').attributeName()) as string[],
          dockerSocket: value('docker.socket'),
          logs: command.getOptionValue(new Option('--path.logs <x>').attributeName()) as string | undefined,
          collectorFlags: collectorFlagValues(command),
          logLevel: value('log.level') as LogLevel,
          logFormat: value('log.format') as LogFormat,
        })
      }),
    )
}
