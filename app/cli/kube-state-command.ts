import { Command, Option } from 'commander'
import { type KubeStateFlag, kubeStateFlags } from './kube-state-flags.ts'
import type { LogFormat, LogLevel } from '#lib/log'
import { examples } from './examples.ts'
import { logOptions } from './options.ts'
import { runUntilSignal } from './run-role.ts'
import { readVersion } from './version.ts'

/** The state of a cluster's objects as metrics, with the flags of kube-state-metrics. */
export function kubeStateCommand(): Command {
  const command = new Command('kube-state').description(
    "serve the state of a cluster's objects as metrics: :8080/metrics, and its own on :8081/metrics",
  )
  for (const flag of kubeStateFlags) if (flag.name !== 'help') command.addOption(optionOf(flag))
  for (const option of ownOptions()) command.addOption(option)
  for (const option of logOptions()) command.addOption(option)
  return command
    .addHelpText(
      'after',
      examples(
        'binnacle kube-state --kubeconfig ~/.kube/config --host 127.0.0.1 --telemetry-host 127.0.0.1',
        'binnacle kube-state --resources=pods,nodes,deployments --metric-labels-allowlist=pods=[app,team]',
      ),
    )
    .action(() =>
      runUntilSignal(async () => {
        const { startKubeState } = await import('../kube-state/role.ts')
        const value = (name: string) => command.getOptionValue(new Option(`--${name} <x>`).attributeName()) as string
        return startKubeState({
          flags: flagValues(command),
          version: readVersion(),
          logLevel: value('log.level') as LogLevel,
          logFormat: value('log.format') as LogFormat,
        })
      }),
    )
}

const CONTEXT = 'kube.context'
const HOST_NAME = 'web.host-name'

function ownOptions(): Option[] {
  return [
    new Option(`--${CONTEXT} <name>`, 'the context of the kubeconfig; without it, its current one'),
    new Option(`--${HOST_NAME} <names>`, 'further names that requests may use as Host, between commas'),
  ]
}

/** A switch may be written `--name`, `--name=true` or `--name=false`. */
function optionOf({ name, short, type, help, withoutEffect }: KubeStateFlag): Option {
  const flags = `${short === undefined ? '' : `-${short}, `}--${name} ${type === 'bool' ? '[bool]' : `<${type}>`}`
  const text = withoutEffect === undefined ? help : `${help} (taken without effect: ${withoutEffect})`
  const option = new Option(flags, name === 'enable-gzip-encoding' ? `${text} (default true here)` : text)
  return option.helpGroup('Flags of kube-state-metrics:')
}

/** What was given, by name without dashes. */
function flagValues(command: Command): Record<string, string> {
  const given: Record<string, string> = {}
  for (const name of [...kubeStateFlags.map((flag) => flag.name), CONTEXT, HOST_NAME]) {
    const key = new Option(`--${name} <x>`).attributeName()
    if (command.getOptionValueSource(key) === 'cli') given[name] = String(command.getOptionValue(key))
  }
  return given
}
