import { CgroupFileError } from './cgroup-file-error.ts'
import { parseFlatKeyed } from './flat-keyed.ts'
import { parseIoStat } from './io.ts'
import { parsePressure } from './pressure.ts'
import { limitUint64, strictUint64 } from './uint64.ts'

import type { Pressure } from './pressure.ts'
import type { ReadCgroupFile } from './read-file.ts'
import type { CgroupStats, CpuStats, MemoryStats, PidsStats } from './stats.ts'

/** Reads a cgroup v2: one folder. `isRoot`: the root has no memory.current. */
export function statsV2(read: ReadCgroupFile, isRoot = false): CgroupStats {
  const io = read('', 'io.stat')
  return {
    cpu: cpuV2(read),
    memory: memoryV2(read, isRoot),
    io: io === undefined ? undefined : parseIoStat(io),
    pids: pidsV2(read),
    cpuPressure: pressure(read('', 'cpu.pressure')),
    memoryPressure: pressure(read('', 'memory.pressure')),
    ioPressure: pressure(read('', 'io.pressure')),
    oomKills: parseFlatKeyed('memory.events', read('', 'memory.events') ?? '').get('oom_kill'),
  }
}

function pressure(text: string | undefined): Pressure | undefined {
  return text === undefined ? undefined : parsePressure(text)
}

/** cpu.stat. */
export function cpuV2(read: ReadCgroupFile): CpuStats | undefined {
  const text = read('', 'cpu.stat')
  if (text === undefined) return undefined
  const stat = parseFlatKeyed('cpu.stat', text)
  const ns = (key: string) => (stat.get(key) ?? 0n) * 1000n
  return {
    usageNs: ns('usage_usec'),
    userNs: ns('user_usec'),
    systemNs: ns('system_usec'),
    perCpuNs: [],
    periods: stat.get('nr_periods') ?? 0n,
    throttledPeriods: stat.get('nr_throttled') ?? 0n,
    throttledNs: ns('throttled_usec'),
    bursts: stat.get('nr_bursts') ?? 0n,
    burstNs: ns('burst_usec'),
  }
}

/** memory.*; undefined where the controller is not on. */
export function memoryV2(read: ReadCgroupFile, isRoot = false): MemoryStats | undefined {
  const text = read('', 'memory.stat')
  if (text === undefined) return undefined
  const stat = parseFlatKeyed('memory.stat', text)
  const of = (key: string) => stat.get(key) ?? 0n
  const usageBytes = usageV2(read, of('anon') + of('file'), isRoot)
  const events = parseFlatKeyed('memory.events', read('', 'memory.events') ?? '')
  const inactiveFileBytes = of('inactive_file')
  return {
    usageBytes,
    maxUsageBytes: strictUint64('memory.peak', read('', 'memory.peak') ?? '0'),
    workingSetBytes: usageBytes > inactiveFileBytes ? usageBytes - inactiveFileBytes : 0n,
    rssBytes: of('anon'),
    cacheBytes: of('file'),
    swapBytes: strictUint64('memory.swap.current', read('', 'memory.swap.current') ?? '0'),
    mappedFileBytes: of('file_mapped'),
    kernelBytes: 0n,
    failures: 0n,
    activeFileBytes: of('active_file'),
    inactiveFileBytes,
    pageFaults: of('pgfault'),
    majorPageFaults: of('pgmajfault'),
    events: { high: events.get('high') ?? 0n, max: events.get('max') ?? 0n },
    fileDirtyBytes: of('file_dirty'),
    fileWritebackBytes: of('file_writeback'),
  }
}

function usageV2(read: ReadCgroupFile, ofRoot: bigint, isRoot: boolean): bigint {
  const current = read('', 'memory.current')
  if (current !== undefined) return strictUint64('memory.current', current)
  if (isRoot) return ofRoot
  throw new CgroupFileError('memory.current', 'there is no such file')
}

function pidsV2(read: ReadCgroupFile): PidsStats | undefined {
  const current = read('', 'pids.current')
  if (current === undefined) return undefined
  return {
    threads: strictUint64('pids.current', current),
    maxThreads: limitUint64('pids.max', read('', 'pids.max') ?? 'max'),
  }
}
