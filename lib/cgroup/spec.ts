import { looseUint64 } from './uint64.ts'

import type { ReadCgroupFile } from './read-file.ts'
import type { CgroupSpec } from './stats.ts'

/** A limit from here on means none: v1 writes the largest multiple of a page below 2^63. */
const unlimited = 2n ** 62n

/** v2's cpu.weight as v1's cpu.shares; undefined outside 1 to 10000. */
export function sharesOfWeight(weight: bigint): bigint | undefined {
  return weight < 1n || weight > 10_000n ? undefined : 2n + ((weight - 1n) * 262_142n) / 9999n
}

/** The limits of a cgroup v1. */
export function specV1(read: ReadCgroupFile): CgroupSpec {
  const number = (controller: string, file: string) => looseUint64((read(controller, file) ?? '').trim())
  const shares = read('cpu', 'cpu.shares')
  const limit = read('memory', 'memory.limit_in_bytes')
  return {
    cpu:
      shares === undefined
        ? undefined
        : {
            shares: looseUint64(shares.trim()),
            periodUs: number('cpu', 'cpu.cfs_period_us'),
            quotaUs: number('cpu', 'cpu.cfs_quota_us'),
            mask: (read('cpuset', 'cpuset.cpus') ?? '').trim(),
          },
    memory:
      limit === undefined
        ? undefined
        : {
            limitBytes: bounded(looseUint64(limit.trim())),
            swapLimitBytes: bounded(number('memory', 'memory.memsw.limit_in_bytes')),
            reservationBytes: bounded(number('memory', 'memory.soft_limit_in_bytes')),
          },
  }
}

/** The limits of a cgroup v2. */
export function specV2(read: ReadCgroupFile): CgroupSpec {
  const number = (file: string) => looseUint64((read('', file) ?? '').trim())
  const max = read('', 'cpu.max')
  const weight = read('', 'cpu.weight')
  const limit = read('', 'memory.max')
  const [quota, period] = (max ?? 'max 0').trim().split(' ')
  const cpu = {
    shares: sharesOfWeight(looseUint64((weight ?? '').trim())) ?? 0n,
    periodUs: looseUint64(period ?? ''),
    quotaUs: looseUint64(quota ?? ''),
    mask: (read('', 'cpuset.cpus.effective') ?? '').trim(),
  }
  const memory = {
    limitBytes: bounded(looseUint64((limit ?? '').trim())),
    swapLimitBytes: bounded(number('memory.swap.max')),
    reservationBytes: bounded(number('memory.min')),
  }
  return {
    cpu: max === undefined && weight === undefined ? undefined : cpu,
    memory: limit === undefined ? undefined : memory,
  }
}

function bounded(bytes: bigint): bigint {
  return bytes >= unlimited ? 0n : bytes
}
