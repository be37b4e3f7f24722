import type { Collector } from './collector.ts'
import { Families, labelsOf } from './families.ts'
import { boolFlag, textFlag } from './flags.ts'
import { compilePattern } from './pattern.ts'
import { listFolder, readAttribute } from './read.ts'

/** File of a device's folder and its metric. */
const files: readonly [file: string, name: string][] = [
  ['addr_assign_type', 'address_assign_type'],
  ['carrier', 'carrier'],
  ['carrier_changes', 'carrier_changes_total'],
  ['carrier_up_count', 'carrier_up_changes_total'],
  ['carrier_down_count', 'carrier_down_changes_total'],
  ['dev_id', 'device_id'],
  ['dormant', 'dormant'],
  ['flags', 'flags'],
  ['ifindex', 'iface_id'],
  ['iflink', 'iface_link'],
  ['link_mode', 'iface_link_mode'],
  ['mtu', 'mtu_bytes'],
  ['name_assign_type', 'name_assign_type'],
  ['netdev_group', 'net_dev_group'],
  ['tx_queue_len', 'transmit_queue_length'],
  ['type', 'protocol_type'],
]

const IFF_UP = 1

/** Network devices as sysfs describes them. */
export const netclass: Collector = {
  name: 'netclass',
  description: 'Exposes network interface info from `/sys/class/net/`',
  enabledByDefault: true,
  flags: [
    textFlag('collector.netclass.ignored-devices', '^$', 'Regexp of net devices to ignore for netclass collector.'),
    boolFlag(
      'collector.netclass.ignore-invalid-speed',
      false,
      'Ignore devices where the speed is invalid. This will be the default behavior in 2.x.',
    ),
  ],
  open: (context) => {
    const isIgnored = compilePattern(context.flags.text('collector.netclass.ignored-devices'))
    const needsSpeed = context.flags.bool('collector.netclass.ignore-invalid-speed')
    const folder = `${context.sysfs}/class/net`
    return () => {
      const families = new Families()
      for (const device of listFolder(folder)) {
        const isDevice = listFolder(`${folder}/${device}`).length > 0 // bonding_masters is a file
        if (isDevice && !isIgnored(device)) addDevice(families, device, `${folder}/${device}`, needsSpeed)
      }
      return families.done()
    }
  },
}

function addDevice(families: Families, device: string, folder: string, needsSpeed: boolean): void {
  const read = (file: string) => readAttribute(`${folder}/${file}`) ?? ''
  const info = {
    address: read('address'),
    adminstate: adminState(read('flags')),
    broadcast: read('broadcast'),
    device,
    duplex: read('duplex'),
    ifalias: read('ifalias'),
    operstate: read('operstate'),
  }
  const isUp = info.operstate === 'up'
  families.gauge('node_network_up', "Value is 1 if operstate is 'up', 0 otherwise.", isUp ? 1 : 0, ['device', device])
  const infoHelp = 'Non-numeric data from /sys/class/net/<iface>, value is always 1.'
  families.gauge('node_network_info', infoHelp, 1, labelsOf(info))
  for (const [file, name] of files) addProperty(families, device, name, numberOf(read(file)))
  const megabits = numberOf(read('speed'))
  if (megabits === undefined || (megabits < 0 && needsSpeed)) return
  addProperty(families, device, 'speed_bytes', Math.trunc((megabits * 1000 * 1000) / 8))
}

/** Some are hexadecimal with a prefix; a file that cannot be read or is empty has no number. */
function numberOf(text: string): number | undefined {
  const value = Number(text)
  return text === '' || Number.isNaN(value) ? undefined : value
}

function adminState(flags: string): string {
  const bits = numberOf(flags)
  if (bits === undefined) return 'unknown'
  return (bits & IFF_UP) === IFF_UP ? 'up' : 'down'
}

function addProperty(families: Families, device: string, name: string, value: number | undefined): void {
  if (value === undefined) return
  const type = name.endsWith('_total') ? 'counter' : 'gauge'
  families.add(type, `node_network_${name}`, `Network device property: ${name}`, value, ['device', device])
}
