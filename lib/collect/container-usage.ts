import { scaleDown } from '#lib/cgroup'

import type { CgroupSpec, CgroupStats, CpuStats, IoEntry, MemoryStats, Pressure } from '#lib/cgroup'
import type { Families } from './container-families.ts'

/** CPU, memory, I/O, processes and pressure of one cgroup, in cAdvisor's names. */
export function addUsage(
  to: Families,
  base: readonly string[],
  stats: CgroupStats,
  spec: CgroupSpec,
  device: (major: number, minor: number) => string,
): void {
  if (stats.cpu !== undefined) addCpu(to, base, stats.cpu, (spec.cpu?.quotaUs ?? 0n) !== 0n)
  if (stats.memory !== undefined) addMemory(to, base, stats.memory)
  addIo(to, base, stats, device)
  if (stats.pids !== undefined) {
    const { threads, maxThreads } = stats.pids
    to.add('container_threads', 'gauge', 'Number of threads running inside the container', base, threads)
    const help = 'Maximum number of threads allowed inside the container, infinity if value is zero'
    to.add('container_threads_max', 'gauge', help, base, maxThreads ?? 0n)
  }
  addPressure(to, base, 'cpu', 'CPU', stats.cpuPressure)
  addPressure(to, base, 'memory', 'memory', stats.memoryPressure)
  addPressure(to, base, 'io', 'IO', stats.ioPressure)
}

function addCpu(to: Families, base: readonly string[], cpu: CpuStats, hasQuota: boolean): void {
  const seconds = (name: string, help: string, ns: bigint, labels = base) =>
    to.add(`container_cpu_${name}_seconds_total`, 'counter', help, labels, scaleDown(ns, 9))
  const count = (name: string, help: string, value: bigint) =>
    to.add(`container_cpu_cfs_${name}_total`, 'counter', help, base, value)
  seconds('user', 'Cumulative user cpu time consumed in seconds.', cpu.userNs)
  seconds('system', 'Cumulative system cpu time consumed in seconds.', cpu.systemNs)
  if (cpu.usageNs > 0n) {
    seconds('usage', 'Cumulative cpu time consumed in seconds.', cpu.usageNs, [...base, 'cpu', 'total'])
  }
  if (!hasQuota) return
  count('periods', 'Number of elapsed enforcement period intervals.', cpu.periods)
  count('throttled_periods', 'Number of throttled period intervals.', cpu.throttledPeriods)
  seconds('cfs_throttled', 'Total time duration the container has been throttled.', cpu.throttledNs)
  count('burst_periods', 'Number of periods when burst occurs.', cpu.bursts)
  seconds('cfs_burst', 'Total time duration the container has been bursted.', cpu.burstNs)
}

function addMemory(to: Families, base: readonly string[], memory: MemoryStats): void {
  const gauge = (name: string, help: string, value: bigint) =>
    to.add(`container_memory_${name}`, 'gauge', help, base, value)
  gauge('cache', 'Number of bytes of page cache memory.', memory.cacheBytes)
  gauge('rss', 'Size of RSS in bytes.', memory.rssBytes)
  gauge('kernel_usage', 'Size of kernel memory allocated in bytes.', memory.kernelBytes)
  gauge('mapped_file', 'Size of memory mapped files in bytes.', memory.mappedFileBytes)
  gauge('swap', 'Container swap usage in bytes.', memory.swapBytes)
  to.add('container_memory_failcnt', 'counter', 'Number of memory usage hits limits', base, memory.failures)
  const usageHelp = 'Current memory usage in bytes, including all memory regardless of when it was accessed'
  gauge('usage_bytes', usageHelp, memory.usageBytes)
  gauge('max_usage_bytes', 'Maximum memory usage recorded in bytes', memory.maxUsageBytes)
  gauge('working_set_bytes', 'Current working set in bytes.', memory.workingSetBytes)
  gauge('total_active_file_bytes', 'Current total active file in bytes.', memory.activeFileBytes)
  gauge('total_inactive_file_bytes', 'Current total inactive file in bytes.', memory.inactiveFileBytes)
  addMemoryFailures(to, base, memory)
  addMemoryV2(to, base, memory)
}

function addMemoryFailures(to: Families, base: readonly string[], memory: MemoryStats): void {
  const help = 'Cumulative count of memory allocation failures.'
  for (const scope of ['container', 'hierarchy']) {
    for (const type of ['pgfault', 'pgmajfault']) {
      const labels = [...base, 'failure_type', type, 'scope', scope]
      const value = type === 'pgfault' ? memory.pageFaults : memory.majorPageFaults
      to.add('container_memory_failures_total', 'counter', help, labels, value)
    }
  }
}

function addMemoryV2(to: Families, base: readonly string[], memory: MemoryStats): void {
  if (memory.events === undefined) return
  const high = 'Cumulative count of memory.high throttle events for the container'
  const max = 'Cumulative count of memory.max limit hit events for the container'
  const dirty = 'Number of bytes of file cache that has been modified but not yet written back to disk.'
  const writeback = 'Number of bytes of file cache that is currently being written back to disk.'
  to.add('container_memory_events_high_total', 'counter', high, base, memory.events.high)
  to.add('container_memory_events_max_total', 'counter', max, base, memory.events.max)
  to.add('container_memory_file_dirty_bytes', 'gauge', dirty, base, memory.fileDirtyBytes ?? 0n)
  to.add('container_memory_file_writeback_bytes', 'gauge', writeback, base, memory.fileWritebackBytes ?? 0n)
}

const transfers: Readonly<Record<string, readonly [string, string]>> = {
  'bytes Read': ['container_fs_reads_bytes_total', 'Cumulative count of bytes read'],
  'bytes Write': ['container_fs_writes_bytes_total', 'Cumulative count of bytes written'],
  'operations Read': ['container_fs_reads_total', 'Cumulative count of reads completed'],
  'operations Write': ['container_fs_writes_total', 'Cumulative count of writes completed'],
}
const costs: Readonly<Record<string, string>> = {
  usage: 'Cumulative IOCost usage in seconds',
  wait: 'Cumulative IOCost wait in seconds',
  indebt: 'Cumulative IOCost debt in seconds',
  indelay: 'Cumulative IOCost delay in seconds',
}

function addIo(
  to: Families,
  base: readonly string[],
  { io }: CgroupStats,
  device: (major: number, minor: number) => string,
): void {
  const labelled = (entry: IoEntry) => [...base, 'device', device(entry.major, entry.minor)]
  for (const kind of ['bytes', 'operations'] as const) {
    for (const entry of io?.[kind] ?? []) {
      const known = transfers[`${kind} ${entry.operation}`]
      if (known !== undefined) to.add(known[0], 'counter', known[1], labelled(entry), entry.value)
    }
  }
  for (const entry of io?.cost ?? []) {
    const name = `container_fs_io_cost_${entry.operation}_seconds_total`
    to.add(name, 'counter', costs[entry.operation], labelled(entry), scaleDown(entry.value, 6))
  }
}

function addPressure(to: Families, base: readonly string[], name: string, word: string, pressure?: Pressure): void {
  const add = (kind: string, help: string, totalUs: bigint) =>
    to.add(`container_pressure_${name}_${kind}_seconds_total`, 'counter', help, base, scaleDown(totalUs, 6))
  if (pressure?.full !== undefined) {
    const help = `Total time duration no tasks in the container could make progress due to ${word} congestion.`
    add('stalled', help, pressure.full.totalUs)
  }
  if (pressure?.some !== undefined) {
    const help = `Total time duration tasks in the container have waited due to ${word} congestion.`
    add('waiting', help, pressure.some.totalUs)
  }
}
