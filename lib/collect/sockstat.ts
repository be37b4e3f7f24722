import type { Collector } from './collector.ts'
import { Families } from './families.ts'
import { linesOf, readTextIfThere, wordsOf } from './read.ts'

/** The kernel counts socket memory in pages. */
const PAGE_BYTES = 4096

/** Sockets by protocol and state. */
export const sockstat: Collector = {
  name: 'sockstat',
  description: 'Exposes various statistics from `/proc/net/sockstat`.',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const families = new Families()
    for (const file of ['sockstat', 'sockstat6']) {
      const text = readTextIfThere(`${context.netfs}/${file}`)
      if (text === undefined) continue // IPv6 is off
      for (const line of linesOf(text)) addProtocol(families, line)
    }
    return families.done()
  },
}

/** `TCP: inuse 4 orphan 0 tw 4 alloc 17 mem 1` */
function addProtocol(families: Families, line: string): void {
  const [head, ...pairs] = wordsOf(line)
  const protocol = head.slice(0, -1)
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const value = Number(pairs[i + 1])
    if (protocol === 'sockets') families.gauge('node_sockstat_sockets_used', 'Number of IPv4 sockets in use.', value)
    else addState(families, protocol, pairs[i], value)
    if (pairs[i] === 'mem') addState(families, protocol, 'mem_bytes', value * PAGE_BYTES)
  }
}

function addState(families: Families, protocol: string, state: string, value: number): void {
  families.gauge(`node_sockstat_${protocol}_${state}`, `Number of ${protocol} sockets in state ${state}.`, value)
}
