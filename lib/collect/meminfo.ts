import type { Collector } from './collector.ts'
import { Families } from './families.ts'
import { linesOf, readText } from './read.ts'

/** Memory statistics. */
export const meminfo: Collector = {
  name: 'meminfo',
  description: 'Exposes memory statistics.',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const families = new Families()
    for (const line of linesOf(readText(`${context.procfs}/meminfo`))) addField(families, line)
    return families.done()
  },
}

/** `Active(anon):   1024 kB` becomes `Active_anon_bytes`; a field without a unit keeps its plain name. */
function addField(families: Families, line: string): void {
  const match = /^([^:]+):\s+(\d+)( kB)?$/.exec(line.trimEnd())
  if (match === null) return
  const [, raw, digits, unit] = match
  if (!fields.has(raw)) return
  const name = raw.replace(/\((.*)\)/, '_$1') + (unit ? '_bytes' : '')
  families.gauge(`node_memory_${name}`, `Memory information field ${name}.`, Number(digits) * (unit ? 1024 : 1))
}

/** The fields that node_exporter knows; others the kernel adds are not given, as there. */
const fields = new Set(
  `MemTotal MemFree MemAvailable Buffers Cached SwapCached Active Inactive Active(anon) Inactive(anon) Active(file)
  Inactive(file) Unevictable Mlocked SwapTotal SwapFree Zswap Zswapped Dirty Writeback AnonPages Mapped Shmem
  Slab SReclaimable SUnreclaim KernelStack PageTables NFS_Unstable Bounce WritebackTmp
  CommitLimit Committed_AS VmallocTotal VmallocUsed VmallocChunk Percpu EarlyMemtestBad HardwareCorrupted AnonHugePages
  ShmemHugePages ShmemPmdMapped CmaTotal CmaFree Unaccepted HugePages_Total HugePages_Free
  HugePages_Rsvd HugePages_Surp Hugepagesize DirectMap4k DirectMap2M DirectMap1G`.split(/\s+/),
)
