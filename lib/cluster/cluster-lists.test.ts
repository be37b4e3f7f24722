import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { everything, onlyNamespaces, type Scope } from '#lib/storage'
import { type ClusterListName, clusterListNames, ClusterLists } from './cluster-lists.ts'
import type { ClusterStatus } from './cluster-view.ts'
import { ClusterModel } from './model.ts'
import { objectDetail } from './object-detail.ts'
import { ago, condition, type Json, nowMs, pod, running, sinkOf, tell, waiting } from './testdata/told.ts'
import { twoTeams } from './testdata/two-teams.ts'

const G = 2 ** 30
const shop = onlyNamespaces(['shop'])
const status: ClusterStatus = {
  present: true,
  why: '',
  name: 'prod',
  context: 'prod',
  server: 'https://10.0.0.1',
  user: 'me',
  source: 'kubeconfig',
  version: 'v1.37.0',
  reachable: true,
  unreachableSinceMs: 0,
  unreachableWhy: '',
  notes: [],
}

const rows = (lists: ClusterLists, name: ClusterListName, scope: Scope = everything) =>
  lists.whole(name, scope, nowMs).rows as unknown as readonly (Json & { key: string })[]
const keys = (lists: ClusterLists, name: ClusterListName, scope?: Scope) =>
  rows(lists, name, scope).map(({ key }) => key)

test('lists: each has its rows, with sums over the pods that have not ended', () => {
  const lists = new ClusterLists(twoTeams())
  assert.deepEqual(keys(lists, 'nodes'), ['node-a'])
  assert.deepEqual(keys(lists, 'namespaces'), ['bank', 'shop'])
  assert.deepEqual(keys(lists, 'workloads', shop), ['Deployment/shop/shop-web', 'CronJob/shop/shop-nightly'])
  assert.deepEqual(keys(lists, 'pods', shop), ['shop/shop-web-2-a', 'shop/shop-web-2-b', 'shop/shop-alone'])
  assert.deepEqual(keys(lists, 'containers', shop), [
    'shop/shop-web-2-a/app',
    'shop/shop-web-2-b/app',
    'shop/shop-alone/app',
  ])
  assert.deepEqual(keys(lists, 'events', shop), ['shop-event'])

  const [node] = rows(lists, 'nodes')
  assert.deepEqual([node.pods, node.requested, node.limited], [4, { cpu: 2, memory: 4 * G }, { memory: 8 * G }])
  const [web, nightly] = rows(lists, 'workloads', shop)
  assert.deepEqual([web.pods, web.podsReady, web.restarts, web.requested], [2, 1, 3, { cpu: 1, memory: 2 * G }])
  assert.deepEqual(nightly.pods, 0)
  const [, namespace] = rows(lists, 'namespaces')
  assert.deepEqual([namespace.pods, namespace.podsReady, namespace.workloads], [2, 1, 2])
  const [ready, crashing, alone] = rows(lists, 'pods', shop)
  assert.deepEqual(ready.workload, { kind: 'Deployment', name: 'shop-web' })
  assert.deepEqual([crashing.ready, crashing.containers, crashing.restarts], [0, 1, 3])
  assert.equal(alone.workload, undefined)
})

test('lists: a reader of one namespace never sees anything of another', () => {
  const model = twoTeams()
  const lists = new ClusterLists(model)
  const parts = { model, totals: lists.totals, scope: shop, nowMs }
  const seen = [
    ...clusterListNames.map((name) => lists.whole(name, shop, nowMs)),
    ...clusterListNames.map((name) => lists.since(name, shop, 1, nowMs)),
    lists.cluster(status, shop),
    objectDetail(parts, { kind: 'namespace', namespace: '', name: 'shop' }),
    objectDetail(parts, { kind: 'deployment', namespace: 'shop', name: 'shop-web' }),
    objectDetail(parts, { kind: 'pod', namespace: 'shop', name: 'shop-web-2-b' }),
  ]
  assert.doesNotMatch(JSON.stringify(seen), /bank|disk of node-a/)
  for (const object of [
    { kind: 'node', namespace: '', name: 'node-a' },
    { kind: 'namespace', namespace: '', name: 'bank' },
    { kind: 'pod', namespace: 'bank', name: 'bank-alone' },
    { kind: 'deployment', namespace: 'bank', name: 'bank-web' },
  ]) {
    assert.equal(objectDetail(parts, object), undefined)
    assert.ok(objectDetail({ ...parts, scope: everything }, object))
  }
})

test('lists: what happens in another namespace changes no count of a reader, and is told by no change', () => {
  const model = twoTeams()
  const lists = new ClusterLists(model)
  const versions = clusterListNames.map((name) => lists.whole(name, shop, nowMs).version)
  const before = lists.cluster(status, shop)
  tell(model, 'pods', pod({ metadata: { namespace: 'bank', name: 'bank-new', uid: 'n' }, containers: [running()] }))
  sinkOf(model, 'pods').remove({ namespace: 'bank', name: 'bank-alone', uid: '' })
  tell(model, 'namespaces', { metadata: { name: 'bank-2' } })
  assert.deepEqual(lists.cluster(status, shop), before)
  for (const [i, name] of clusterListNames.entries())
    assert.equal(lists.since(name, shop, versions[i], nowMs + 1000), undefined, name)
  assert.notDeepEqual(lists.cluster(status, everything).pods, before.pods)
})

test('cluster view: sums of nodes are for readers of everything, sums of pods for everyone of what is theirs', () => {
  const lists = new ClusterLists(twoTeams())
  const all = lists.cluster(status, everything)
  assert.deepEqual(all.nodes, { ready: 1, total: 1 })
  assert.deepEqual(all.pods, { ready: 2, total: 4, perNodeLimit: 110 })
  assert.deepEqual(all.capacity, { cpu: 8, memory: 32 * G, pods: 110 })
  assert.deepEqual(all.requested, { cpu: 2, memory: 4 * G })
  assert.deepEqual(all.namespaces, ['bank', 'shop'])
  assert.equal(all.synced, false)
  const own = lists.cluster(status, shop)
  assert.deepEqual([own.nodes, own.capacity, own.allocatable], [{ ready: 0, total: 0 }, {}, {}])
  assert.deepEqual([own.pods, own.namespaces], [{ ready: 1, total: 2, perNodeLimit: 0 }, ['shop']])
  assert.deepEqual(own.requested, { cpu: 1, memory: 2 * G })
})

test('object detail: an object comes with what it is made of, what needs you first', () => {
  const model = twoTeams()
  const parts = { model, totals: new ClusterLists(model).totals, scope: everything, nowMs }
  const detail = (kind: string, namespace: string, name: string) => {
    const found = objectDetail(parts, { kind, namespace, name })
    assert.ok(found)
    const names = (list: readonly { readonly name: string }[]) => list.map((one) => one.name)
    return {
      kind: found.kind,
      pods: names(found.pods),
      workloads: names(found.workloads),
      events: names(found.events),
      containers: names(found.containers),
    }
  }
  assert.deepEqual(detail('Deployment', 'shop', 'shop-web'), {
    kind: 'workload',
    pods: ['shop-web-2-b', 'shop-web-2-a'],
    workloads: ['shop-web-2', 'shop-web-1'],
    events: ['shop-web-2-b'],
    containers: [],
  })
  assert.deepEqual(detail('replicaset', 'shop', 'shop-web-1').pods, [])
  assert.deepEqual(detail('cronjob', 'shop', 'shop-nightly').workloads, ['shop-nightly-1'])
  assert.deepEqual(detail('namespace', '', 'shop'), {
    kind: 'namespace',
    pods: ['shop-web-2-b', 'shop-alone', 'shop-web-2-a'],
    workloads: ['shop-web', 'shop-nightly'],
    events: ['shop-web-2-b'],
    containers: [],
  })
  assert.deepEqual(detail('pod', 'shop', 'shop-web-2-b'), {
    kind: 'pod',
    pods: [],
    workloads: [],
    events: ['shop-web-2-b'],
    containers: ['app'],
  })
  const node = detail('node', '', 'node-a')
  assert.equal(node.pods.length, 6)
  assert.deepEqual(node.events.toSorted(), ['bank-web-2-b', 'node-a', 'shop-web-2-b'])
  for (const kind of ['secret', 'deployment', ''])
    assert.equal(objectDetail(parts, { kind, namespace: 'shop', name: 'x' }), undefined)
})

test('lists: a namespace and its workloads are known without the right to read namespaces', () => {
  const model = new ClusterModel()
  tell(model, 'pods', pod({}))
  const lists = new ClusterLists(model)
  const [namespace] = rows(lists, 'namespaces', shop)
  assert.deepEqual([namespace.name, namespace.pods, (namespace.state as Json).word], ['shop', 1, 'unknown'])
  assert.ok(
    objectDetail(
      { model, totals: lists.totals, scope: shop, nowMs },
      { kind: 'namespace', namespace: '', name: 'shop' },
    ),
  )
})

test('lists: pods of a silent node are lost with it, and found again', () => {
  const model = twoTeams()
  const lists = new ClusterLists(model)
  const words = () => rows(lists, 'pods', shop).map(({ state }) => (state as Json).word)
  assert.deepEqual(words(), ['running', 'crash-loop', 'completed'])
  tell(model, 'nodes', {
    metadata: { name: 'node-a', uid: 'node-a' },
    status: { conditions: [condition('Ready', 'Unknown')] },
  })
  assert.deepEqual(words(), ['node-lost', 'node-lost', 'completed'])
  assert.equal((rows(lists, 'nodes')[0].state as Json).word, 'node-lost')
  sinkOf(model, 'nodes').synced()
  sinkOf(model, 'nodes').remove({ namespace: '', name: 'node-a', uid: 'node-a' })
  assert.deepEqual(words(), ['node-lost', 'node-lost', 'completed'])
  tell(model, 'nodes', { metadata: { name: 'node-a' }, status: { conditions: [condition('Ready')] } })
  assert.deepEqual(words(), ['running', 'crash-loop', 'completed'])
})

test('lists: one that nobody reads is dropped, and a reader who comes back is sent it whole', () => {
  const model = twoTeams()
  const lists = new ClusterLists(model)
  const { version } = lists.whole('pods', everything, nowMs)
  sinkOf(model, 'pods').remove({ namespace: 'shop', name: 'shop-alone', uid: '' })
  lists.tidy(nowMs + 600_000)
  const again = lists.since('pods', everything, version, nowMs + 600_000)
  assert.ok(again && 'rows' in again)
  assert.equal(again.rows.length, 5)
})

const step = fc.oneof(
  fc.record({
    kind: fc.constant('pod' as const),
    i: fc.nat(3),
    restarts: fc.nat(2),
    isWaiting: fc.boolean(),
    node: fc.nat(1),
  }),
  fc.record({ kind: fc.constant('gone' as const), i: fc.nat(3) }),
  fc.record({ kind: fc.constant('node' as const), node: fc.nat(1), isReady: fc.boolean() }),
  fc.record({ kind: fc.constant('event' as const), i: fc.nat(3), count: fc.nat(3) }),
  fc.record({ kind: fc.constant('set' as const), desired: fc.nat(3) }),
  fc.record({ kind: fc.constant('read' as const), readers: fc.subarray([0, 1]) }),
)

function take(
  model: ClusterModel,
  change: Exclude<typeof step extends fc.Arbitrary<infer T> ? T : never, { kind: 'read' }>,
): void {
  const nameOf = (i: number) => ({ namespace: i % 2 === 0 ? 'shop' : 'bank', name: `p${i}`, uid: `p${i}` })
  if (change.kind === 'pod') {
    const container = change.isWaiting ? waiting('ImagePullBackOff') : running({ restartCount: change.restarts })
    const owner = { ownerReferences: [{ kind: 'StatefulSet', name: 's', uid: 's' }] }
    tell(
      model,
      'pods',
      pod({
        metadata: { ...nameOf(change.i), ...owner },
        spec: { nodeName: `n${change.node}` },
        containers: [container],
      }),
    )
  } else if (change.kind === 'gone') {
    sinkOf(model, 'pods').remove(nameOf(change.i))
  } else if (change.kind === 'node') {
    const conditions = [condition('Ready', change.isReady ? 'True' : 'Unknown')]
    tell(model, 'nodes', { metadata: { name: `n${change.node}` }, status: { conditions } })
  } else if (change.kind === 'event') {
    const { namespace, name } = nameOf(change.i)
    tell(model, 'events', {
      metadata: { namespace, name, uid: `e${change.i}` },
      type: 'Warning',
      reason: 'Unhealthy',
      message: 'Readiness probe failed: x',
      count: change.count,
      lastTimestamp: ago(1),
      involvedObject: { kind: 'Pod', namespace, name, fieldPath: 'spec.containers{app}' },
    })
  } else {
    tell(model, 'statefulsets.apps', {
      metadata: { namespace: 'shop', name: 's', uid: 's' },
      spec: { replicas: change.desired },
    })
  }
}

test('lists: replaying the changes of every list gives what a new reader is sent, for every reader', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const model = new ClusterModel()
      const lists = new ClusterLists(model)
      const readers = [everything, shop].map((scope) => ({
        scope,
        held: new Map<string, Map<string, unknown>>(),
        versions: new Map<string, number>(),
      }))
      let atMs = nowMs
      for (const change of steps) {
        atMs += 700
        if (change.kind !== 'read') {
          take(model, change)
          continue
        }
        for (const { scope, held, versions } of change.readers.map((i) => readers[i])) {
          for (const name of clusterListNames) {
            const version = versions.get(name)
            const answer =
              version === undefined ? lists.whole(name, scope, atMs) : lists.since(name, scope, version, atMs)
            const kept = held.get(name) ?? new Map<string, unknown>()
            if (answer && 'rows' in answer) kept.clear()
            for (const key of answer && 'removed' in answer ? answer.removed : []) kept.delete(key)
            for (const row of answer ? ('rows' in answer ? answer.rows : answer.changed) : []) kept.set(row.key, row)
            held.set(name, kept)
            if (answer) versions.set(name, answer.version)
            const fresh = new ClusterLists(model).whole(name, scope, atMs).rows
            assert.deepEqual(
              new Map([...kept].sort(byKey)),
              new Map(fresh.map((row) => [row.key, row] as const).toSorted(byKey)),
            )
          }
        }
      }
    }),
    { numRuns: 60 },
  )
})

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
