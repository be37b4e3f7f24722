import { NoDataError, type Collector } from './collector.ts'
import { Families } from './families.ts'
import { linesOf, readTextIfThere, wordsOf } from './read.ts'

const QUEUES_COLUMN = 4

/** Memory that waits in the queues of UDP sockets. */
export const udpQueues: Collector = {
  name: 'udp_queues',
  description: 'Exposes UDP total lengths of the rx_queue and tx_queue from `/proc/net/udp` and `/proc/net/udp6`.',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const families = new Families()
    for (const [file, ip] of [
      ['udp', 'v4'],
      ['udp6', 'v6'],
    ]) {
      const text = readTextIfThere(`${context.netfs}/${file}`)
      if (text !== undefined) addSockets(families, ip, linesOf(text).slice(1))
    }
    const found = families.done()
    if (found.length === 0) throw new NoDataError('neither UDP of IPv4 nor of IPv6')
    return found
  },
}

/** The column is `00000015:00000000`: what waits to be sent and to be received, in bytes. */
function addSockets(families: Families, ip: string, lines: readonly string[]): void {
  const sums = [0, 0]
  for (const line of lines) {
    const lengths = (wordsOf(line)[QUEUES_COLUMN] ?? '').split(':').map((word) => Number.parseInt(word, 16))
    for (const i of [0, 1]) sums[i] += lengths[i] || 0
  }
  const help = 'Number of allocated memory in the kernel for UDP datagrams in bytes.'
  families.gauge('node_udp_queues', help, sums[1], ['ip', ip, 'queue', 'rx'])
  families.gauge('node_udp_queues', help, sums[0], ['ip', ip, 'queue', 'tx'])
}
