import { over, under } from './bounds.ts'
import { matching } from './rule.ts'

import type { Finding, FindingObject } from './finding.ts'
import type { Rule, Sample } from './rule.ts'

const node = 'job="node"'
const file = `${node},fstype!~"tmpfs|devtmpfs|ramfs|squashfs|erofs|overlay|iso9660|udf|autofs|proc|sysfs"`
const disk = `${node},device!~"loop.*|ram.*|zram.*|sr.*|dm-.*"`
const link = `${node},device!~"lo|veth.*|docker.*|br-.*|cni.*|flannel.*"`

/** What can be wrong with a machine and with what watches it. */
export const machineRules: readonly Rule[] = [
  {
    id: 'cpu-saturated',
    expressions: {
      // A share of all modes: with less than 5 minutes of data each rate alone is too low. Nothing is said before 4 minutes.
      busy: `sum by (instance) (rate(node_cpu_seconds_total{${node},mode!~"idle|iowait"}[5m])) / sum by (instance) (rate(node_cpu_seconds_total{${node}}[5m])) and group by (instance) (node_cpu_seconds_total{${node}} offset 4m)`,
      cores: `count by (instance) (node_cpu_seconds_total{${node},mode="idle"})`,
    },
    find: ({ busy, cores }) =>
      over(busy, 0.9, 0.97, 'cpu-saturated', (s) => [
        machine(s),
        { busyPercent: s.value * 100, cores: matching(cores, s, ['instance']) ?? 0 },
      ]),
  },
  {
    id: 'load-high',
    expressions: {
      load: `node_load5{${node}} / on (instance) count by (instance) (node_cpu_seconds_total{${node},mode="idle"})`,
    },
    find: ({ load }) => over(load, 2, 8, 'load-high', (s) => [machine(s), { loadPerCore: s.value }]),
  },
  {
    id: 'memory-low',
    expressions: {
      free: `node_memory_MemAvailable_bytes{${node}} / node_memory_MemTotal_bytes{${node}}`,
      available: `node_memory_MemAvailable_bytes{${node}}`,
      total: `node_memory_MemTotal_bytes{${node}}`,
    },
    find: ({ free, available, total }) =>
      under(free, 0.1, 0.05, 'memory-low', (s) => [
        machine(s),
        {
          availablePercent: s.value * 100,
          availableBytes: matching(available, s, ['instance']) ?? 0,
          totalBytes: matching(total, s, ['instance']) ?? 0,
        },
      ]),
  },
  {
    id: 'swap-thrash',
    expressions: { pages: `rate(node_vmstat_pswpin{${node}}[5m]) + rate(node_vmstat_pswpout{${node}}[5m])` },
    find: ({ pages }) => over(pages, 500, 5000, 'swap-thrash', (s) => [machine(s), { pagesPerSecond: s.value }]),
  },
  {
    id: 'disk-nearly-full',
    expressions: {
      free: `node_filesystem_avail_bytes{${file}} / (node_filesystem_size_bytes{${file}} > 0) unless on (instance, mountpoint) node_filesystem_readonly{${node}} == 1`,
      available: `node_filesystem_avail_bytes{${file}}`,
    },
    find: ({ free, available }) =>
      under(free, 0.1, 0.05, 'disk-nearly-full', (s) => [
        filesystem(s),
        {
          usedPercent: (1 - s.value) * 100,
          availableBytes: matching(available, s, ['instance', 'mountpoint', 'device']) ?? 0,
        },
      ]),
  },
  {
    id: 'disk-will-be-full',
    expressions: {
      days: `(node_filesystem_avail_bytes{${file}} / (-deriv(node_filesystem_avail_bytes{${file}}[6h]) > 0) / 86400) and (node_filesystem_avail_bytes{${file}} / node_filesystem_size_bytes{${file}} < 0.4) and node_filesystem_avail_bytes{${file}} offset 30m`,
    },
    find: ({ days }) => under(days, 4, 1, 'disk-will-be-full', (s) => [filesystem(s), { days: s.value }]),
  },
  {
    id: 'disk-busy',
    expressions: { busy: `rate(node_disk_io_time_seconds_total{${disk}}[5m])` },
    find: ({ busy }) =>
      over(busy, 0.9, Infinity, 'disk-busy', (s) => [named('disk', s, 'device'), { busyPercent: s.value * 100 }]),
  },
  {
    id: 'network-drops',
    expressions: {
      drops: `rate(node_network_receive_drop_total{${link}}[5m]) + rate(node_network_transmit_drop_total{${link}}[5m])`,
    },
    find: ({ drops }) =>
      over(drops, 10, Infinity, 'network-drops', (s) => [
        named('interface', s, 'device'),
        { packetsPerSecond: s.value },
      ]),
  },
  {
    id: 'network-errors',
    expressions: {
      errors: `rate(node_network_receive_errs_total{${link}}[5m]) + rate(node_network_transmit_errs_total{${link}}[5m])`,
    },
    find: ({ errors }) =>
      over(errors, 1, Infinity, 'network-errors', (s) => [
        named('interface', s, 'device'),
        { errorsPerSecond: s.value },
      ]),
  },
  stall('memory-stalled', 'node_pressure_memory_waiting_seconds_total', 0.1, 0.4),
  stall('io-stalled', 'node_pressure_io_waiting_seconds_total', 0.4, 0.8),
  share('file-descriptors', 'node_filefd_allocated', 'node_filefd_maximum'),
  share('conntrack-full', 'node_nf_conntrack_entries', 'node_nf_conntrack_entries_limit'),
  {
    id: 'target-down',
    expressions: { down: 'up == 0' },
    find: ({ down }) => [...Map.groupBy(down, (s) => s.labels.job ?? '')].map(([job, of]) => targetsDown(job, of)),
  },
  {
    id: 'samples-rejected',
    expressions: { rejected: 'sum by (reason) (increase(binnacle_store_refused_samples_total[5m]))' },
    find: ({ rejected }) =>
      over(rejected, 0, Infinity, 'samples-rejected', (s) => [
        { kind: 'machine', name: 'Binnacle' },
        { samples: Math.ceil(s.value), reason: s.labels.reason ?? '' },
      ]),
  },
]

/** One finding for a job: its target where one is down, the job itself where many are. */
function targetsDown(job: string, down: readonly Sample[]): Finding {
  const name = down.length === 1 ? (down[0].labels.instance ?? '') : job
  return {
    rule: 'target-down',
    severity: 'critical',
    object: { kind: 'target', name },
    facts: { job, down: down.length },
  }
}

function stall(id: string, metric: string, warning: number, critical: number): Rule {
  return {
    id,
    expressions: { waiting: `rate(${metric}{${node}}[5m])` },
    find: ({ waiting }) => over(waiting, warning, critical, id, (s) => [machine(s), { waitingPercent: s.value * 100 }]),
  }
}

function share(id: string, used: string, most: string): Rule {
  return {
    id,
    expressions: { share: `${used}{${node}} / ${most}{${node}}` },
    find: ({ share: shares }) => over(shares, 0.8, 0.95, id, (s) => [machine(s), { usedPercent: s.value * 100 }]),
  }
}

function machine(sample: Sample): FindingObject {
  return { kind: 'machine', name: sample.labels.instance ?? '' }
}

function filesystem(sample: Sample): FindingObject {
  return named('filesystem', sample, 'mountpoint')
}

function named(kind: FindingObject['kind'], sample: Sample, label: string): FindingObject {
  return { kind, name: sample.labels[label] ?? '', machine: sample.labels.instance ?? '' }
}
