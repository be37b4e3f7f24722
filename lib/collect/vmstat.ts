import { compilePattern } from './pattern.ts'
import type { Collector } from './collector.ts'
import { Families } from './families.ts'
import { textFlag } from './flags.ts'
import { linesOf, readText } from './read.ts'

/** Fields of /proc/vmstat. */
export const vmstat: Collector = {
  name: 'vmstat',
  description: 'Exposes statistics from `/proc/vmstat`.',
  enabledByDefault: true,
  flags: [
    textFlag(
      'collector.vmstat.fields',
      '^(oom_kill|pgpg|pswp|pg.*fault).*',
      'Regexp of fields to return for vmstat collector.',
    ),
  ],
  open: (context) => {
    const isWanted = compilePattern(context.flags.text('collector.vmstat.fields'))
    return () => {
      const families = new Families()
      for (const line of linesOf(readText(`${context.procfs}/vmstat`))) {
        const [field, value] = line.split(' ')
        if (!isWanted(field)) continue
        families.untyped(`node_vmstat_${field}`, `/proc/vmstat information field ${field}.`, Number(value))
      }
      return families.done()
    }
  },
}
