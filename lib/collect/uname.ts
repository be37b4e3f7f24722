import { hostname, machine, release, type, version } from 'node:os'
import type { Collector } from './collector.ts'
import { Families, labelsOf } from './families.ts'
import { readAttribute } from './read.ts'

/** The kernel and the machine's name. */
export const uname: Collector = {
  name: 'uname',
  description: 'Exposes system information as provided by the uname system call.',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const families = new Families()
    families.gauge(
      'node_uname_info',
      'Labeled system information as provided by the uname system call.',
      1,
      labelsOf({
        domainname: readAttribute(`${context.procfs}/sys/kernel/domainname`) ?? '(none)',
        machine: machine(),
        nodename: context.nodeName === '' ? hostname() : context.nodeName,
        release: release(),
        sysname: type(),
        version: version(),
      }),
    )
    return families.done()
  },
}
