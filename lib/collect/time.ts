import type { Collector } from './collector.ts'
import { Families } from './families.ts'
import { listFolder, readAttribute, wordsOf } from './read.ts'

/** The clock, its zone and its source. */
export const time: Collector = {
  name: 'time',
  description: 'Exposes the current system time.',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const families = new Families()
    const now = context.clock()
    families.gauge('node_time_seconds', 'System time in seconds since epoch (1970).', now / 1000)
    const date = new Date(now)
    families.gauge(
      'node_time_zone_offset_seconds',
      'System time zone offset in seconds.',
      -60 * date.getTimezoneOffset() + 0,
      ['time_zone', zoneName(date)],
    )
    addSources(families, `${context.sysfs}/devices/system/clocksource`)
    return families.done()
  },
}

/** The zone's abbreviation: `CET`, `UTC`. */
function zoneName(date: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date)
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? 'UTC'
}

const AVAILABLE_HELP = "Available clocksources read from '/sys/devices/system/clocksource'."
const CURRENT_HELP = "Current clocksource read from '/sys/devices/system/clocksource'."

function addSources(families: Families, folder: string): void {
  for (const name of listFolder(folder)) {
    if (!/^clocksource\d/.test(name)) continue
    const device = name.slice('clocksource'.length)
    const labels = (source: string) => ['clocksource', source, 'device', device]
    for (const source of wordsOf(readAttribute(`${folder}/${name}/available_clocksource`) ?? '')) {
      if (source !== '') families.gauge('node_time_clocksource_available_info', AVAILABLE_HELP, 1, labels(source))
    }
    const current = readAttribute(`${folder}/${name}/current_clocksource`)
    if (current) families.gauge('node_time_clocksource_current_info', CURRENT_HELP, 1, labels(current))
  }
}
