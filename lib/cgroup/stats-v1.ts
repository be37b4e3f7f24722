import { CgroupFileError } from './cgroup-file-error.ts'
import { parseFlatKeyed } from './flat-keyed.ts'
import { parseBlkio } from './io.ts'
import { limitUint64, strictUint64 } from './uint64.ts'

import type { ReadCgroupFile } from './read-file.ts'
import type { CgroupStats, CpuStats, IoStats, MemoryStats, PidsStats } from './stats.ts'

/** One tick of cpuacct.stat; the kernel's USER_HZ is 100 wherever Linux runs containers. */
const nsPerTick = 10_000_000n

/** Reads a cgroup v1: one folder per controller. */
export function statsV1(read: ReadCgroupFile): CgroupStats {
  const oom = read('memory', 'memory.oom_control')
  const oomKills = oom === undefined ? undefined : parseFlatKeyed('memory.oom_control', oom).get('oom_kill')
  return { cpu: cpuV1(read), memory: memoryV1(read), io: ioV1(read), pids: pidsV1(read), oomKills }
}

/** cpuacct.* and cpu.stat. */
export function cpuV1(read: ReadCgroupFile): CpuStats | undefined {
  const usage = read('cpuacct', 'cpuacct.usage')
  const stat = parseFlatKeyed('cpu.stat', read('cpu', 'cpu.stat') ?? '')
  if (usage === undefined && stat.size === 0) return undefined
  const ticks = parseFlatKeyed('cpuacct.stat', read('cpuacct', 'cpuacct.stat') ?? '')
  return {
    usageNs: strictUint64('cpuacct.usage', usage ?? '0'),
    userNs: (ticks.get('user') ?? 0n) * nsPerTick,
    systemNs: (ticks.get('system') ?? 0n) * nsPerTick,
    perCpuNs: numbers('cpuacct.usage_percpu', read('cpuacct', 'cpuacct.usage_percpu') ?? ''),
    periods: stat.get('nr_periods') ?? 0n,
    throttledPeriods: stat.get('nr_throttled') ?? 0n,
    throttledNs: stat.get('throttled_time') ?? 0n,
    bursts: stat.get('nr_bursts') ?? 0n,
    burstNs: stat.get('burst_time') ?? 0n,
  }
}

function numbers(file: string, text: string): bigint[] {
  return text
    .split(/\s+/)
    .filter((field) => field !== '')
    .map((field) => strictUint64(file, field))
}

/** memory.*; undefined where the controller is not there. */
export function memoryV1(read: ReadCgroupFile): MemoryStats | undefined {
  const text = read('memory', 'memory.stat')
  if (text === undefined) return undefined
  const stat = parseFlatKeyed('memory.stat', text)
  const hierarchical = (read('memory', 'memory.use_hierarchy') ?? '1').trim() === '1'
  const of = (key: string) => (hierarchical ? stat.get(`total_${key}`) : undefined) ?? stat.get(key) ?? 0n
  const usageBytes = required(read, 'memory.usage_in_bytes')
  const inactiveFileBytes = of('inactive_file')
  required(read, 'memory.limit_in_bytes')
  return {
    usageBytes,
    maxUsageBytes: required(read, 'memory.max_usage_in_bytes'),
    workingSetBytes: usageBytes > inactiveFileBytes ? usageBytes - inactiveFileBytes : 0n,
    rssBytes: of('rss'),
    cacheBytes: of('cache'),
    swapBytes: of('swap'),
    mappedFileBytes: of('mapped_file'),
    kernelBytes: strictUint64('memory.kmem.usage_in_bytes', read('memory', 'memory.kmem.usage_in_bytes') ?? '0'),
    failures: strictUint64('memory.failcnt', read('memory', 'memory.failcnt') ?? '0'),
    activeFileBytes: of('active_file'),
    inactiveFileBytes,
    pageFaults: stat.get('pgfault') ?? 0n,
    majorPageFaults: stat.get('pgmajfault') ?? 0n,
  }
}

function required(read: ReadCgroupFile, file: string): bigint {
  const text = read('memory', file)
  if (text === undefined) throw new CgroupFileError(file, 'there is no such file')
  return strictUint64(file, text)
}

/** blkio.*: the bfq scheduler's numbers where it runs, else the throttler's, which count every device. */
export function ioV1(read: ReadCgroupFile): IoStats {
  const first = (...files: string[]) => {
    for (const file of files) {
      const entries = parseBlkio(file, read('blkio', file) ?? '')
      if (entries.length > 0) return entries
    }
    return []
  }
  return {
    bytes: first(...files('io_service_bytes')),
    operations: first(...files('io_serviced')),
    cost: [],
  }
}

function files(name: string): string[] {
  return [
    `blkio.bfq.${name}_recursive`,
    `blkio.${name}_recursive`,
    `blkio.throttle.${name}_recursive`,
    `blkio.throttle.${name}`,
  ]
}

function pidsV1(read: ReadCgroupFile): PidsStats | undefined {
  const current = read('pids', 'pids.current')
  if (current === undefined) return undefined
  const maxThreads = limitUint64('pids.max', read('pids', 'pids.max') ?? 'max')
  return { threads: strictUint64('pids.current', current), maxThreads }
}
