import { join } from 'node:path'

import { readKernelFile } from '#lib/cgroup'

import type { Families } from './container-families.ts'

/** What the machine has, in cAdvisor's names. */
export function addMachine(to: Families, procfs: string, rootfs: string): void {
  const identity = machineIdentity(procfs, rootfs)
  const gauge = (name: string, help: string, value: number) => to.add(`machine_${name}`, 'gauge', help, identity, value)
  const { logical, physical, sockets } = countCpus(readKernelFile(join(procfs, 'cpuinfo')) ?? '')
  const meminfo = readKernelFile(join(procfs, 'meminfo')) ?? ''
  gauge('cpu_physical_cores', 'Number of physical CPU cores.', physical)
  gauge('cpu_cores', 'Number of logical CPU cores.', logical)
  gauge('cpu_sockets', 'Number of CPU sockets.', sockets)
  gauge('memory_bytes', 'Amount of memory installed on the machine.', kibibytes(meminfo, 'MemTotal') * 1024)
  gauge('swap_bytes', 'Amount of swap memory available on the machine.', kibibytes(meminfo, 'SwapTotal') * 1024)
}

function machineIdentity(procfs: string, rootfs: string): string[] {
  return [
    'boot_id',
    trimmed(join(procfs, 'sys/kernel/random/boot_id')),
    'machine_id',
    trimmed(join(rootfs, 'etc/machine-id')),
    'system_uuid',
    trimmed(join(rootfs, 'sys/class/dmi/id/product_uuid')),
  ]
}

function trimmed(path: string): string {
  return (readKernelFile(path) ?? '').trim()
}

function countCpus(cpuinfo: string): { logical: number; physical: number; sockets: number } {
  const cores = new Set<string>()
  const sockets = new Set<string>()
  let logical = 0
  for (const cpu of cpuinfo.split('\n\n')) {
    if (!/^processor\s*:/m.test(cpu)) continue
    const socket = /^physical id\s*: (\d+)/m.exec(cpu)?.[1] ?? '0'
    const core = /^core id\s*: (\d+)/m.exec(cpu)?.[1] ?? String(logical)
    logical++
    sockets.add(socket)
    cores.add(`${socket}/${core}`)
  }
  return { logical, physical: cores.size, sockets: sockets.size }
}

function kibibytes(meminfo: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0)
}
