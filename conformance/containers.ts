import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'

import {
  cpuV1,
  cpuV2,
  ioV1,
  looseUint64,
  memoryV1,
  memoryV2,
  parseContainerPath,
  parseIoStat,
  parseNetDev,
  parsePressure,
  sharesOfWeight,
  specV1,
  specV2,
} from '#lib/cgroup'

import { containerUsage } from './containers-usage.ts'

import type { IoStats, MemoryStats, ReadCgroupFile } from '#lib/cgroup'
import type { Report } from './suite.ts'

/** A case of cgroup-cases.json; which fields are there depends on its kind. */
interface Case {
  readonly id: string
  readonly kind: string
  readonly want: unknown
  readonly wantError?: boolean
  readonly cgroupVersion?: 1 | 2
  readonly controller?: string
  readonly root?: boolean
  readonly files?: Readonly<Record<string, string>>
  readonly text?: string
  readonly input?: string
  readonly path?: string
  readonly weight?: number
}

/** Files of cgroups, paths of containers, and two whole containers. */
export async function run(folder: string, report: Report): Promise<void> {
  const { cases } = JSON.parse(readFileSync(join(folder, 'cgroup-cases.json'), 'utf8')) as { cases: Case[] }
  for (const one of cases) runCase(one, report)
  containerUsage(folder, report)
  report.skip('expected', 'the exposition is written from cgroups, not from the JSON of the cAdvisor API')
  report.skip('kubelet-resource-cases', 'the resource metrics of the kubelet are not built')
  report.skip('rest-api', 'the cAdvisor REST API is not built')
}

function runCase(one: Case, report: Report): void {
  let actual: unknown
  try {
    const answer = answerOf(one)
    if (answer === undefined) return report.skip(one.id, `${one.kind} is not built`)
    actual = answer.value
  } catch (error) {
    if (one.wantError === true) return report.pass(one.id)
    return report.fail(one.id, one.want, String(error))
  }
  if (one.wantError === true) return report.fail(one.id, 'an error', actual)
  const expected = known(one.want, actual)
  if (isDeepStrictEqual(plain(actual), expected)) report.pass(one.id)
  else report.fail(one.id, expected, plain(actual))
}

function answerOf(one: Case): { value: unknown } | undefined {
  switch (one.kind) {
    case 'cpuWeightToShares':
      return { value: sharesOfWeight(BigInt(one.weight!)) ?? null }
    case 'parseUint64':
      return { value: looseUint64(one.input!) }
    case 'netDev':
      return { value: parseNetDev(one.text!) }
    case 'psi':
      return { value: pressure(one.text!) }
    case 'memoryEvents':
      return {
        value: memoryV2(folderOf({ 'memory.stat': '', 'memory.current': '0', 'memory.events': one.text! }))!.events,
      }
    case 'containerdPath':
      return { value: parseContainerPath(one.path!).containerId !== undefined }
    case 'podCgroupPath':
      return { value: { qos: null, podUid: null, containerId: null, runtime: null, ...parseContainerPath(one.path!) } }
    case 'spec':
      return { value: spec(one) }
    case 'cgroupStats':
      return stats(one)
    default:
      return undefined
  }
}

function folderOf(files: Readonly<Record<string, string>>): ReadCgroupFile {
  return (controller, file) => files[file] ?? files[`${controller}/${file}`]
}

function pressure(text: string): unknown {
  const { some, full } = parsePressure(text)
  const line = (from: typeof some) =>
    from && { avg10: from.avg10, avg60: from.avg60, avg300: from.avg300, total: from.totalUs }
  return { some: line(some), full: line(full) }
}

function spec(one: Case): unknown {
  const { cpu, memory } = one.cgroupVersion === 2 ? specV2(folderOf(one.files!)) : specV1(folderOf(one.files!))
  return {
    hasCpu: cpu !== undefined,
    cpu: cpu && { limit: cpu.shares, period: cpu.periodUs, quota: cpu.quotaUs, mask: cpu.mask },
    hasMemory: memory !== undefined,
    memory: memory && {
      limit: memory.limitBytes,
      swapLimit: memory.swapLimitBytes,
      reservation: memory.reservationBytes,
    },
  }
}

function stats(one: Case): { value: unknown } | undefined {
  const read = folderOf(one.files!)
  switch (one.controller) {
    case 'cpu':
    case 'cpuacct': {
      const cpu = one.cgroupVersion === 2 ? cpuV2(read) : cpuV1(read)
      if (cpu === undefined) return { value: {} }
      return {
        value: {
          periods: cpu.periods,
          throttled_periods: cpu.throttledPeriods,
          throttled_time: cpu.throttledNs,
          total_usage: cpu.usageNs,
          percpu_usage: cpu.perCpuNs,
          usage_in_kernelmode: cpu.systemNs,
          usage_in_usermode: cpu.userNs,
        },
      }
    }
    case 'memory':
      return { value: memory(one.cgroupVersion === 2 ? memoryV2(read, one.root) : memoryV1(read)) }
    case 'blkio':
      return { value: io(ioV1(read)) }
    case 'io':
      return { value: io(parseIoStat(one.files!['io.stat'])) }
    default:
      return undefined
  }
}

function memory(of: MemoryStats | undefined): unknown {
  return of === undefined ? {} : { cache: of.cacheBytes, usage: { usage: of.usageBytes, max_usage: of.maxUsageBytes } }
}

function io({ bytes, operations }: IoStats): unknown {
  return { IoServiceBytesRecursive: bytes.map(asLibcontainer), IoServicedRecursive: operations.map(asLibcontainer) }
}

function asLibcontainer({ major, minor, operation, value }: IoStats['bytes'][number]): unknown {
  return { major, minor, op: operation, value }
}

/** Numbers of 64 bits as decimal text, as the cases write them; absent fields left out. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)))
}

/** The part of what is wanted that is read here: fields that no metric is made of are not. */
function known(want: unknown, actual: unknown): unknown {
  if (Array.isArray(want) || typeof want !== 'object' || want === null) return want
  if (typeof actual !== 'object' || actual === null) return want
  const wanted = want as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(actual as Record<string, unknown>).flatMap(([key, inner]) =>
      inner === undefined ? [] : [[key, key in wanted ? known(wanted[key], inner) : plain(inner)]],
    ),
  )
}
