import { collectors } from './collectors.ts'
import { boolFlag, FlagError, FlagValues, textFlag, type FlagMap, type FlagSpec } from './flags.ts'

const general: readonly FlagSpec[] = [
  textFlag('path.procfs', '/proc', 'procfs mountpoint.'),
  textFlag('path.sysfs', '/sys', 'sysfs mountpoint.'),
  textFlag('path.rootfs', '/', 'rootfs mountpoint.'),
  textFlag('path.udev.data', '/run/udev/data', 'udev data path.'),
  textFlag('node.name', '', "The machine's name, where it is not that of the container."),
  boolFlag('collector.disable-defaults', false, 'Set all collectors to disabled by default.'),
]

/** Every flag of node metrics, for the command line; each `bool` can also be given as `--no-<name>`. */
export const collectorFlags: readonly FlagSpec[] = [
  ...general,
  ...collectors.map(({ name, enabledByDefault }) =>
    boolFlag(`collector.${name}`, enabledByDefault, `Enable the ${name} collector.`),
  ),
  ...collectors.flatMap((collector) => collector.flags),
]

const specs = new Map(collectorFlags.map((spec) => [spec.name, spec]))

/** Flags that are checked: their values, and the collectors that they turn on. */
export interface ParsedCollectorFlags {
  readonly values: FlagValues
  readonly enabled: ReadonlySet<string>
}

/** Checks flags given by name without dashes; `no-collector.x` turns a collector off. */
export function parseCollectorFlags(given: FlagMap): ParsedCollectorFlags {
  const flags: Record<string, boolean | string | readonly string[]> = {}
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    const spec = specs.get(name) ?? specs.get(name.replace(/^no-/, ''))
    if (spec === undefined) throw new FlagError(name, 'unknown flag')
    if (spec.type === 'bool' && !/^(true|false)$/.test(String(value))) throw new FlagError(name, 'takes true or false')
    if (spec.type !== 'bool' && typeof value === 'boolean') throw new FlagError(name, 'needs a value')
    flags[spec.name] = spec.name === name ? value : String(value) === 'false'
  }
  const values = new FlagValues(collectorFlags, flags)
  const isOff = values.bool('collector.disable-defaults')
  const isEnabled = (name: string) =>
    (!isOff || flags[`collector.${name}`] !== undefined) && values.bool(`collector.${name}`)
  return { values, enabled: new Set(collectors.map(({ name }) => name).filter(isEnabled)) }
}
