import type { Collector } from './collector.ts'
import { Families } from './families.ts'
import { readText, wordsOf } from './read.ts'

/** Load averages. */
export const loadavg: Collector = {
  name: 'loadavg',
  description: 'Exposes load average.',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const [one, five, fifteen] = wordsOf(readText(`${context.procfs}/loadavg`)).map(Number)
    const families = new Families()
    families.gauge('node_load1', '1m load average.', one)
    families.gauge('node_load5', '5m load average.', five)
    families.gauge('node_load15', '15m load average.', fifteen)
    return families.done()
  },
}
