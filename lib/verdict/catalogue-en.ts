import { clusterEnglish } from './cluster-en.ts'
import { roomierMiB, shell } from './words.ts'

import type { Catalogue, Say } from './words.ts'

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`

/** English. */
export const english: Catalogue = {
  language: 'en',
  more: (count) => `and ${count} more`,
  verdicts: {
    'all-fine': () => 'All is well: no problem is visible here.',
    'no-data': () => 'Nothing has been measured yet. The first numbers come within 30 seconds.',
    watch: (s) => `Nothing is broken; ${plural(s.value('warnings'), 'thing', 'things')} to watch.`,
    'needs-attention': (s) => {
      const now = `${plural(s.value('critical'), 'problem needs', 'problems need')} attention now`
      return s.value('warnings') === 0
        ? `${now}. Everything else is fine.`
        : `${now}; ${s.value('warnings')} more to watch.`
    },
  },
  rules: {
    'cpu-saturated': (s) => ({
      title: `The CPUs of ${s.name} are busy`,
      evidence: `${s.percent('busyPercent')} of ${s.number('cores')} cores were in use over the last 5 minutes.`,
      action: 'See who uses them: ps aux --sort=-%cpu | head',
    }),
    'load-high': (s) => ({
      title: `More tasks wait on ${s.name} than it can run`,
      evidence: `Load is ${s.number('loadPerCore', 1)} per core over 5 minutes; above 1, tasks wait.`,
      action: "See which tasks run or wait for a disk: ps -eo state,pid,cmd | grep '^[RD]'",
    }),
    'memory-low': (s) => ({
      title: `${s.name} is nearly out of memory`,
      evidence: `${s.bytes('availableBytes')} of ${s.bytes('totalBytes')} are available (${s.percent('availablePercent')}).`,
      action: 'See who holds it: ps aux --sort=-rss | head',
    }),
    'swap-thrash': (s) => ({
      title: `${s.name} swaps all the time`,
      evidence: `${s.number('pagesPerSecond')} pages per second go to or from swap.`,
      action: 'Memory is too small for what runs: stop something, or see who holds it with ps aux --sort=-rss | head',
    }),
    'disk-nearly-full': (s) => ({
      title: `The file system ${s.name} is nearly full`,
      evidence: `${s.percent('usedPercent')} is used; ${s.bytes('availableBytes')} are left.`,
      action: `Find what is large: du -xh --max-depth=2 ${shell(s.name)} | sort -h | tail`,
    }),
    'disk-will-be-full': (s) => ({
      title: `The file system ${s.name} is filling up`,
      evidence: `At its recent pace it is full in ${s.number('days', 1)} ${s.number('days', 1) === '1' ? 'day' : 'days'}.`,
      action: `Find what grows: find ${shell(s.name)} -xdev -type f -mmin -360 -size +50M`,
    }),
    'disk-busy': (s) => ({
      title: `The disk ${s.name} is busy`,
      evidence: `It worked ${s.percent('busyPercent')} of the last 5 minutes.`,
      action: 'See who reads and writes: iotop -oPa',
    }),
    'network-drops': (s) => ({
      title: `${s.name} drops packets`,
      evidence: `${s.number('packetsPerSecond')} packets per second were dropped over the last 5 minutes.`,
      action: `See where: ip -s -s link show ${shell(s.name)}. A larger receive ring often helps: ethtool -G ${shell(s.name)} rx 4096`,
    }),
    'network-errors': (s) => ({
      title: `${s.name} has transmission errors`,
      evidence: `${s.number('errorsPerSecond', 1)} errors per second over the last 5 minutes.`,
      action: `Check cable, port and duplex: ethtool -S ${shell(s.name)} | grep -i err`,
    }),
    'memory-stalled': (s) => ({
      title: `Tasks on ${s.name} wait for memory`,
      evidence: `Tasks waited ${s.percent('waitingPercent')} of the last 5 minutes.`,
      action: 'See who holds memory: ps aux --sort=-rss | head',
    }),
    'io-stalled': (s) => ({
      title: `Tasks on ${s.name} wait for disks`,
      evidence: `Tasks waited ${s.percent('waitingPercent')} of the last 5 minutes.`,
      action: 'See who reads and writes: iotop -oPa',
    }),
    'file-descriptors': (s) => ({
      title: `${s.name} is running out of file descriptors`,
      evidence: `${s.percent('usedPercent')} of them are open.`,
      action: 'Raise the limit: sysctl -w fs.file-max=2000000',
    }),
    'conntrack-full': (s) => ({
      title: `The connection table of ${s.name} is nearly full`,
      evidence: `${s.percent('usedPercent')} of its entries are used; when it is full, new connections are dropped.`,
      action: 'Raise it: sysctl -w net.netfilter.nf_conntrack_max=524288',
    }),
    'target-down': (s) => ({
      title: `${s.name} cannot be scraped`,
      evidence:
        s.value('down') > 1
          ? `The last scrapes of ${s.number('down')} targets of this job failed.`
          : `The last scrape of the job ${s.text('job')} failed.`,
      action: 'Status, Targets shows the reason.',
    }),
    'samples-rejected': (s) => ({
      title: 'Samples were rejected',
      evidence: `${s.number('samples')} samples in 5 minutes; reason: ${s.text('reason')}.`,
      action: 'Status, Targets shows which targets send them.',
    }),
    'container-memory-near-limit': (s) => ({
      title: `${s.name} is near its memory limit`,
      evidence: `${s.bytes('usedBytes')} of ${s.bytes('limitBytes')} (${s.percent('usedPercent')}).`,
      action: raise(s),
    }),
    'container-cpu-throttled': (s) => ({
      title: `${s.name} is held back by its CPU limit`,
      evidence: `It was throttled in ${s.percent('throttledPercent')} of the periods of the last 5 minutes; limit ${s.number('limitCores', 2)} cores.`,
      action: `Try a higher limit: docker update --cpus ${cores(s)} ${shell(s.name)}; Kubernetes: resources.limits.cpu: "${cores(s)}"`,
    }),
    'container-oom-killed': (s) => ({
      title: `${s.name} was killed for memory`,
      evidence:
        s.value('limitBytes') === 0 ? 'The machine had no memory left.' : `Its limit is ${s.bytes('limitBytes')}.`,
      action: s.value('limitBytes') === 0 ? 'Give it a limit, or free memory on the machine.' : raise(s),
    }),
    'container-restarting': (s) => ({
      title: `${s.name} restarts again and again`,
      evidence: `${plural(s.value('restarts'), 'restart', 'restarts')}; last exit code ${s.text('exitCode')}.`,
      action: `Read its last lines: docker logs --tail 50 ${shell(s.name)}`,
    }),
    'container-exited': (s) => ({
      title: `${s.name} stopped with an error`,
      evidence: `Exit code ${s.text('exitCode')}.`,
      action: `Read its last lines: docker logs --tail 50 ${shell(s.name)}`,
    }),
    ...clusterEnglish,
  },
}

function raise(s: Say): string {
  const limit = roomierMiB(s.value('limitBytes'))
  return `If it does not leak, try ${limit} MiB: docker update --memory ${limit}m --memory-swap ${limit}m ${shell(s.name)}; Kubernetes: resources.limits.memory: ${limit}Mi`
}

function cores(s: Say): string {
  return String(Math.round(s.value('limitCores') * 15) / 10 || 0.2)
}
