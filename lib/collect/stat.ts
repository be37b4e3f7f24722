import type { Collector } from './collector.ts'
import { Families } from './families.ts'
import { boolFlag } from './flags.ts'
import { linesOf, readText, wordsOf } from './read.ts'

/** Boot time, forks, interrupts and processes. */
export const stat: Collector = {
  name: 'stat',
  description: 'Exposes various statistics from `/proc/stat`. This includes boot time, forks and interrupts.',
  enabledByDefault: true,
  flags: [boolFlag('collector.stat.softirq', false, 'Export softirq calls per vector')],
  open: (context) => {
    const hasSoftirqs = context.flags.bool('collector.stat.softirq')
    return () => {
      const families = new Families()
      for (const line of linesOf(readText(`${context.procfs}/stat`))) addLine(families, line, hasSoftirqs)
      return families.done()
    }
  },
}

function addLine(families: Families, line: string, hasSoftirqs: boolean): void {
  const space = line.indexOf(' ')
  const value = () => Number(line.slice(space + 1).split(' ', 1)[0])
  switch (line.slice(0, space)) {
    case 'intr':
      return families.counter('node_intr_total', 'Total number of interrupts serviced.', value())
    case 'ctxt':
      return families.counter('node_context_switches_total', 'Total number of context switches.', value())
    case 'processes':
      return families.counter('node_forks_total', 'Total number of forks.', value())
    case 'btime':
      return families.gauge('node_boot_time_seconds', 'Node boot time, in unixtime.', value())
    case 'procs_running':
      return families.gauge('node_procs_running', 'Number of processes in runnable state.', value())
    case 'procs_blocked':
      return families.gauge('node_procs_blocked', 'Number of processes blocked waiting for I/O to complete.', value())
    case 'softirq':
      if (hasSoftirqs) addSoftirqs(families, wordsOf(line))
  }
}

const vectors = ['hi', 'timer', 'net_tx', 'net_rx', 'block', 'block_iopoll', 'tasklet', 'sched', 'hrtimer', 'rcu']

/** After the word and the sum of all, one number for each vector. */
function addSoftirqs(families: Families, words: readonly string[]): void {
  for (const [i, vector] of vectors.entries()) {
    families.counter('node_softirqs_total', 'Number of softirq calls.', Number(words[i + 2] ?? 0), ['vector', vector])
  }
}
