import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseExpr } from '#lib/promql'
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
