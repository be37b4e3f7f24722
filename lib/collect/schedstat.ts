import { NoDataError, type Collector } from './collector.ts'
import { Families } from './families.ts'
import { linesOf, readTextIfThere } from './read.ts'

const NANOSECONDS = 1e9

/** What the scheduler did on each CPU. */
export const schedstat: Collector = {
  name: 'schedstat',
  description: 'Exposes task scheduler statistics from `/proc/schedstat`.',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const text = readTextIfThere(`${context.procfs}/schedstat`)
    if (text === undefined) throw new NoDataError('the kernel has no schedstat')
    const families = new Families()
    for (const line of linesOf(text)) addCpu(families, line)
    return families.done()
  },
}

/** The last three numbers of `cpu0 …` are nanoseconds running, nanoseconds waiting, and timeslices. */
function addCpu(families: Families, line: string): void {
  const match = /^cpu(\d+) .*?(\d+) (\d+) (\d+)$/.exec(line.trimEnd())
  if (match === null) return
  const labels = ['cpu', match[1]]
  const [running, waiting, slices] = match.slice(2).map(Number)
  const add = (name: string, help: string, value: number) =>
    families.counter(`node_schedstat_${name}_total`, help, value, labels)
  add('running_seconds', 'Number of seconds CPU spent running a process.', running / NANOSECONDS)
  add('waiting_seconds', 'Number of seconds spent by processing waiting for this CPU.', waiting / NANOSECONDS)
  add('timeslices', 'Number of timeslices executed by CPU.', slices)
}
