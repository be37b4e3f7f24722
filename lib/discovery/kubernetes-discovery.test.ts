import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { resources as catalogue } from '#lib/kube'
import { parseKubernetesSd, type KubernetesSdInput } from './config.ts'
import { Discoveries } from './discoveries.ts'
import { resources } from './resources.ts'
import type { DiscoveredGroup } from './target-group.ts'
import { object, pod, service, slice, TestCluster } from './test-cluster.ts'

interface Listening {
  readonly told: DiscoveredGroup[][]
  readonly disposable: Disposable
}

function discover(discoveries: Discoveries, input: KubernetesSdInput): Listening {
  const told: DiscoveredGroup[][] = []
  const disposable = discoveries.discover(parseKubernetesSd(input), (groups) => told.push(groups))
  return { told, disposable }
}

function discoveriesOf(cluster: TestCluster): Discoveries {
  return new Discoveries(cluster.subscribe, { ownNamespace: 'own' })
}

const web = [
  pod('a/web-1', '10.1.0.1', { app: 'web' }),
  service('a/web', { app: 'web' }, { app: 'web' }),
  slice('a/web-x', 'web', { 'web-1': '10.1.0.1' }),
]

test('discovery: kinds are asked for exactly as the catalogue of the API client has them', () => {
  for (const [name, resource] of Object.entries(resources)) {
    assert.deepEqual(resource, catalogue[name as keyof typeof catalogue], name)
  }
})

test('discovery: any number of configurations shares one list and watch of each kind', async () => {
  const cluster = new TestCluster(...web)
  const discoveries = discoveriesOf(cluster)
  const all = [
    discover(discoveries, { role: 'pod' }),
    discover(discoveries, { role: 'endpointslice', namespaces: { names: ['a'] } }),
    discover(discoveries, { role: 'endpointslice', namespaces: { names: ['b'] } }),
    discover(discoveries, { role: 'pod', namespaces: { names: ['a'] } }),
  ]
  await setImmediate()
  const plurals = cluster.subscriptions.map(({ resource }) => resource.plural)
  assert.deepEqual(plurals.toSorted(), ['endpointslices', 'pods', 'services'])
  assert.deepEqual(
    all.map(({ told }) => told.flat().length),
    [1, 1, 0, 1],
  )
  for (const { disposable } of all) disposable[Symbol.dispose]()
  assert.equal(cluster.open, 0)
})

test('discovery: equal configurations get the very same groups, also who comes late', async () => {
  const discoveries = discoveriesOf(new TestCluster(...web))
  const first = discover(discoveries, { role: 'pod' })
  await setImmediate()
  const second = discover(discoveries, { role: 'pod' })
  assert.deepEqual(second.told, first.told)
  first.disposable[Symbol.dispose]()
  second.disposable[Symbol.dispose]()
})

test('discovery: only what a pool can use is told, and what it can use no more is gone', async () => {
  const cluster = new TestCluster(...web, pod('a/other', '10.1.0.2', { app: 'other' }))
  const told: [string, number, boolean][] = []
  const only = { labels: [{ key: 'app', operator: 'in', values: ['web'] }] } as const
  const discoveries = discoveriesOf(cluster)
  const tell = (groups: DiscoveredGroup[], isComplete: boolean): void => {
    for (const { source, targets } of groups) told.push([source, targets.length, isComplete])
  }
  using _ = discoveries.discover(parseKubernetesSd({ role: 'pod' }), tell, only)
  using __ = discoveries.discover(parseKubernetesSd({ role: 'endpointslice' }), tell, only)
  await setImmediate()
  cluster.apply(pod('a/other', '10.1.0.3', { app: 'other' }))
  await setImmediate()
  cluster.apply(pod('a/web-1', '10.1.0.1', { app: 'other' }), service('a/web', { app: 'other' }, {}))
  await setImmediate()
  cluster.delete('Pod', 'a', 'web-1')
  await setImmediate()
  assert.deepEqual(told, [
    ['pod/a/web-1', 1, true],
    ['endpointslice/a/web-x', 1, true],
    ['pod/a/web-1', 0, false],
    ['endpointslice/a/web-x', 0, false],
  ])
})

test('discovery: a change tells only the groups that it changes, and no change tells nothing', async () => {
  const cluster = new TestCluster(...web, pod('a/other', '10.1.0.2'))
  const { told, disposable } = discover(discoveriesOf(cluster), { role: 'pod' })
  await setImmediate()
  assert.equal(told.flat().length, 2)
  cluster.apply(...web)
  await setImmediate()
  assert.equal(told.length, 1)
  cluster.apply(pod('a/web-1', '10.1.0.9'))
  cluster.delete('Pod', 'a', 'other')
  await setImmediate()
  assert.deepEqual(
    told[1].map(({ source, targets }) => [source, targets.length]),
    [
      ['pod/a/web-1', 1],
      ['pod/a/other', 0],
    ],
  )
  disposable[Symbol.dispose]()
})

test('discovery: a pod that changes refreshes the endpoints that refer to it', async () => {
  const cluster = new TestCluster(...web)
  const { told, disposable } = discover(discoveriesOf(cluster), { role: 'endpointslice' })
  await setImmediate()
  cluster.apply(pod('a/web-1', '10.1.0.1', { app: 'web', version: '2' }))
  await setImmediate()
  assert.equal(told[1][0].targets[0].__meta_kubernetes_pod_label_version, '2')
  disposable[Symbol.dispose]()
})

test('discovery: the controllers of the pods behind endpoints are attached and followed', async () => {
  const owned = pod('a/web-1', '10.1.0.1')
  const ownerReferences = [{ kind: 'Job', name: 'j-1', controller: true }]
  const cluster = new TestCluster({ ...owned, metadata: { ...owned.metadata, ownerReferences } }, ...web.slice(1))
  const config = { role: 'endpointslice', attach_metadata: { cronjob: true, job: true } } as const
  const { told, disposable } = discover(discoveriesOf(cluster), config)
  await setImmediate()
  assert.equal(told[0][0].targets[0].__meta_kubernetes_pod_job_name, 'j-1')
  cluster.apply(object('Job', 'a/j-1', { ownerReferences: [{ kind: 'CronJob', name: 'nightly', controller: true }] }))
  await setImmediate()
  assert.equal(told[1][0].targets[0].__meta_kubernetes_pod_cronjob_name, 'nightly')
  disposable[Symbol.dispose]()
})

test('discovery: without the right to list nodes targets are found without their labels, and the reason is told', async () => {
  const cluster = new TestCluster(...web)
  cluster.forbidden.add('nodes')
  const discoveries = discoveriesOf(cluster)
  const input = { role: 'pod', attach_metadata: { node: true } } as const
  const { told, disposable } = discover(discoveries, input)
  await setImmediate()
  assert.equal(told.flat().length, 1)
  assert.deepEqual(
    discoveries.troubles(parseKubernetesSd(input)).map(({ phase, reason }) => [phase, reason]),
    [['forbidden', 'list nodes']],
  )
  disposable[Symbol.dispose]()
})

test('discovery: where the whole cluster may not be listed the named namespaces are', async () => {
  const cluster = new TestCluster(...web, pod('b/other', '10.1.0.2'))
  cluster.forbiddenInAll.add('pods')
  const { told, disposable } = discover(discoveriesOf(cluster), { role: 'pod', namespaces: { names: ['a'] } })
  await setImmediate()
  assert.deepEqual(
    told.flat().map(({ source }) => source),
    ['pod/a/web-1'],
  )
  assert.deepEqual(cluster.subscriptions.at(-1)?.namespaces, ['a'])
  disposable[Symbol.dispose]()
})

test('discovery: manifests that kubectl applied become no label', async () => {
  const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{"secret":1}', other: 'x' }
  const cluster = new TestCluster(object('Service', 'a/s', { annotations: applied }))
  const { told, disposable } = discover(discoveriesOf(cluster), { role: 'service' })
  await setImmediate()
  const names = Object.keys(told[0][0].labels).filter((name) => name.includes('annotation'))
  assert.deepEqual(names, [
    '__meta_kubernetes_service_annotation_other',
    '__meta_kubernetes_service_annotationpresent_other',
  ])
  disposable[Symbol.dispose]()
})

test('discovery: ten thousand pods cost no more than seconds of CPU, and one change costs one group', async () => {
  const pods = Array.from({ length: 10_000 }, (_, i) =>
    pod(`ns-${i % 50}/p-${i}`, `10.${i >> 8}.${i & 255}.1`, { app: `a${i % 100}` }),
  )
  const cluster = new TestCluster(...pods)
  const started = process.cpuUsage()
  const { told, disposable } = discover(discoveriesOf(cluster), { role: 'pod' })
  await setImmediate()
  assert.equal(told.flat().length, 10_000)
  assert.ok(process.cpuUsage(started).user < 4_000_000)
  cluster.apply(pod('ns-1/p-1', '10.9.9.9'))
  await setImmediate()
  assert.equal(told[1].length, 1)
  disposable[Symbol.dispose]()
})
