import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContainerView, NodeView, PodView, WorkloadView } from '#lib/cluster'
import { kubectlDescribe, kubectlForm } from './kubectl.ts'
import { namespaceEntry, namespacesLabel, namespacesOf, toggleNamespace } from './namespace-scope.ts'
import { nearest, suggest } from './nearest.ts'
import { kindName, objectPath } from './object-path.ts'
import { isNotReady, QUICK_OF, RESOURCE_QUICK, resourceSubject } from './resource-filter.ts'
import { byWorkload, measuredBy, NOT_MEASURED, openScale, resourceRow, type Measured } from './resource-row.ts'
import { restartMarks } from './restart-marks.ts'
import { groupRows } from './row-groups.ts'
import { matchesAll, parseTerm } from './text-filter.ts'

const MIB = 1024 ** 2
const running = { level: 'ok', word: 'running', facts: {} } as const
const common = { key: 'k', namespace: 'shop', createdMs: 1_000, labels: { app: 'web' }, state: running }
const pod: PodView = {
  ...common,
  name: 'web-1',
  node: 'node-a',
  phase: 'Running',
  ready: 1,
  containers: 1,
  restarts: 2,
  lastRestartMs: 0,
  ip: '10.0.0.1',
  qos: 'Burstable',
  workload: { kind: 'Deployment', name: 'web' },
  requested: { cpu: 0.5, memory: 256 * MIB },
  limited: { memory: 512 * MIB },
}
const container: ContainerView = {
  ...common,
  name: 'app',
  pod: 'web-1',
  node: 'node-a',
  image: 'shop/web:2',
  init: false,
  ready: true,
  restarts: 2,
  requested: {},
  limited: {},
  last: undefined,
  workload: { kind: 'Deployment', name: 'web' },
}
const workload: WorkloadView = {
  ...common,
  kind: 'Deployment',
  name: 'web',
  desired: 2,
  ready: 1,
  updated: 2,
  available: 1,
  revision: '3',
  images: ['shop/web:2'],
  requested: {},
  limited: {},
  pods: 2,
  podsReady: 1,
  owner: undefined,
  restarts: 0,
  conditions: [],
}

function measured(cpu: number, memory: number, key = 'shop/web-1', throttled = 0): Measured {
  return {
    cpu: new Map([[key, cpu]]),
    memory: new Map([[key, memory]]),
    throttled: new Map([[key, throttled]]),
  }
}

test('resource-row: a pod stands beside its request and limit, and is said to be near one', () => {
  const row = resourceRow('pods', pod, measured(0.2, 100 * MIB))
  assert.deepEqual(row.cpu, { value: 0.2, request: 0.5, limit: undefined, size: undefined })
  assert.equal(row.state.word, 'running')
  assert.equal(resourceRow('pods', pod, measured(0.2, 460 * MIB)).state.word, 'near-memory-limit')
  assert.equal(resourceRow('pods', pod, measured(0.2, 100 * MIB, 'shop/web-1', 40)).state.word, 'at-cpu-limit')
})

test('resource-row: what has not begun or has ended shows no live value', () => {
  for (const word of ['pulling-image', 'completed', 'unschedulable'] as const) {
    const row = resourceRow('pods', { ...pod, state: { level: 'idle', word, facts: {} } }, measured(1, 1))
    assert.equal(row.cpu.value, null, word)
  }
})

test('resource-row: use of a workload is that of its pods', () => {
  const other = { ...pod, name: 'web-2' }
  const single = { ...pod, name: 'alone', workload: undefined }
  const sums = byWorkload(
    [pod, other, single],
    measuredBy(
      ['namespace', 'pod'],
      [
        { labels: { namespace: 'shop', pod: 'web-1' }, value: 1 },
        { labels: { namespace: 'shop', pod: 'web-2' }, value: 2 },
        { labels: { namespace: 'shop', pod: 'alone' }, value: 4 },
        { labels: { namespace: 'shop', pod: 'gone' }, value: NaN },
      ],
    ),
  )
  assert.deepEqual([...sums], [['Deployment/shop/web', 3]])
})

test('resource-row: a bar without a limit is measured against twice the request, or what all rows share', () => {
  const use = { value: 0.3, request: 0.5, limit: undefined, size: undefined }
  assert.equal(openScale(use, 8), 1)
  assert.equal(openScale({ ...use, value: 2 }, 8), 2 * 1.15)
  assert.equal(openScale({ ...use, request: undefined }, 8), 8 * 1.15)
})

test('resource-filter: a row is found by words, labels and shares of its limit', () => {
  const subject = resourceSubject(resourceRow('pods', pod, measured(0.2, 460 * MIB)))
  const finds = (text: string) => matchesAll([parseTerm(text)!], subject)
  for (const text of [
    'web',
    'node = node-a',
    'app =~ we.*|x',
    'memory > 80%',
    'restarts > 1',
    'workload = web',
    'kind = Deployment',
    'shop',
  ])
    assert.ok(finds(text), text)
  for (const text of ['cpu > 10%', 'memory < 100MiB', 'namespace != shop', 'state = crash-loop', 'nothing'])
    assert.ok(!finds(text), text)
})

test('resource-filter: what should work and does not is not ready; what has ended is', () => {
  const row = (state: PodView['state'], ready: number) => resourceRow('pods', { ...pod, state, ready }, NOT_MEASURED)
  assert.ok(isNotReady(row(running, 0)))
  assert.ok(!isNotReady(row(running, 1)))
  assert.ok(!isNotReady(row({ level: 'idle', word: 'completed', facts: {} }, 0)))
  assert.ok(isNotReady(row({ level: 'warning', word: 'not-ready', facts: {} }, 1)))
  assert.ok(!isNotReady(row({ level: 'warning', word: 'failed', facts: {} }, 0)))
  assert.ok(isNotReady(resourceRow('workloads', workload, NOT_MEASURED)))
  assert.ok(!isNotReady(resourceRow('workloads', { ...workload, kind: 'Job' }, NOT_MEASURED)))
  assert.ok(isNotReady(resourceRow('containers', { ...container, ready: false }, NOT_MEASURED)))
  assert.ok(!isNotReady(resourceRow('containers', { ...container, init: true, ready: false }, NOT_MEASURED)))
})

test('resource-filter: every table has quick filters that are known', () => {
  for (const [kind, filters] of Object.entries(QUICK_OF)) {
    assert.ok(filters.length > 1, kind)
    for (const [id] of filters) assert.equal(typeof RESOURCE_QUICK[id], 'function', id)
  }
})

test('nearest: a filter that finds nothing names the value that would have', () => {
  const subjects = ['checkout', 'checkout', 'cart'].map((app) =>
    resourceSubject(resourceRow('pods', { ...pod, labels: { app } }, NOT_MEASURED)),
  )
  assert.deepEqual(suggest(['app = chekout'], [parseTerm('app = chekout')!], subjects), {
    instead: 'app = chekout',
    name: 'app',
    value: 'checkout',
    count: 2,
  })
  assert.equal(suggest(['app = zebra'], [parseTerm('app = zebra')!], subjects), null)
  assert.equal(nearest('web', ['wed', 'database']), 'wed')
  assert.equal(nearest('db', ['kube-system']), null)
})

test('object-path: every object with a page has an address, whatever it is called', () => {
  assert.equal(objectPath({ kind: 'node', namespace: '', name: 'ip-10.ec2' }), '/nodes/ip-10%2Eec2')
  assert.equal(objectPath({ kind: 'Pod', namespace: 'shop', name: 'web-1' }), '/pods/shop/web-1')
  assert.equal(objectPath({ kind: 'deployment', namespace: 'shop', name: 'web' }), '/workloads/Deployment/shop/web')
  assert.equal(objectPath({ kind: 'container', namespace: 'shop', name: 'app', pod: 'web-1' }), '/pods/shop/web-1')
  assert.equal(objectPath({ kind: 'Service', namespace: 'shop', name: 'web' }), null)
  assert.equal(kindName('replicaset'), 'ReplicaSet')
  assert.equal(kindName('node'), 'Node')
})

test('kubectl: a row is copied in the form that kubectl accepts', () => {
  const node = { ...common, namespace: '', name: 'node-a', requested: {}, allocatable: {} } as unknown as NodeView
  const forms: [ReturnType<typeof resourceRow>, string][] = [
    [resourceRow('pods', pod, NOT_MEASURED), '-n shop pod/web-1'],
    [resourceRow('containers', container, NOT_MEASURED), '-n shop pod/web-1 -c app'],
    [resourceRow('workloads', workload, NOT_MEASURED), '-n shop deployment/web'],
    [resourceRow('nodes', node, NOT_MEASURED), 'node/node-a'],
  ]
  for (const [row, form] of forms) assert.equal(kubectlForm(row), form)
  assert.equal(kubectlDescribe(forms[1][0]), 'kubectl describe -n shop pod/web-1')
})

test('namespace-scope: several namespaces are one entry of the URL', () => {
  assert.deepEqual(namespacesOf(new URLSearchParams('ns=shop,data,shop')), ['shop', 'data'])
  assert.deepEqual(toggleNamespace(['shop', 'data'], 'shop'), ['data'])
  assert.equal(namespaceEntry(toggleNamespace(['shop'], 'data')), 'shop,data')
  assert.equal(namespaceEntry([]), null)
  assert.equal(namespacesLabel(['shop', 'data', 'web'], 'all'), 'shop +2')
  assert.equal(namespacesLabel([], 'all'), 'all')
})

test('row-groups: groups stand in the order of their first rows', () => {
  const entries = groupRows(['b2', 'a1', 'b1'], (row) => row[0])
  assert.deepEqual(
    entries.map((entry) => (entry.kind === 'row' ? `${entry.index} ${entry.row}` : entry.id)),
    ['b', '0 b2', '1 b1', 'a', '2 a1'],
  )
  assert.equal(groupRows(['x'], undefined).length, 1)
})

test('restart-marks: restarts are told from the count, and the last one to the second', () => {
  const names = { restarted: 'restarted', outOfMemory: 'OOM-killed', started: 'started' }
  const series = (values: number[]) => [
    { labels: { container: 'app' }, times: values.map((_, i) => i * 600_000), values },
  ]
  const last = { reason: 'OOMKilled', exitCode: 137, finishedMs: 1_790_000, startedMs: 0 }
  const marks = restartMarks({ ...container, last }, series([0, 1, 1, 2]), series([0, 1, 1, 1]), names)
  assert.deepEqual(marks, [
    { atMs: 600_000, name: 'OOM-killed', critical: true },
    { atMs: 1_790_000, name: 'OOM-killed', critical: true },
  ])
  assert.deepEqual(restartMarks({ ...container, restarts: 0 }, undefined, undefined, names), [
    { atMs: 1_000, name: 'started' },
  ])
})
