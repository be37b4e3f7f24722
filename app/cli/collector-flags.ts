import { type Command, Option } from 'commander'
import { collectorFlags } from '#lib/collect'

/** Adds node_exporter's flags under a heading of their own. */
export function addCollectorFlags(command: Command): void {
  for (const flag of collectorFlags) {
    const isSwitch = flag.type === 'bool'
    const option = new Option(`--${flag.name}${isSwitch ? '' : ' <value>'}`, flag.help).helpGroup(
      'Collectors (flags of node_exporter):',
    )
    if (flag.type === 'strings')
      option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
    command.addOption(option)
    // Kingpin, which reads node_exporter's flags, has a --no- form of every switch.
    if (isSwitch) command.addOption(new Option(`--no-${flag.name}`, `not --${flag.name}`).hideHelp())
  }
}

/** The flags that were given, by name without dashes. */
export function collectorFlagValues(command: Command): Record<string, boolean | string | readonly string[]> {
  const given: Record<string, boolean | string | readonly string[]> = {}
  for (const { name } of collectorFlags) {
    const key = new Option(`--${name}`).attributeName()
    if (command.getOptionValueSource(key) === 'cli') given[name] = command.getOptionValue(key) as boolean | string
  }
  return given
}
