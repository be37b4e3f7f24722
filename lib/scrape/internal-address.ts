import { lookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import { ScrapeError } from './scrape-error.ts'

/** What an address is that no object of a cluster may lead to. */
export type InternalKind = 'loopback' | 'link-local' | 'metadata' | 'unspecified' | 'multicast'

const RANGES: Readonly<Record<InternalKind, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  // The well-known addresses of the clouds' metadata services that are not link-local.
  metadata: ['fd00:ec2::254/128', 'fd20:ce::254/128', '100.100.100.200/32', '168.63.129.16/32', '192.0.0.192/32'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
  unspecified: ['0.0.0.0/8', '::/128'],
  multicast: ['224.0.0.0/4', '255.255.255.255/32', 'ff00::/8'],
}
const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.azure.internal',
])
/** Prefixes that carry an IPv4 address in their last 32 bits: NAT64, IPv4-compatible. */
const CARRIERS = blockList(['64:ff9b::/96', '::/96'])

const lists = Object.entries(RANGES).map(([kind, ranges]) => ({
  kind: kind as InternalKind,
  list: blockList(ranges),
}))

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address, bits] = range.split('/')
    list.addSubnet(address, Number(bits), familyOf(address))
  }
  return list
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}

/** What a host is, by its name or literal address, or undefined where only a lookup could tell. */
export function internalKind(host: string): InternalKind | undefined {
  const name = host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  if (name === 'localhost' || name.endsWith('.localhost')) return 'loopback'
  if (METADATA_NAMES.has(name)) return 'metadata'
  const [address] = name.split('%')
  return isIP(address) === 0 ? undefined : addressKind(address)
}

function addressKind(address: string): InternalKind | undefined {
  const family = familyOf(address)
  const found = lists.find(({ list }) => list.check(address, family))
  if (found || family === 'ipv4' || !CARRIERS.check(address, 'ipv6')) return found?.kind
  return addressKind(lastFour(address))
}

/** The IPv4 address in the last 32 bits. */
function lastFour(address: string): string {
  const dotted = /(\d+\.\d+\.\d+\.\d+)$/.exec(address)
  if (dotted) return dotted[1]
  // The URL parser writes every IPv6 address in its shortest form.
  const groups = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::')
  const tail = (groups[1] ?? groups[0]).split(':').filter(Boolean)
  const [high, low] = ['0', '0', ...tail].slice(-2).map((group) => parseInt(group, 16))
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** Throws where a host is one that no object of a cluster may lead to. */
export function refuseInternal(host: string): void {
  const kind = internalKind(host)
  if (kind !== undefined) throw forbidden(host, kind)
}

type LookupDone = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void

/** Node's lookup, which refuses names that lead to such addresses. */
export function guardedLookup(name: string, options: LookupOptions, done: LookupDone): void {
  lookup(name, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, [])
    for (const { address } of addresses) {
      const kind = internalKind(address)
      if (kind !== undefined) return done(forbidden(`${name} (${address})`, kind), [])
    }
    if (options.all) return done(null, addresses)
    done(null, addresses[0].address, addresses[0].family)
  })
}

function forbidden(host: string, kind: InternalKind): ScrapeError {
  return new ScrapeError('forbidden-address', `${host} is a ${kind} address: objects of a cluster may not lead there`)
}
