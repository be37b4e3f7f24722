import { readFileSync } from 'node:fs'

/** What a process and all its threads have used so far, as the kernel counts it. */
export interface ProcessUse {
  readonly cpuSeconds: number
  readonly residentBytes: number
}

export function readUse(pid: number): ProcessUse {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    residentBytes: Number(resident?.[1] ?? 0) * 1024,
  }
}
