import assert from 'node:assert/strict'
import { test } from 'node:test'

import { english } from './catalogue-en.ts'
import { sayFinding } from './index.ts'
import { findings, is, rises } from './series-story.ts'

import type { Problem } from './index.ts'
import type { Series, Value } from './series-story.ts'

const MiB = 2 ** 20
const GiB = 2 ** 30
const cluster = { problems: [] }

const kubelet = (name: string, value: Value, labels: Record<string, string>): Series => [
  { __name__: name, job: 'kubelet', metrics_path: '/metrics/cadvisor', node: 'node-a', ...labels },
  value,
]
const ofPod = (pod: string) => ({
  namespace: 'shop',
  pod,
  container: 'api',
  image: 'api:2',
  id: `/kubepods/${pod}`,
  name: 'x',
})
const limit = (resource: string, value: number, pod: string): Series => [
  {
    __name__: 'kube_pod_container_resource_limits',
    job: 'kube-state-metrics',
    namespace: 'shop',
    pod,
    container: 'api',
    resource,
  },
  is(value),
]
const memory = (share: number, pod = 'web-1') => [
  kubelet('container_memory_working_set_bytes', is(share * 512 * MiB), ofPod(pod)),
  kubelet('container_spec_memory_limit_bytes', is(512 * MiB), ofPod(pod)),
  limit('memory', 512 * MiB, pod),
]
const throttled = (share: number, pod = 'web-1') => [
  kubelet('container_cpu_cfs_throttled_periods_total', rises(share * 10), ofPod(pod)),
  kubelet('container_cpu_cfs_periods_total', rises(10), ofPod(pod)),
  limit('cpu', 0.5, pod),
]
const claim = (available: Value, inodes = 0.1): Series[] =>
  (
    [
      ['available_bytes', available],
      ['capacity_bytes', is(20 * GiB)],
      ['inodes_used', is(inodes * 1e6)],
      ['inodes', is(1e6)],
    ] as const
  ).map(([what, value]) => [
    {
      __name__: `kubelet_volume_stats_${what}`,
      job: 'kubelet',
      metrics_path: '/metrics',
      namespace: 'shop',
      persistentvolumeclaim: 'data',
    },
    value,
  ])
const root = { id: '/' }
const nodeMemory = (share: number) => [
  kubelet('container_memory_working_set_bytes', is(share * 8 * GiB), root),
  kubelet('machine_memory_bytes', is(8 * GiB), {}),
]
const nodeDisk = (share: number) => [
  kubelet('container_fs_usage_bytes', is(share * 100 * GiB), { ...root, device: '/dev/sda1' }),
  kubelet('container_fs_limit_bytes', is(100 * GiB), { ...root, device: '/dev/sda1' }),
]
const requests = (share: number): Series[] => [
  [{ __name__: 'apiserver_request_total', job: 'apiserver', code: '200' }, rises(100 * (1 - share))],
  [{ __name__: 'apiserver_request_total', job: 'apiserver', code: '503' }, rises(100 * share)],
]

type Case = readonly [
  rule: string,
  of: (level: number) => readonly Series[],
  fine: number,
  warning: number,
  critical?: number,
]

const cases: readonly Case[] = [
  ['pod-memory-near-limit', memory, 0.89, 0.91],
  ['pod-cpu-throttled', throttled, 0.24, 0.3],
  ['claim-nearly-full', (free) => claim(is(free * 20 * GiB)), 0.11, 0.09, 0.02],
  ['claim-inodes', (used) => claim(is(15 * GiB), used), 0.94, 0.96],
  ['node-memory-low', nodeMemory, 0.91, 0.93, 0.98],
  ['node-disk-nearly-full', nodeDisk, 0.84, 0.86, 0.96],
  ['api-server-errors', requests, 0.04, 0.06, 0.3],
]

const judged = async (series: readonly Series[], extra = {}) =>
  (await findings(series, 10, { ...cluster, ...extra })).map((f) => [f.rule, f.severity])

for (const [rule, of, fine, warning, critical] of cases) {
  test(`verdict: ${rule} is silent below its bound and speaks above it`, async () => {
    assert.deepEqual(await judged(of(fine)), [])
    assert.deepEqual(await judged(of(warning)), [[rule, 'warning']])
    if (critical !== undefined) assert.deepEqual(await judged(of(critical)), [[rule, 'critical']])
  })
}

test('verdict: a claim that grows is told with its pace, after an hour', async () => {
  const series = claim((seconds) => 6 * GiB - (seconds * (83 * MiB)) / 3600)
  assert.deepEqual(await findings(series, 50, cluster), [])
  const [found] = await findings(series, 120, cluster)
  const { title, evidence } = sayFinding(found, english)
  assert.equal(title, 'The volume of shop/data will be full in about 3 days')
  assert.equal(evidence, '71% of 20 GiB is used, and it grows by 83 MiB an hour.')
})

test('verdict: pods of one workload that are near their limit are one finding, told by the worst', async () => {
  const series = [...memory(0.92, 'web-1'), ...memory(0.97, 'web-2')]
  assert.equal((await findings(series, 10, cluster)).length, 2)
  const workloadOf = () => ({ kind: 'Deployment', name: 'web' })
  const [found, ...others] = await findings(series, 10, { ...cluster, workloadOf })
  assert.deepEqual(others, [])
  assert.deepEqual(
    [found.object.kind, found.object.name, found.facts.pod, found.facts.pods],
    ['deployment', 'shop/web', 'web-2', 2],
  )
  const { evidence, command } = sayFinding(found, english)
  assert.equal(evidence, 'Container api uses 497 MiB of 512 MiB (97%). 2 pods are like this, such as web-2.')
  assert.equal(command, 'kubectl -n shop set resources deployment/web -c api --limits=memory=768Mi')
})

test('verdict: a container that was OOM-killed is not told of again for being near its limit', async () => {
  const object = { kind: 'pod', name: 'shop/web-1', namespace: 'shop' }
  const killed: Problem = {
    rule: 'pod-oom-killed',
    severity: 'critical',
    object,
    facts: { container: 'api', limitBytes: 1 },
  }
  assert.deepEqual(await judged(memory(0.95), { problems: [killed] }), [['pod-oom-killed', 'critical']])
})

test('verdict: a machine without a cluster is asked nothing about clusters', async () => {
  assert.deepEqual(await findings([...memory(0.99), ...requests(0.5)]), [])
})

const down = (labels: Record<string, string>): Series => [{ __name__: 'up', instance: 'x:1', ...labels }, is(0)]

test('verdict: a target that is optional, or hangs on what is told already, is not told of', async () => {
  const lost: Problem = {
    rule: 'node-not-ready',
    severity: 'critical',
    object: { kind: 'node', name: 'node-b', namespace: '' },
    facts: { pods: 1 },
    pods: ['shop/web-1'],
  }
  const series = [
    down({ job: 'kubelet', node: 'node-b' }),
    down({ job: 'web', namespace: 'shop', pod: 'web-1' }),
    down({ job: 'kube-scheduler' }),
  ]
  const optionalTargets = [{ job: 'kube-scheduler' }]
  assert.deepEqual(await judged(series, { problems: [lost], optionalTargets }), [['node-not-ready', 'critical']])
  assert.deepEqual(
    await judged([down({ job: 'web', namespace: 'shop', pod: 'web-2' })], { problems: [lost], optionalTargets }),
    [
      ['node-not-ready', 'critical'],
      ['target-down', 'critical'],
    ],
  )
})
