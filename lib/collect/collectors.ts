import type { Collector } from './collector.ts'
import { conntrack } from './conntrack.ts'
import { cpu } from './cpu.ts'
import { cpufreq } from './cpufreq.ts'
import { diskstats } from './diskstats.ts'
import { entropy } from './entropy.ts'
import { filefd } from './filefd.ts'
import { filesystem } from './filesystem.ts'
import { loadavg } from './loadavg.ts'
import { meminfo } from './meminfo.ts'
import { netdev } from './netdev.ts'
import { osRelease } from './os-release.ts'
import { pressure } from './pressure.ts'
import { sockstat } from './sockstat.ts'
import { stat } from './stat.ts'
import { textfile } from './textfile.ts'
import { time } from './time.ts'
import { uname } from './uname.ts'
import { vmstat } from './vmstat.ts'

/** Every collector there is. */
export const collectors: readonly Collector[] = [
  conntrack,
  cpu,
  cpufreq,
  diskstats,
  entropy,
  filefd,
  filesystem,
  loadavg,
  meminfo,
  netdev,
  osRelease,
  pressure,
  sockstat,
  stat,
  textfile,
  time,
  uname,
  vmstat,
]
