import type { Collector, CollectContext } from './collector.ts'
import { Families } from './families.ts'
import { boolFlag, textFlag } from './flags.ts'
import { deviceFilter } from './pattern.ts'
import { linesOf, readNumber, readText, wordsOf } from './read.ts'

const receive = ['bytes', 'packets', 'errs', 'drop', 'fifo', 'frame', 'compressed', 'multicast']
const transmit = ['bytes', 'packets', 'errs', 'drop', 'fifo', 'colls', 'carrier', 'compressed']
const fields = [...receive.map((name) => `receive_${name}`), ...transmit.map((name) => `transmit_${name}`)]

/** Network devices. */
export const netdev: Collector = {
  name: 'netdev',
  description: 'Exposes network interface statistics such as bytes transferred.',
  enabledByDefault: true,
  flags: [
    textFlag(
      'collector.netdev.device-include',
      '',
      'Regexp of net devices to include (mutually exclusive to device-exclude).',
    ),
    textFlag(
      'collector.netdev.device-exclude',
      '',
      'Regexp of net devices to exclude (mutually exclusive to device-include).',
    ),
    boolFlag(
      'collector.netdev.netlink',
      true,
      "The own network namespace's devices as netlink shows them; otherwise /proc/net/dev below --path.procfs.",
    ),
  ],
  open: (context) => {
    const text = (flag: string) => context.flags.text(`collector.netdev.${flag}`)
    const isWanted = deviceFilter(text('device-exclude'), text('device-include'))
    // Netlink tells of our own network, which is the machine's only where its procfs is ours.
    const isLive = context.flags.bool('collector.netdev.netlink') && context.procfs === '/proc'
    const hasSysfs = isLive || context.netfs.endsWith('/1/net')
    return () => {
      const families = new Families()
      for (const line of linesOf(readText(isLive ? '/proc/net/dev' : `${context.netfs}/dev`)).slice(2)) {
        const colon = line.lastIndexOf(':')
        const device = line.slice(0, colon).trim()
        if (isWanted(device)) addDevice(families, context, device, wordsOf(line.slice(colon + 1)), hasSysfs)
      }
      return families.done()
    }
  },
}

function addDevice(
  families: Families,
  context: CollectContext,
  device: string,
  values: readonly string[],
  hasSysfs: boolean,
): void {
  for (const [i, field] of fields.entries()) addField(families, device, field, Number(values[i]))
  // What only sysfs tells is of the same network.
  if (!hasSysfs) return
  const unhandled = readNumber(`${context.sysfs}/class/net/${device}/statistics/rx_nohandler`)
  addField(families, device, 'receive_nohandler', unhandled ?? 0)
}

function addField(families: Families, device: string, field: string, value: number): void {
  families.counter(`node_network_${field}_total`, `Network device statistic ${field}.`, value, ['device', device])
}
