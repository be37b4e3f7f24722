import type { Collector, CollectContext } from './collector.ts'
import { addCpuInfo } from './cpu-info.ts'
import { Families } from './families.ts'
import { boolFlag, textFlag } from './flags.ts'
import { linesOf, listFolder, readAttribute, readNumber, readText } from './read.ts'

/** The kernel counts CPU time in hundredths of a second for user space. */
const TICKS_PER_SECOND = 100
const JUMP_BACK_SECONDS = 3
const modes = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const
const IDLE = 3
const GUEST = 8
const GUEST_NICE = 9

/** CPU time, throttling and, where asked for, what the CPUs are. */
export const cpu: Collector = {
  name: 'cpu',
  description: 'Exposes CPU statistics',
  enabledByDefault: true,
  flags: [
    boolFlag('collector.cpu.guest', true, 'Enables metric node_cpu_guest_seconds_total'),
    boolFlag('collector.cpu.info', false, 'Enables metric cpu_info'),
    textFlag(
      'collector.cpu.info.flags-include',
      '',
      'Filter the `flags` field in cpuInfo with a value that must be a regular expression',
    ),
    textFlag(
      'collector.cpu.info.bugs-include',
      '',
      'Filter the `bugs` field in cpuInfo with a value that must be a regular expression',
    ),
  ],
  open: (context) => {
    const seen = new Map<string, number[]>()
    return () => {
      const families = new Families()
      addCpuInfo(families, context)
      addTimes(families, context, seen)
      addThrottles(families, context)
      addIsolated(families, context)
      return families.done()
    }
  },
}

function addTimes(families: Families, context: CollectContext, seen: Map<string, number[]>): void {
  const hasGuest = context.flags.bool('collector.cpu.guest')
  const present = new Set<string>()
  for (const line of linesOf(readText(`${context.procfs}/stat`))) {
    if (!/^cpu\d/.test(line)) continue
    const [word, ...ticks] = line.split(' ')
    const name = word.slice(3)
    present.add(name)
    const seconds = forwardOnly(
      seen.get(name),
      ticks.map((tick) => Number(tick) / TICKS_PER_SECOND),
    )
    seen.set(name, seconds)
    for (const [i, mode] of modes.entries()) addTime(families, name, mode, seconds[i] ?? 0)
    if (!hasGuest) continue
    addGuest(families, name, 'user', seconds[GUEST] ?? 0)
    addGuest(families, name, 'nice', seconds[GUEST_NICE] ?? 0)
  }
  for (const name of seen.keys()) if (!present.has(name)) seen.delete(name)
}

/**
 * Counters of a CPU may go back a little by the kernel's rounding: the larger value stays. When idle time goes back by
 * more than some seconds, the CPU was taken away and came again, and everything starts anew.
 */
function forwardOnly(before: readonly number[] | undefined, now: number[]): number[] {
  if (before === undefined || before[IDLE] - now[IDLE] >= JUMP_BACK_SECONDS) return now
  return now.map((value, i) => Math.max(value, before[i] ?? 0))
}

function addTime(families: Families, name: string, mode: string, seconds: number): void {
  families.counter('node_cpu_seconds_total', 'Seconds the CPUs spent in each mode.', seconds, [
    'cpu',
    name,
    'mode',
    mode,
  ])
}

function addGuest(families: Families, name: string, mode: string, seconds: number): void {
  const help = 'Seconds the CPUs spent in guests (VMs) for each mode.'
  families.counter('node_cpu_guest_seconds_total', help, seconds, ['cpu', name, 'mode', mode])
}

/** Each core and each package once, though several CPUs (hyper-threads) show the same counters. */
function addThrottles(families: Families, context: CollectContext): void {
  const folder = `${context.sysfs}/devices/system/cpu`
  const done = new Set<string>()
  for (const name of listFolder(folder)) {
    if (!/^cpu\d+$/.test(name)) continue
    addCpuThrottles(families, `${folder}/${name}`, done)
  }
}

function addCpuThrottles(families: Families, folder: string, done: Set<string>): void {
  const core = readAttribute(`${folder}/topology/core_id`)
  const pack = readAttribute(`${folder}/topology/physical_package_id`)
  if (core === undefined || pack === undefined) return
  const once = (key: string, file: string, add: (count: number) => void) => {
    const count = done.has(key) ? undefined : readNumber(`${folder}/thermal_throttle/${file}`)
    if (count === undefined) return
    done.add(key)
    add(count)
  }
  once(`${pack}/${core}`, 'core_throttle_count', (count) => {
    const help = 'Number of times this CPU core has been throttled.'
    families.counter('node_cpu_core_throttles_total', help, count, ['core', core, 'package', pack])
  })
  once(pack, 'package_throttle_count', (count) => {
    const help = 'Number of times this CPU package has been throttled.'
    families.counter('node_cpu_package_throttles_total', help, count, ['package', pack])
  })
}

function addIsolated(families: Families, context: CollectContext): void {
  const help = 'Whether each core is isolated, information from /sys/devices/system/cpu/isolated.'
  for (const range of (readAttribute(`${context.sysfs}/devices/system/cpu/isolated`) ?? '').split(',')) {
    if (range === '') continue
    const [first, last = first] = range.split('-').map(Number)
    for (let cpu = first; cpu <= last; cpu++) families.gauge('node_cpu_isolated', help, 1, ['cpu', String(cpu)])
  }
}
