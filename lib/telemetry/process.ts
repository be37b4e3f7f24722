import { readdirSync, readFileSync } from 'node:fs'
import type { TelemetryFamily } from './registry.ts'

const startSeconds = Date.now() / 1000 - process.uptime()

/** The standard process_* metrics of this process (all its threads). */
export function processFamilies(): TelemetryFamily[] {
  const usage = process.resourceUsage()
  const families: TelemetryFamily[] = [
    counter(
      'process_cpu_seconds_total',
      'Total user and system CPU time spent in seconds.',
      (usage.userCPUTime + usage.systemCPUTime) / 1e6,
    ),
    gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', process.memoryUsage.rss()),
    gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', startSeconds),
  ]
  const open = openFiles()
  if (open !== undefined) families.push(gauge('process_open_fds', 'Number of open file descriptors.', open))
  const virtual = virtualBytes()
  if (virtual !== undefined)
    families.push(gauge('process_virtual_memory_bytes', 'Virtual memory size in bytes.', virtual))
  return families
}

function gauge(name: string, help: string, value: number): TelemetryFamily {
  return { name, help, type: 'gauge', metrics: [{ labels: [], value }] }
}

function counter(name: string, help: string, value: number): TelemetryFamily {
  return { name, help, type: 'counter', metrics: [{ labels: [], value }] }
}

/** Open descriptors, undefined where /proc is not there. */
function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return undefined
  }
}

function virtualBytes(): number | undefined {
  try {
    return Number(readFileSync('/proc/self/statm', 'latin1').split(' ')[0]) * 4096
  } catch {
    return undefined
  }
}
