import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Engine, MemoryStorage, parseExpr } from '#lib/promql'
import { Labels } from '#lib/model'
import { everything } from '#lib/storage'
import { nodeQueries, NOW, podPattern, restartQueries, usageQueries, type ClusterScope } from './cluster-queries.ts'

const SCOPES: ClusterScope[] = [
  {},
  { namespaces: ['shop'] },
  { namespaces: ['shop', 'data.x'] },
  { namespaces: ['shop'], pod: 'web-1', container: 'a"b' },
  { node: 'node-a', pods: podPattern('Deployment', 'web') },
]

test('cluster-queries: every expression is one that PromQL accepts', () => {
  for (const scope of SCOPES)
    for (const expression of [
      usageQueries.cpu('namespace, pod', scope, '60s'),
      usageQueries.cpu('namespace, pod', scope, NOW),
      usageQueries.memory('namespace, pod, container', scope),
      usageQueries.throttled('container', scope, '60s'),
      usageQueries.received('pod', scope, '60s'),
      usageQueries.sent('node', scope, '60s'),
      restartQueries.count(scope),
      restartQueries.outOfMemory(scope),
      nodeQueries.cpu('60s', scope.node),
      nodeQueries.memory(scope.node),
    ])
      assert.doesNotThrow(() => parseExpr(expression), expression)
})

test('cluster-queries: containers alone are summed, and metrics.k8s.io stands in where no kubelet is read', () => {
  assert.equal(
    usageQueries.cpu('namespace, pod', { namespaces: ['shop'] }, '60s'),
    'sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{container!="",container!="POD",namespace!="",namespace="shop"}[60s])' +
      ' and container_cpu_usage_seconds_total{container!="",container!="POD",namespace!="",namespace="shop"})' +
      ' or sum by (namespace, pod) (metrics_api_container_cpu_cores{namespace="shop"})',
  )
  assert.equal(
    nodeQueries.memory(),
    'sum by (node) (container_memory_working_set_bytes{id="/"}) or sum by (node) (metrics_api_node_memory_working_set_bytes)',
  )
})

test('cluster-queries: a figure of now comes from the two newest samples', () => {
  assert.match(
    usageQueries.cpu('pod', {}, NOW),
    /^sum by \(pod\) \(irate\(container_cpu_usage_seconds_total\{.*\}\[5m\]\) and container_cpu.*\) or/,
  )
  assert.match(nodeQueries.cpu(NOW), /irate\(container_cpu_usage_seconds_total\{id="\/"\}\[5m\]\) and container/)
  assert.doesNotMatch(usageQueries.throttled('pod', {}, NOW), /irate|\[now\]/)
})

test('cluster-queries: a young container that was measured once is told by its mean, any other by its newest samples', async () => {
  const storage = new MemoryStorage()
  const add = (name: string, pod: string, atSeconds: number, value: number) => {
    const cpu = name === 'container_cpu_usage_seconds_total' ? { cpu: 'total' } : {}
    const labels = { __name__: name, container: 'app', namespace: 'shop', pod, ...cpu }
    storage.add(Labels.from(Object.entries(labels)), atSeconds * 1000, value)
  }
  for (const [pod, began] of [
    ['once', 1000],
    ['twice', 1000],
    ['old', 10],
  ] as const) {
    add('container_start_time_seconds', pod, 1100, began)
    if (pod === 'twice') add('container_cpu_usage_seconds_total', pod, 1090, 20)
    add('container_cpu_usage_seconds_total', pod, 1100, 25)
  }
  using querier = storage.querier()
  const expr = usageQueries.cpu('pod', {}, NOW)
  const request = { expr, startMs: 1_110_000, endMs: 1_110_000, stepMs: 1, scope: everything }
  const { series } = await new Engine().query(querier, request)
  const use = Object.fromEntries(series.map(({ labels, values }) => [labels.get('pod'), values[0]]))
  assert.deepEqual(use, { once: 0.25, twice: 0.5 })
})

test('cluster-queries: several namespaces are one pattern, with nothing in a name taken for a sign', () => {
  assert.match(usageQueries.memory('pod', { namespaces: ['a', 'b.c'] }), /namespace=~"a\|b\\\\\.c"/)
})

const PATTERNS: [kind: string, name: string, pod: string, fits: boolean][] = [
  ['Deployment', 'web', 'web-6f4b9c7d58-2xjvc', true],
  ['Deployment', 'web', 'web-api-6f4b9c7d58-2xjvc', false],
  ['Deployment', 'web', 'web-0', false],
  ['ReplicaSet', 'web-6f4b9c7d58', 'web-6f4b9c7d58-2xjvc', true],
  ['StatefulSet', 'db', 'db-12', true],
  ['StatefulSet', 'db', 'db-12-x', false],
  ['DaemonSet', 'agent', 'agent-x2x8p', true],
  ['Job', 'load', 'load-abcde', true],
  ['Job', 'load', 'load-3-abcde', true],
  ['CronJob', 'report', 'report-29395500-kq2md', true],
  ['DaemonSet', 'a.b', 'axb-x2x8p', false],
]

test('cluster-queries: the pods of a workload are known by how its controller names them', () => {
  for (const [kind, name, pod, fits] of PATTERNS)
    assert.equal(new RegExp(`^(?:${podPattern(kind, name)})$`).test(pod), fits, `${kind} ${name}: ${pod}`)
})
