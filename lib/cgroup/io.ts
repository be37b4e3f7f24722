import { CgroupFileError } from './cgroup-file-error.ts'
import { strictUint64 } from './uint64.ts'

import type { IoEntry, IoStats } from './stats.ts'

const operations: Readonly<Record<string, readonly ['bytes' | 'operations', string]>> = {
  rbytes: ['bytes', 'Read'],
  wbytes: ['bytes', 'Write'],
  rios: ['operations', 'Read'],
  wios: ['operations', 'Write'],
}
const costs: Readonly<Record<string, string>> = {
  'cost.usage': 'usage',
  'cost.wait': 'wait',
  'cost.indebt': 'indebt',
  'cost.indelay': 'indelay',
}

/** A v1 blkio file: lines `major:minor operation number`, or `major:minor number`; the last line `Total` is no device. */
export function parseBlkio(file: string, text: string): IoEntry[] {
  const entries: IoEntry[] = []
  for (const line of text.split('\n')) {
    const fields = line.split(/[\s:]+/).filter((field) => field !== '')
    if (fields.length < 3) {
      if (fields.length === 0 || fields[0] === 'Total') continue
      throw new CgroupFileError(file, `line ${JSON.stringify(line.slice(0, 40))} is incomplete`)
    }
    const [major, minor] = [strictUint64(file, fields[0]), strictUint64(file, fields[1])]
    const operation = fields.length > 3 ? fields[2] : ''
    const value = strictUint64(file, fields[fields.length > 3 ? 3 : 2])
    entries.push({ major: Number(major), minor: Number(minor), operation, value })
  }
  return entries
}

/** v2's io.stat: `major:minor key=number …`. A device without numbers is skipped. */
export function parseIoStat(text: string): IoStats {
  const stats = { bytes: [] as IoEntry[], operations: [] as IoEntry[], cost: [] as IoEntry[] }
  for (const line of text.split('\n')) {
    const [device, ...pairs] = line.trim().split(/\s+/)
    const match = /^([0-9]+):([0-9]+)$/.exec(device)
    if (match === null) continue
    for (const pair of pairs) addPair(stats, Number(match[1]), Number(match[2]), pair)
  }
  return stats
}

type Lists = { bytes: IoEntry[]; operations: IoEntry[]; cost: IoEntry[] }

function addPair(stats: Lists, major: number, minor: number, pair: string): void {
  const [key, text] = pair.split('=')
  const known = operations[key]
  const cost = costs[key]
  if (known === undefined && cost === undefined) return
  const value = strictUint64('io.stat', text ?? '')
  if (known !== undefined) stats[known[0]].push({ major, minor, operation: known[1], value })
  if (cost !== undefined) stats.cost.push({ major, minor, operation: cost, value })
}
