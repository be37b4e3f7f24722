import { looseUint64 } from './uint64.ts'

/** What one network interface carried. */
export interface InterfaceStats {
  readonly name: string
  readonly rxBytes: bigint
  readonly rxPackets: bigint
  readonly rxErrors: bigint
  readonly rxDropped: bigint
  readonly txBytes: bigint
  readonly txPackets: bigint
  readonly txErrors: bigint
  readonly txDropped: bigint
}

const ignored = /^(?:lo$|veth|docker|nerdctl)/

/** `/proc/<pid>/net/dev` without what is not the container's own: loopback and the host's ends of pairs. */
export function parseNetDev(text: string): InterfaceStats[] {
  const interfaces: InterfaceStats[] = []
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim()
    const fields = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
    if (colon < 0 || ignored.test(name) || fields.length < 16) continue
    const at = (i: number) => looseUint64(fields[i])
    interfaces.push({
      name,
      rxBytes: at(0),
      rxPackets: at(1),
      rxErrors: at(2),
      rxDropped: at(3),
      txBytes: at(8),
      txPackets: at(9),
      txErrors: at(10),
      txDropped: at(11),
    })
  }
  return interfaces
}
