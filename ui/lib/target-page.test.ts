import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countSilent, distinctReasons, levelOf, monitorObjects, type MonitorReport } from './monitor-reports.ts'
import {
  countTargets,
  dropsOf,
  factTexts,
  foundObject,
  isUninteresting,
  originOf,
  poolsOf,
  type ActiveTarget,
  type DroppedTarget,
} from './target-page.ts'

const target = (scrapePool: string, health: string) => ({ scrapePool, health }) as ActiveTarget
const active = [
  target('node', 'up'),
  target('kube-etcd', 'down'),
  target('serviceMonitor/shop/payments/0', 'down'),
  target('serviceMonitor/shop/payments/0', 'up'),
  target('coredns', 'unknown'),
]
const optional = ['kube-etcd', 'coredns', 'kubernetes-pods']

test('targets: what is tried by default and does not answer is counted apart', () => {
  assert.deepEqual(countTargets({ active, optional }), { up: 2, all: 4, failing: 1, unreached: 1 })
})

test('targets: what an annotation asks for is no mere try', () => {
  const asked = [target('kubernetes-pods', 'down')]
  assert.deepEqual(countTargets({ active: asked, optional }), { up: 0, all: 1, failing: 1, unreached: 0 })
})

test('targets: pools that fail stand first, then those that could not be reached', () => {
  assert.deepEqual(
    poolsOf({ active, optional }).map(({ name }) => name),
    ['serviceMonitor/shop/payments/0', 'kube-etcd', 'node', 'coredns'],
  )
})

test('targets: the name of a pool tells which object asked for it', () => {
  assert.deepEqual(originOf('podMonitor/data/orders/1'), {
    kind: 'PodMonitor',
    namespace: 'data',
    name: 'orders',
    index: 1,
  })
  for (const job of ['node', 'serviceMonitor/', 'a/b/c/0', 'serviceMonitor/a/b/0/c', 'constructor/a/b'])
    assert.deepEqual(originOf(job), { kind: 'job', namespace: '', name: job, index: 0 })
})

const drop = (pool: string, id: string, facts: DroppedTarget['reason']['facts'], pod = 'p'): DroppedTarget => ({
  pool,
  source: 'kubernetes/0',
  discoveredLabels: { __address__: '10.0.0.1', __meta_kubernetes_namespace: 'shop', __meta_kubernetes_pod_name: pod },
  reason: { id, facts },
})

test('targets: what no annotation asks for is not interesting; a rule of a monitor object is', () => {
  const rule = { rule: 0, action: 'keep' }
  assert.equal(isUninteresting(drop('kubernetes-pods', 'relabelled-away', rule), []), true)
  assert.equal(isUninteresting(drop('kubernetes-service-endpoints-slow', 'relabelled-away', rule), []), true)
  assert.equal(isUninteresting(drop('coredns', 'relabelled-away', rule), ['coredns']), true)
  assert.equal(isUninteresting(drop('kubernetes-pods', 'forbidden-address', {}), []), false)
  assert.equal(isUninteresting(drop('serviceMonitor/a/b/0', 'relabelled-away', rule), []), false)
})

test('targets: equal reasons are told once, whatever each target saw', () => {
  const pools = dropsOf([
    drop('x', 'relabelled-away', { rule: 2, action: 'drop', value: 'a' }),
    drop('x', 'relabelled-away', { value: 'b', action: 'drop', rule: 2 }),
    drop('x', 'no-address', {}),
    drop('y', 'duplicate', { url: 'http://a' }),
  ])
  assert.deepEqual(
    pools.map(({ name, count, groups }) => [
      name,
      count,
      groups.map(({ reason, targets }) => [reason.id, targets.length]),
    ]),
    [
      [
        'x',
        3,
        [
          ['relabelled-away', 2],
          ['no-address', 1],
        ],
      ],
      ['y', 1, [['duplicate', 1]]],
    ],
  )
})

test('targets: a target is named after the object it was found by', () => {
  assert.deepEqual(foundObject(drop('x', 'no-address', {}).discoveredLabels), {
    kind: 'pod',
    namespace: 'shop',
    name: 'p',
  })
  assert.deepEqual(foundObject({ __address__: '10.0.0.1:80' }), { kind: '', namespace: '', name: '10.0.0.1:80' })
})

test('targets: facts become text', () => {
  assert.deepEqual(factTexts({ ports: ['http', 'admin'], rule: 2 }), { ports: 'http, admin', rule: '2' })
})

const report = (name: string, targets: number, ...reasons: [id: string, why?: string][]): MonitorReport => ({
  kind: 'PodMonitor',
  namespace: name.split('/')[0],
  name: name.split('/')[1],
  index: 0,
  pool: '',
  targets,
  dropped: 0,
  reasons: reasons.map(([id, why = '']) => ({ id, facts: { reason: why }, text: id, nearest: [] })),
})

test('monitors: an object without targets comes first, one that waits or is well after it', () => {
  const objects = monitorObjects(
    [
      report('shop/well', 2),
      report('shop/waits', 0, ['not-yet']),
      report('data/silent', 0, ['selector-no-match']),
      report('data/silent', 1),
    ],
    [],
  )
  assert.deepEqual(
    objects.map(({ name, level, targets, endpoints }) => [name, level, targets, endpoints.length]),
    [
      ['silent', 'warn', 1, 2],
      ['waits', 'idle', 0, 1],
      ['well', 'ok', 2, 1],
    ],
  )
  assert.equal(countSilent(objects), 0)
  assert.equal(countSilent(monitorObjects([report('a/b', 0, ['no-such-port'])], [])), 1)
})

test('monitors: what is scraped already by another is well', () => {
  assert.equal(levelOf(report('a/b', 0, ['dropped', 'already-scraped'])), 'ok')
  assert.equal(levelOf(report('a/b', 1, ['dropped', 'relabelled-away'])), 'warn')
  assert.equal(levelOf(report('a/b', 0)), 'idle')
})

test('monitors: the namespaces of the page narrow them', () => {
  assert.equal(monitorObjects([report('a/b', 1), report('c/d', 1)], ['c']).length, 1)
})

test('monitors: a reason is told once, and drops that it explains are not told again', () => {
  const { reasons } = report('a/b', 0, ['secret-forbidden'], ['secret-forbidden'], ['dropped', 'secret-forbidden'])
  assert.deepEqual(
    distinctReasons(reasons, ({ id }) => id).map(({ text }) => text),
    ['secret-forbidden'],
  )
  assert.equal(distinctReasons(report('a/b', 1, ['dropped', 'no-address']).reasons, ({ id }) => id).length, 1)
})
