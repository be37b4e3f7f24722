import type { Collector } from './collector.ts'
import { Families } from './families.ts'
import { textFlag } from './flags.ts'
import { compilePattern } from './pattern.ts'
import { linesOf, readText, readTextIfThere, wordsOf } from './read.ts'

const FIELDS =
  '^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$'

/** Counters of the network protocols. */
export const netstat: Collector = {
  name: 'netstat',
  description: 'Exposes network statistics from `/proc/net/netstat`. This is the same information as `netstat -s`.',
  enabledByDefault: true,
  flags: [textFlag('collector.netstat.fields', FIELDS, 'Regexp of fields to return for netstat collector.')],
  open: (context) => {
    const isWanted = compilePattern(context.flags.text('collector.netstat.fields'))
    return () => {
      const families = new Families()
      const add = (protocol: string, name: string, value: string) => {
        const key = `${protocol}_${name}`
        if (isWanted(key)) families.untyped(`node_netstat_${key}`, `Statistic ${protocol}${name}.`, Number(value))
      }
      for (const file of ['netstat', 'snmp']) readPairs(readText(`${context.netfs}/${file}`), add)
      readSnmp6(readTextIfThere(`${context.netfs}/snmp6`) ?? '', add)
      return families.done()
    }
  },
}

type Add = (protocol: string, name: string, value: string) => void

/** Two lines for each protocol: `Tcp: ActiveOpens …`, then `Tcp: 42 …`. */
function readPairs(text: string, add: Add): void {
  const lines = linesOf(text)
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const [protocol, ...names] = wordsOf(lines[i])
    const [, ...values] = wordsOf(lines[i + 1])
    if (names.length !== values.length) throw new Error(`${protocol} ${names.length} names, ${values.length} values`)
    for (const [n, name] of names.entries()) add(protocol.slice(0, -1), name, values[n])
  }
}

/** `Ip6InOctets 460` */
function readSnmp6(text: string, add: Add): void {
  for (const line of linesOf(text)) {
    const [field, value] = wordsOf(line)
    const six = field.indexOf('6')
    if (six >= 0 && value !== undefined) add(field.slice(0, six + 1), field.slice(six + 1), value)
  }
}
