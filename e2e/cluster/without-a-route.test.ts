import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { type Program } from '../support/program.ts'
import { answered, clusterPage, patience, saidFindings, watch } from '../support/watched.ts'

const missing = clusterMissing()

let cluster: Cluster
let program: Program
let closed: DisposableStack

before(async () => {
  if (missing !== undefined) return
  cluster = Cluster.up()
  cluster.applyFile('well')
  cluster.kubectl('wait', '-n', 'shop', '--for=condition=Ready', 'pod/exporter', 'pod/db-0', '--timeout=90s')
  closed = new DisposableStack()
  closed.use(cluster.closed(10250))
  closed.use(cluster.withoutPods())
  program = await watch(cluster)
})

after(async () => {
  if (missing !== undefined) return
  closed?.dispose()
  await program?.[Symbol.asyncDispose]()
  cluster[Symbol.dispose]()
})

test('use is shown though no kubelet can be reached', { skip: missing }, async () => {
  for (const expr of [
    'rate(container_cpu_usage_seconds_total{namespace="shop",container="web"}[1m]) > 0',
    'container_memory_working_set_bytes{namespace="shop",container="db"}',
    'kubelet_running_pods{node="node1"}',
  ])
    await answered(program, 90 * patience(), expr)
})

test('pods are scraped though none can be reached', { skip: missing }, async () => {
  const [{ metric }] = await answered(program, 90 * patience(), 'shop_orders_total')
  assert.deepEqual([metric.namespace, metric.pod], ['shop', 'exporter'])
})

test('it says which way it took', { skip: missing }, async (t) => {
  const { notes } = await clusterPage(program)
  for (const { level, subject, text } of notes) t.diagnostic(`${level} ${subject}: ${text}`)
  for (const subject of ['kubelets', 'pods'])
    assert.match(notes.find((note) => note.subject === subject)?.text ?? '', /through the API server/)
  const { text } = await program.get('/api/v1/targets?state=active')
  const urls = [...text.matchAll(/"scrapeUrl":"([^"]+)"/g)].map(([, url]) => url)
  assert.ok(
    urls.some((url) => url.startsWith('/api/v1/nodes/node1/proxy/metrics')),
    urls.join(' '),
  )
  assert.ok(
    urls.some((url) => url.startsWith('/api/v1/namespaces/shop/pods/exporter:8080/proxy/metrics')),
    urls.join(' '),
  )
})

test('a way that is closed is no trouble', { skip: missing }, async () => {
  const found = (await saidFindings(program)).filter(({ object }) => !object.startsWith('machine'))
  assert.deepEqual(found, [])
})
