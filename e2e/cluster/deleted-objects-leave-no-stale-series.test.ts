import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { type Program, until } from '../support/program.ts'
import { answered, clusterPage, patience, podsPage, saidFindings, watch, workloadsPage } from '../support/watched.ts'

const missing = clusterMissing()
/** Two of the longest intervals, through the API server, and what the kubelet itself needs to forget a container. */
const WITHIN_S = 45

let cluster: Cluster
let program: Program

before(async () => {
  if (missing !== undefined) return
  cluster = Cluster.up()
  cluster.applyFile('well')
  cluster.kubectl('rollout', 'status', '-n', 'shop', 'statefulset/db', '--timeout=90s')
  cluster.kubectl('wait', '-n', 'shop', '--for=condition=Ready', 'pod/exporter', '--timeout=90s')
  program = await watch(cluster)
  for (const expr of [
    'container_memory_working_set_bytes{pod="exporter",container="exporter"}',
    'shop_orders_total',
    'kube_pod_info{pod="exporter"}',
  ])
    await answered(program, 60 * patience(), expr)
})

after(async () => {
  if (missing !== undefined) return
  await program?.[Symbol.asyncDispose]()
  cluster[Symbol.dispose]()
})

test('a pod that is deleted leaves no series alive and no row', { skip: missing }, async (t) => {
  cluster.kubectl('delete', 'pod', 'exporter', '-n', 'shop', '--wait=true')
  await gone(t, '{pod="exporter"}')
  await gone(t, '{exported_pod="exporter"}')
  assert.ok((await podsPage(program)).every(({ name }) => name !== 'exporter'))
  assert.ok((await alive('{namespace="shop",pod=~"db-0"}')).length > 0, 'other pods are still there')
})

test('a namespace that is deleted leaves no series alive and no row', { skip: missing }, async (t) => {
  cluster.kubectl('delete', 'namespace', 'shop', '--wait=true', '--timeout=120s')
  await gone(t, '{namespace="shop"}')
  await gone(t, '{exported_namespace="shop"}')
  const pods = await podsPage(program)
  const workloads = await workloadsPage(program)
  assert.deepEqual(
    [...pods, ...workloads].filter(({ namespace }) => namespace === 'shop'),
    [],
  )
  assert.ok(!(await clusterPage(program)).namespaces.includes('shop'))
  assert.deepEqual(
    (await saidFindings(program)).filter(({ object }) => object.includes('shop')),
    [],
  )
})

async function alive(selector: string): Promise<string[]> {
  const found = await program.query(`count by (__name__, job, metrics_path) (${selector})`)
  return found.map(
    ({ metric, value }) => `${metric.__name__} of ${metric.job} ${metric.metrics_path ?? ''} ${value[1]}`,
  )
}

async function gone(t: { diagnostic(text: string): void }, selector: string): Promise<void> {
  const startedMs = Date.now()
  await until(WITHIN_S * patience(), `${selector} is gone`, async () => {
    const left = await alive(selector)
    if (left.length > 0) throw new Error(left.slice(0, 20).join(', '))
    return true
  })
  t.diagnostic(`${selector}: no series is alive after ${((Date.now() - startedMs) / 1000).toFixed(0)} s`)
}
