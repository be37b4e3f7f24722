import { NoDataError, type Collector } from './collector.ts'
import { Families } from './families.ts'
import { readNumber } from './read.ts'

/** Tasks that the kernel found hanging. */
export const kernelHung: Collector = {
  name: 'kernel_hung',
  description:
    'Exposes number of tasks that have been detected as hung from `/proc/sys/kernel/hung_task_detect_count`.',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const count = readNumber(`${context.procfs}/sys/kernel/hung_task_detect_count`)
    if (count === undefined) throw new NoDataError('the kernel does not count hung tasks')
    const families = new Families()
    families.counter(
      'node_kernel_hung_tasks_total',
      'Total number of tasks that have been detected as hung since the system booted.',
      count,
    )
    return families.done()
  },
}
