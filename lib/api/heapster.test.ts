import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Labels } from '#lib/model'
import { Engine, MemoryStorage } from '#lib/promql'
import { everything, onlyNamespaces, type Scope } from '#lib/storage'
import { answerHeapster, type HeapsterRequest } from './heapster.ts'
import { ReadApi } from './read-api.ts'

const NOW = Date.parse('2026-01-02T03:04:30Z')

const storage = new MemoryStorage()
const node = { node: 'a', id: '/' }
const web = { namespace: 'shop', pod: 'web', container: 'main', node: 'a', id: '/kubepods/web/main' }
add('container_memory_working_set_bytes', node, () => 5e9)
add('container_memory_working_set_bytes', web, () => 1000)
add('container_memory_working_set_bytes', { ...web, container: 'proxy', id: '/kubepods/web/proxy' }, () => 500)
add('container_memory_working_set_bytes', { node: 'a', id: '/system.slice/kubelet.service' }, () => 77)
add('container_cpu_usage_seconds_total', web, (i) => i * 15)
add('kube_node_status_allocatable', { node: 'a', resource: 'memory' }, () => 1e10)

const api = new ReadApi(new Engine({ lookbackMs: 300_000, maxSamples: 1e6, timeoutMs: 10_000 }), {
  querier: () => storage.querier(),
  metadata: () => new Map(),
})

function add(name: string, labels: Record<string, string>, value: (i: number) => number): void {
  for (let i = 0; i <= 60; i++)
    storage.add(Labels.from({ __name__: name, ...labels }), NOW - (60 - i) * 30_000, value(i))
}

async function get(path: string, more: Partial<HeapsterRequest> = {}, scope: Scope = everything): Promise<unknown> {
  const text = await answerHeapster({ path, scope, nowMs: NOW, ...more }, (request) =>
    api.answer(request, { reason: () => undefined }),
  )
  return text === undefined ? undefined : (JSON.parse(text) as unknown)
}

test('heapster: lists name what has current metrics', async () => {
  assert.deepEqual(await get('nodes/'), ['a'])
  assert.deepEqual(await get('namespaces'), ['shop'])
  assert.deepEqual(await get('namespaces/shop/pods/'), ['web'])
  assert.deepEqual(await get('namespaces/shop/pods/web/containers'), ['main', 'proxy'])
  assert.deepEqual(await get('nodes/a/freecontainers/'), ['kubelet'])
  assert.deepEqual(await get('debug/allkeys'), [
    'cluster',
    'namespace:shop',
    'namespace:shop/pod:web',
    'namespace:shop/pod:web/container:main',
    'namespace:shop/pod:web/container:proxy',
    'node:a',
    'node:a/container:kubelet',
  ])
})

test('heapster: a pod is the sum of its containers, in whole minutes of the last 140 seconds', async () => {
  assert.deepEqual(await get('namespaces/shop/pods/web/metrics/memory/working_set'), {
    metrics: [
      { timestamp: '2026-01-02T03:03:00Z', value: 1500 },
      { timestamp: '2026-01-02T03:04:00Z', value: 1500 },
    ],
    latestTimestamp: '2026-01-02T03:04:00Z',
  })
})

test('heapster: CPU is in millicores, under its alias too; its points are kept for 15 minutes', async () => {
  const answer = (await get('namespaces/shop/pod-list/web,none/metrics/cpu-usage')) as {
    items: { metrics: { value: number }[] }[]
  }
  assert.equal(answer.items[0].metrics.length, 15)
  assert.equal(answer.items[0].metrics[3].value, 500)
  assert.deepEqual(answer.items[1].metrics, [])
})

test('heapster: a share is a fraction in floatValue', async () => {
  const answer = (await get('nodes/a/metrics/memory/node_utilization')) as { metrics: object[] }
  assert.deepEqual(answer.metrics[0], { timestamp: '2026-01-02T03:03:00Z', value: 0, floatValue: 0.5 })
})

test('heapster: what is unknown is empty, a time that is none is refused, another path is not there', async () => {
  const empty = { metrics: [], latestTimestamp: '0001-01-01T00:00:00Z' }
  assert.deepEqual(await get('nodes/none/metrics/memory/usage'), empty)
  assert.deepEqual(await get('nodes/a/metrics/nothing/like/it'), empty)
  await assert.rejects(get('nodes/a/metrics/memory/usage', { start: 'yesterday' }), { code: 'bad_data' })
  await assert.rejects(get('nodes/a/metrics/filesystem/usage', { labels: 'resource_id' }), { code: 'bad_data' })
  for (const path of ['', 'nothing', 'nodes/a', 'nodes/a/b/c/d/metrics/x', 'debug'])
    assert.equal(await get(path), undefined, path)
})

test('heapster: a name is never read as PromQL or as a pattern', async () => {
  for (const name of ['"} or up{x="', 'a"', '.*', '%5C', '%00'])
    assert.deepEqual(await get(`namespaces/${encodeURIComponent(name)}/pods`), [], name)
  assert.deepEqual(await get('nodes/a/freecontainers/.*/metrics/memory/working_set'), {
    metrics: [],
    latestTimestamp: '0001-01-01T00:00:00Z',
  })
})

test('heapster: a reader of one namespace sees no other', async () => {
  assert.deepEqual(await get('namespaces', {}, onlyNamespaces(['other'])), [])
  assert.deepEqual(await get('nodes', {}, onlyNamespaces(['shop'])), [])
})
