import type { Collector, CollectContext } from './collector.ts'
import { Families, labelsOf } from './families.ts'
import { textFlag } from './flags.ts'
import { deviceFilter } from './pattern.ts'
import { linesOf, readNumber, readText, wordsOf } from './read.ts'
import { readUdev } from './udev.ts'

const SECTOR_BYTES = 512

/** A column after the device's name, its metric, and how its number becomes the metric's unit. */
interface Column {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly convert?: (value: number) => number
}

const seconds = (milliseconds: number) => milliseconds * (1 / 1000)
const bytes = (sectors: number) => sectors * SECTOR_BYTES

function total(name: string, help: string, convert?: (value: number) => number): Column {
  return { name: `node_disk_${name}_total`, help, type: 'counter', convert }
}

const columns: readonly Column[] = [
  total('reads_completed', 'The total number of reads completed successfully.'),
  total('reads_merged', 'The total number of reads merged.'),
  total('read_bytes', 'The total number of bytes read successfully.', bytes),
  total('read_time_seconds', 'The total number of seconds spent by all reads.', seconds),
  total('writes_completed', 'The total number of writes completed successfully.'),
  total('writes_merged', 'The number of writes merged.'),
  total('written_bytes', 'The total number of bytes written successfully.', bytes),
  total('write_time_seconds', 'This is the total number of seconds spent by all writes.', seconds),
  { name: 'node_disk_io_now', help: 'The number of I/Os currently in progress.', type: 'gauge' },
  total('io_time_seconds', 'Total seconds spent doing I/Os.', seconds),
  total('io_time_weighted_seconds', 'The weighted # of seconds spent doing I/Os.', seconds),
  total('discards_completed', 'The total number of discards completed successfully.'),
  total('discards_merged', 'The total number of discards merged.'),
  total('discarded_sectors', 'The total number of sectors discarded successfully.'),
  total('discard_time_seconds', 'This is the total number of seconds spent by all discards.', seconds),
  total('flush_requests', 'The total number of flush requests completed successfully'),
  total('flush_requests_time_seconds', 'This is the total number of seconds spent by all flush requests.', seconds),
]

/** Block devices. */
export const diskstats: Collector = {
  name: 'diskstats',
  description: 'Exposes disk I/O statistics.',
  enabledByDefault: true,
  flags: [
    textFlag(
      'collector.diskstats.device-exclude',
      '^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$',
      'Regexp of diskstats devices to exclude (mutually exclusive to device-include).',
    ),
    textFlag(
      'collector.diskstats.device-include',
      '',
      'Regexp of diskstats devices to include (mutually exclusive to device-exclude).',
    ),
  ],
  open: (context) => {
    const include = context.flags.text('collector.diskstats.device-include')
    const exclude = include === '' ? context.flags.text('collector.diskstats.device-exclude') : ''
    const isWanted = deviceFilter(exclude, include)
    return () => {
      const families = new Families()
      for (const line of linesOf(readText(`${context.procfs}/diskstats`))) {
        const words = wordsOf(line)
        if (isWanted(words[2])) addDevice(families, context, words)
      }
      return families.done()
    }
  },
}

function addDevice(families: Families, context: CollectContext, words: readonly string[]): void {
  const [major, minor, device, ...values] = words
  addInfo(families, context, [major, minor, device])
  for (const [i, { name, help, type, convert }] of columns.entries()) {
    if (i >= values.length) break
    const value = Number(values[i])
    families.add(type, name, help, convert ? convert(value) : value, ['device', device])
  }
}

function addInfo(
  families: Families,
  context: CollectContext,
  [major, minor, device]: readonly [string, string, string],
): void {
  const udev = readUdev(`${context.udevData}/b${major}:${minor}`)
  const field = (...names: string[]) => names.map((name) => udev.get(name)).find(Boolean) ?? ''
  const info = {
    device,
    major,
    minor,
    model: field('ID_MODEL'),
    path: field('ID_PATH'),
    revision: field('ID_REVISION'),
    rotational: String(readNumber(`${context.sysfs}/block/${device}/queue/rotational`) ?? 0),
    serial: field('SCSI_IDENT_SERIAL', 'ID_SERIAL_SHORT', 'ID_SERIAL'),
    wwn: field('ID_WWN'),
  }
  families.gauge('node_disk_info', 'Info of /sys/block/<block_device>.', 1, labelsOf(info))
  if (field('ID_FS_TYPE') !== '') {
    const held = {
      device,
      type: field('ID_FS_TYPE'),
      usage: field('ID_FS_USAGE'),
      uuid: field('ID_FS_UUID'),
      version: field('ID_FS_VERSION'),
    }
    families.gauge('node_disk_filesystem_info', 'Info about disk filesystem.', 1, labelsOf(held))
  }
  if (field('DM_NAME') !== '') {
    const mapped = {
      device,
      lv_layer: field('DM_LV_LAYER'),
      lv_name: field('DM_LV_NAME'),
      name: field('DM_NAME'),
      uuid: field('DM_UUID'),
      vg_name: field('DM_VG_NAME'),
    }
    families.gauge('node_disk_device_mapper_info', 'Info about disk device mapper.', 1, labelsOf(mapped))
  }
  if (field('ID_ATA') !== '') addAta(families, device, udev)
}

const ataFields: readonly [field: string, name: string, help: string][] = [
  ['ID_ATA_WRITE_CACHE', 'node_disk_ata_write_cache', 'ATA disk has a write cache.'],
  ['ID_ATA_WRITE_CACHE_ENABLED', 'node_disk_ata_write_cache_enabled', 'ATA disk has its write cache enabled.'],
  ['ID_ATA_ROTATION_RATE_RPM', 'node_disk_ata_rotation_rate_rpm', 'ATA disk rotation rate in RPMs (0 for SSDs).'],
]

function addAta(families: Families, device: string, udev: ReadonlyMap<string, string>): void {
  for (const [field, name, help] of ataFields) {
    const value = Number(udev.get(field) ?? Number.NaN)
    if (!Number.isNaN(value)) families.gauge(name, help, value, ['device', device])
  }
}
