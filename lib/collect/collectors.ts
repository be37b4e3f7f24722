import type { Collector } from './collector.ts'
import { conntrack } from './conntrack.ts'
import { cpu } from './cpu.ts'
import { cpufreq } from './cpufreq.ts'
import { diskstats } from './diskstats.ts'
import { entropy } from './entropy.ts'
import { filefd } from './filefd.ts'
import { filesystem } from './filesystem.ts'
import { kernelHung } from './kernel-hung.ts'
import { loadavg } from './loadavg.ts'
import { meminfo } from './meminfo.ts'
import { netclass } from './netclass.ts'
import { netdev } from './netdev.ts'
import { netstat } from './netstat.ts'
import { osRelease } from './os-release.ts'
import { pressure } from './pressure.ts'
import { schedstat } from './schedstat.ts'
import { sockstat } from './sockstat.ts'
import { softnet } from './softnet.ts'
import { stat } from './stat.ts'
import { textfile } from './textfile.ts'
import { time } from './time.ts'
import { udpQueues } from './udp-queues.ts'
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
  kernelHung,
  loadavg,
  meminfo,
  netclass,
  netdev,
  netstat,
  osRelease,
  pressure,
  schedstat,
  sockstat,
  softnet,
  stat,
  textfile,
  time,
  udpQueues,
  uname,
  vmstat,
]
