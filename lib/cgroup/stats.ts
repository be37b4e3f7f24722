import type { Pressure } from './pressure.ts'

/** What one cgroup used, from either version; what the kernel does not tell is absent. */
export interface CgroupStats {
  readonly cpu?: CpuStats
  readonly memory?: MemoryStats
  readonly io?: IoStats
  readonly pids?: PidsStats
  readonly cpuPressure?: Pressure
  readonly memoryPressure?: Pressure
  readonly ioPressure?: Pressure
  /** OOM kills inside this cgroup since it exists. */
  readonly oomKills?: bigint
}

export interface CpuStats {
  readonly usageNs: bigint
  readonly userNs: bigint
  readonly systemNs: bigint
  /** Empty on v2. */
  readonly perCpuNs: readonly bigint[]
  readonly periods: bigint
  readonly throttledPeriods: bigint
  readonly throttledNs: bigint
  readonly bursts: bigint
  readonly burstNs: bigint
}

export interface MemoryStats {
  readonly usageBytes: bigint
  readonly maxUsageBytes: bigint
  readonly workingSetBytes: bigint
  readonly rssBytes: bigint
  readonly cacheBytes: bigint
  readonly swapBytes: bigint
  readonly mappedFileBytes: bigint
  readonly kernelBytes: bigint
  readonly failures: bigint
  readonly activeFileBytes: bigint
  readonly inactiveFileBytes: bigint
  readonly pageFaults: bigint
  readonly majorPageFaults: bigint
  /** v2 only. */
  readonly events?: { readonly high: bigint; readonly max: bigint }
  /** v2 only. */
  readonly fileDirtyBytes?: bigint
  readonly fileWritebackBytes?: bigint
}

export interface IoStats {
  readonly bytes: readonly IoEntry[]
  readonly operations: readonly IoEntry[]
  readonly cost: readonly IoEntry[]
}

/** One number of one device. `operation` is the kernel's word: Read, Write, Sync, Async, Discard, Total. */
export interface IoEntry {
  readonly major: number
  readonly minor: number
  readonly operation: string
  readonly value: bigint
}

export interface PidsStats {
  readonly threads: bigint
  /** undefined where there is no limit. */
  readonly maxThreads?: bigint
}

/** The limits of a cgroup. */
export interface CgroupSpec {
  readonly cpu?: { readonly shares: bigint; readonly periodUs: bigint; readonly quotaUs: bigint; readonly mask: string }
  /** 0 where there is no limit. */
  readonly memory?: { readonly limitBytes: bigint; readonly swapLimitBytes: bigint; readonly reservationBytes: bigint }
}
