import { Command, Option } from 'commander'
import type { LogFormat, LogLevel } from '#lib/log'
import { type MetricsApiFlag, metricsApiFlags } from './metrics-api-flags.ts'
import { examples } from './examples.ts'
import { logOptions } from './options.ts'
import { runUntilSignal } from './run-role.ts'
import { readVersion } from './version.ts'

const GROUPS: Readonly<Record<MetricsApiFlag['from'], string>> = {
  binnacle: 'Flags of Binnacle:',
  'metrics-server': 'Flags of metrics-server:',
  apiserver: 'Flags that metrics-server shares with every API server:',
}

/** The use of nodes and pods as metrics.k8s.io, with the flags of metrics-server. */
export function metricsApiCommand(): Command {
  const command = new Command('metrics-api').description(
    'serve metrics.k8s.io (kubectl top, autoscalers) on :10250, and our own metrics on :8081/metrics',
  )
  for (const flag of metricsApiFlags) command.addOption(optionOf(flag))
  for (const option of logOptions()) command.addOption(option)
  return command
    .addHelpText(
      'after',
      examples(
        'binnacle metrics-api --metric-resolution=15s --kubelet-use-node-status-port',
        'binnacle metrics-api --kubeconfig ~/.kube/config --kubelet-insecure-tls --secure-port=4443',
      ),
    )
    .action(() =>
      runUntilSignal(async () => {
        const { startMetricsApi } = await import('../metrics-api/role.ts')
        const value = (name: string) => command.getOptionValue(new Option(`--${name} <x>`).attributeName()) as string
        return startMetricsApi({
          flags: flagValues(command),
          version: readVersion(),
          logLevel: value('log.level') as LogLevel,
          logFormat: value('log.format') as LogFormat,
        })
      }),
    )
}

/** A switch may be written `--name`, `--name=true` or `--name=false`. */
function optionOf({ name, type, help, withoutEffect, from, default: value }: MetricsApiFlag): Option {
  const given = value === undefined ? '' : ` (default ${value})`
  const text = withoutEffect === undefined ? help + given : `${help} (taken without effect: ${withoutEffect})`
  return new Option(`--${name} ${type === 'bool' ? '[bool]' : `<${type}>`}`, text).helpGroup(GROUPS[from])
}

/** What was given, by name without dashes. */
function flagValues(command: Command): Record<string, string> {
  const given: Record<string, string> = {}
  for (const { name } of metricsApiFlags) {
    const value = command.getOptionValue(new Option(`--${name} <x>`).attributeName()) as string | boolean | undefined
    if (value !== undefined) given[name] = String(value)
  }
  return given
}
