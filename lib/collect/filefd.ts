import type { Collector } from './collector.ts'
import { Families } from './families.ts'
import { readText, wordsOf } from './read.ts'

/** Open file descriptors of the machine. */
export const filefd: Collector = {
  name: 'filefd',
  description: 'Exposes file descriptor statistics from `/proc/sys/fs/file-nr`.',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const [allocated, , maximum] = wordsOf(readText(`${context.procfs}/sys/fs/file-nr`))
    const families = new Families()
    families.gauge('node_filefd_allocated', 'File descriptor statistics: allocated.', Number(allocated))
    families.gauge('node_filefd_maximum', 'File descriptor statistics: maximum.', Number(maximum))
    return families.done()
  },
}
