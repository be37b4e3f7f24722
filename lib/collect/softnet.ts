import type { Collector } from './collector.ts'
import { Families } from './families.ts'
import { linesOf, readText, wordsOf } from './read.ts'

/** Column of /proc/net/softnet_stat (hexadecimal), its metric and what it says. */
const columns: readonly [column: number, type: 'counter' | 'gauge', name: string, help: string][] = [
  [0, 'counter', 'processed_total', 'Number of processed packets'],
  [1, 'counter', 'dropped_total', 'Number of dropped packets'],
  [2, 'counter', 'times_squeezed_total', 'Number of times processing packets ran out of quota'],
  [8, 'counter', 'cpu_collision_total', 'Number of collision occur while obtaining device lock while transmitting'],
  [9, 'counter', 'received_rps_total', 'Number of times cpu woken up received_rps'],
  [10, 'counter', 'flow_limit_count_total', 'Number of times flow limit has been reached'],
  [11, 'gauge', 'backlog_len', 'Softnet backlog status'],
]

const CPU_COLUMN = 12

/** Packets as each CPU takes them. */
export const softnet: Collector = {
  name: 'softnet',
  description: 'Exposes statistics from `/proc/net/softnet_stat`.',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const families = new Families()
    for (const [row, line] of linesOf(readText(`${context.netfs}/softnet_stat`)).entries()) {
      const numbers = wordsOf(line).map((word) => Number.parseInt(word, 16))
      const cpu = String(numbers[CPU_COLUMN] ?? row)
      for (const [column, type, name, help] of columns) {
        families.add(type, `node_softnet_${name}`, help, numbers[column] ?? 0, ['cpu', cpu])
      }
    }
    return families.done()
  },
}
