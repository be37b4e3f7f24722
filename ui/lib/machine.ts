import type { InstantSeries, RangeSeries } from './columns.ts'
import { sumSeries } from './columns.ts'

/** CPU modes as four parts that a person knows, bottom of the stack first. */
export function cpuParts(series: RangeSeries[]): Record<'user' | 'system' | 'iowait' | 'steal', RangeSeries> {
  const of = (...modes: string[]) =>
    sumSeries(
      series.filter(({ labels }) => modes.includes(labels['mode'] ?? '')),
      { mode: modes[0] },
    )
  return { user: of('user', 'nice'), system: of('system', 'irq', 'softirq'), iowait: of('iowait'), steal: of('steal') }
}

/** Memory as three parts that add up to what is taken: by programs, by the kernel, and by a cache that is given back. */
export function memoryParts(series: RangeSeries[]): {
  inUse: RangeSeries
  kernel: RangeSeries
  cache: RangeSeries
  totalBytes: number
} {
  const byName = new Map(series.map((one) => [one.labels['__name__']?.slice('node_memory_'.length), one]))
  const times = byName.get('MemTotal_bytes')?.times ?? []
  const at = new Map(
    [...byName].map(([name, one]) => [name, new Map(one.times.map((time, i) => [time, one.values[i]]))]),
  )
  const get = (name: string, time: number) => at.get(name)?.get(time) ?? 0
  const column = (part: (time: number) => number): RangeSeries => ({ labels: {}, times, values: times.map(part) })
  const kernel = (time: number) =>
    get('SUnreclaim_bytes', time) + get('KernelStack_bytes', time) + get('PageTables_bytes', time)
  const cache = (time: number) =>
    Math.max(
      0,
      get('Cached_bytes', time) +
        get('Buffers_bytes', time) +
        get('SReclaimable_bytes', time) -
        get('Shmem_bytes', time),
    )
  const inUse = (time: number) =>
    Math.max(0, get('MemTotal_bytes', time) - get('MemFree_bytes', time) - cache(time) - kernel(time))
  return {
    inUse: column(inUse),
    kernel: column(kernel),
    cache: column(cache),
    totalBytes: byName.get('MemTotal_bytes')?.values.at(-1) ?? 0,
  }
}

/** A mounted file system. */
export interface FileSystem {
  mountpoint: string
  device: string
  sizeBytes: number
  usedShare: number
  /** Seconds until it is full at the pace of the last hour; null when it is not filling up. */
  fullInSeconds: number | null
}

/** Slower than this and a disk is not called filling up. */
const HORIZON_SECONDS = 90 * 86_400

/** The file systems, one a device, with how full they are and how long they last. */
export function fileSystems(figures: InstantSeries[], rates: InstantSeries[]): FileSystem[] {
  const by = (kind: string) =>
    new Map(
      figures
        .filter(({ labels }) => labels['__name__'] === `node_filesystem_${kind}_bytes`)
        .map((one) => [keyOf(one), one.value]),
    )
  const [avail, free] = [by('avail'), by('free')]
  const pace = new Map(rates.map((one) => [keyOf(one), one.value]))
  const all = figures
    .filter(({ labels, value }) => labels['__name__'] === 'node_filesystem_size_bytes' && value > 0)
    .map((one) => fileSystem(one, avail.get(keyOf(one)) ?? 0, free.get(keyOf(one)) ?? 0, pace.get(keyOf(one)) ?? 0))
  return onePerDevice(all).toSorted((a, b) => (a.mountpoint < b.mountpoint ? -1 : 1))
}

function fileSystem(one: InstantSeries, avail: number, free: number, pace: number): FileSystem {
  const used = one.value - free
  const seconds = pace < 0 ? avail / -pace : Infinity
  return {
    mountpoint: one.labels['mountpoint'] ?? '',
    device: one.labels['device'] ?? '',
    sizeBytes: one.value,
    // As df counts: what is reserved for root is neither used nor free.
    usedShare: used + avail > 0 ? used / (used + avail) : 0,
    fullInSeconds: seconds < HORIZON_SECONDS ? seconds : null,
  }
}

/** A device mounted in several places is one file system: its shortest path stands for it. */
function onePerDevice(all: FileSystem[]): FileSystem[] {
  const kept = new Map<string, FileSystem>()
  for (const one of all) {
    const before = kept.get(one.device)
    if (!before || one.mountpoint.length < before.mountpoint.length) kept.set(one.device, one)
  }
  return [...kept.values()]
}

function keyOf({ labels }: InstantSeries): string {
  return `${labels['device']} ${labels['mountpoint']}`
}
