import assert from 'node:assert/strict'
import { test } from 'node:test'

import { loadCatalogue, sayFinding } from './index.ts'
import { findings, is, rises } from './series-story.ts'

import type { Series, Value } from './series-story.ts'

const MiB = 2 ** 20
const GiB = 2 ** 30

const node = (name: string, value: Value, labels: Record<string, string> = {}): Series => [
  { __name__: name, job: 'node', instance: 'box', ...labels },
  value,
]
const cadvisor = (name: string, value: Value): Series => [
  { __name__: name, job: 'cadvisor', instance: 'box', id: '/docker/1', name: 'web', image: 'web:1' },
  value,
]

const cpu = (busy: number) =>
  ['0', '1'].flatMap((cpu) => [
    node('node_cpu_seconds_total', rises(1 - busy), { cpu, mode: 'idle' }),
    node('node_cpu_seconds_total', rises(busy), { cpu, mode: 'user' }),
  ])
const load = (perCore: number) => [...cpu(0), node('node_load5', is(perCore * 2))]
const memory = (free: number) => [
  node('node_memory_MemAvailable_bytes', is(free * 16 * GiB)),
  node('node_memory_MemTotal_bytes', is(16 * GiB)),
]
const swap = (pages: number) => [
  node('node_vmstat_pswpin', rises(pages / 2)),
  node('node_vmstat_pswpout', rises(pages / 2)),
]
const mount = (available: Value, extra: { fstype?: string; readonly?: number } = {}) => {
  const labels = { device: '/dev/sda1', mountpoint: '/data', fstype: extra.fstype ?? 'ext4' }
  return [
    node('node_filesystem_avail_bytes', available, labels),
    node('node_filesystem_size_bytes', is(100 * GiB), labels),
    node('node_filesystem_readonly', is(extra.readonly ?? 0), labels),
  ]
}
const disk = (busy: number) => [node('node_disk_io_time_seconds_total', rises(busy), { device: 'sda' })]
const link = (kind: string) => (each: number) =>
  ['receive', 'transmit'].map((way) => node(`node_network_${way}_${kind}_total`, rises(each / 2), { device: 'eth0' }))
const stall = (what: string) => (share: number) => [node(`node_pressure_${what}_waiting_seconds_total`, rises(share))]
const table = (used: string, most: string) => (share: number) => [node(used, is(share * 1000)), node(most, is(1000))]
const workingSet = (share: number) => [
  cadvisor('container_memory_working_set_bytes', is(share * 512 * MiB)),
  cadvisor('container_spec_memory_limit_bytes', is(512 * MiB)),
]
const throttled = (share: number) => [
  cadvisor('container_cpu_cfs_throttled_periods_total', rises(share * 10)),
  cadvisor('container_cpu_cfs_periods_total', rises(10)),
  cadvisor('container_spec_cpu_quota', is(50_000)),
  cadvisor('container_spec_cpu_period', is(100_000)),
]
const refused = (perSecond: number): Series[] => [
  [{ __name__: 'binnacle_store_refused_samples_total', job: 'binnacle', reason: 'out-of-order' }, rises(perSecond)],
]

const fills: Value = (seconds) => 30 * GiB - seconds * (GiB / 8640)
const down = (job: string, instance: string): Series => [{ __name__: 'up', job, instance }, is(0)]
const said = async (series: readonly Series[], language: 'en' | 'ko') =>
  sayFinding((await findings(series))[0], await loadCatalogue(language)).evidence

const judged = async (series: readonly Series[]) => (await findings(series)).map((f) => [f.rule, f.severity])

type Case = readonly [
  rule: string,
  of: (level: number) => readonly Series[],
  fine: number,
  warning: number,
  critical?: number,
]

const cases: readonly Case[] = [
  ['cpu-saturated', cpu, 0.89, 0.92, 0.98],
  ['load-high', load, 1.9, 2.1, 8.5],
  ['memory-low', memory, 0.11, 0.09, 0.04],
  ['swap-thrash', swap, 490, 510, 5100],
  ['disk-nearly-full', (free) => mount(is(free * 100 * GiB)), 0.11, 0.09, 0.04],
  ['disk-busy', disk, 0.89, 0.95],
  ['network-drops', link('drop'), 9, 11],
  ['network-errors', link('errs'), 0.9, 1.1],
  ['memory-stalled', stall('memory'), 0.09, 0.11, 0.45],
  ['io-stalled', stall('io'), 0.39, 0.45, 0.85],
  ['file-descriptors', table('node_filefd_allocated', 'node_filefd_maximum'), 0.79, 0.81, 0.96],
  ['conntrack-full', table('node_nf_conntrack_entries', 'node_nf_conntrack_entries_limit'), 0.79, 0.81, 0.96],
  ['container-memory-near-limit', workingSet, 0.89, 0.91, 0.99],
  ['container-cpu-throttled', throttled, 0.24, 0.3],
  ['samples-rejected', refused, 0, 1],
]

for (const [rule, of, fine, warning, critical] of cases) {
  test(`verdict: ${rule} is silent below its bound and speaks above it`, async () => {
    assert.deepEqual(await judged(of(fine)), [])
    assert.deepEqual(await judged(of(warning)), [[rule, 'warning']])
    if (critical !== undefined) assert.deepEqual(await judged(of(critical)), [[rule, 'critical']])
  })
}

test('verdict: a file system that cannot be written, or lives in memory or an image, is not a full disk', async () => {
  assert.deepEqual(await findings(mount(is(0), { readonly: 1 })), [])
  for (const fstype of ['tmpfs', 'overlay', 'squashfs', 'erofs'])
    assert.deepEqual(await findings(mount(is(0), { fstype })), [])
})

test('verdict: a disk is predicted to be full only after 30 minutes', async () => {
  assert.deepEqual(await findings(mount(fills), 20), [])
  const [found] = await findings(mount(fills), 40)
  assert.deepEqual([found.rule, found.severity], ['disk-will-be-full', 'warning'])
  assert.ok(Math.abs(Number(found.facts.days) - 2.97) < 0.05, String(found.facts.days))
})

test('verdict: many targets down are one finding for each job', async () => {
  const found = await findings([down('db', 'a:1'), down('db', 'b:1'), down('web', 'c:1')])
  const told = found.map((f) => [f.object.name, f.facts.down])
  assert.deepEqual(told, [
    ['c:1', 1],
    ['db', 2],
  ])
})

test('verdict: the facts become sentences with digits and units', async () => {
  assert.equal(await said(workingSet(0.95), 'en'), '486 MiB of 512 MiB (95%).')
  assert.equal(await said(workingSet(0.95), 'ko'), '512 MiB 중 486 MiB (95%).')
  assert.equal(await said(cpu(0.95), 'en'), '95% of 2 cores were in use over the last 5 minutes.')
  assert.match(await said(throttled(0.3), 'en'), /throttled in 30% of the periods .*; limit 0\.5 cores\./)
  assert.match(await said(refused(1), 'en'), /^30\d samples in 5 minutes; reason: out-of-order\.$/)
})
