import { isIPv4, isIPv6 } from 'node:net'

/** `4` or `6`; IPv4 addresses written as IPv6 (`::ffff:10.0.0.1`) are of family 4. '' for what is no address. */
export function ipFamily(address: string): '4' | '6' | '' {
  if (isIPv4(address)) return '4'
  if (!isIPv6(address)) return ''
  return isMapped(address) ? '4' : '6'
}

function isMapped(address: string): boolean {
  const [bare] = address.split('%')
  if (!/ffff/i.test(bare)) return false
  const groups = expand(bare)
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
}

/** The eight groups of a valid address. */
function expand(address: string): readonly number[] {
  const [head, tail] = address.replace(/\d+\.\d+\.\d+\.\d+$/, '0:0').split('::')
  const before = groupsOf(head)
  const after = tail === undefined ? [] : groupsOf(tail)
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}

function groupsOf(part: string): readonly number[] {
  return part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
}
