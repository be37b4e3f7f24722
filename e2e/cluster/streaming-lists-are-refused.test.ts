import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { type Program, until } from '../support/program.ts'
import { answered, clusterPage, patience, podsPage, saidFindings, watch } from '../support/watched.ts'

/** Before 3.5 etcd cannot tell a watch how far it has come, and the API server refuses streaming lists. */
const etcd = process.env.BINNACLE_OLD_ETCD ?? '/usr/bin/etcd'
const missing =
  clusterMissing() ??
  (existsSync(etcd) ? undefined : `an etcd 3.4 is not at ${etcd} (Debian 12: apt-get install etcd-server)`)

let cluster: Cluster
let program: Program

before(async () => {
  if (missing !== undefined) return
  cluster = Cluster.up({ BINNACLE_ETCD: etcd })
  cluster.applyFile('well')
  cluster.applyFile('odd')
  cluster.kubectl('rollout', 'status', '-n', 'shop', 'deployment/web', '--timeout=90s')
  program = await watch(cluster)
})

after(async () => {
  if (missing !== undefined) return
  await program?.[Symbol.asyncDispose]()
  cluster[Symbol.dispose]()
})

test('this API server does refuse streaming lists', { skip: missing }, () => {
  const query =
    'watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=3'
  let answer: string
  try {
    answer = cluster.kubectl('get', '--raw', `/api/v1/namespaces?${query}`)
  } catch (error) {
    answer = String(error)
  }
  assert.match(answer, /"type":"ERROR"|[Ii]nvalid|Forbidden|forbidden/)
})

test('node, workloads and their use are shown all the same', { skip: missing }, async () => {
  const view = await until(60 * patience(), 'the cluster is seen', async () => {
    const now = await clusterPage(program)
    return now.synced && now
  })
  assert.deepEqual([view.nodes.ready, view.reachable], [1, true])
  assert.deepEqual(
    view.notes.filter(({ level }) => level === 'warning'),
    [],
  )
  await answered(program, 60 * patience(), 'rate(container_cpu_usage_seconds_total{container="web"}[1m]) > 0')
  await answered(program, 30 * patience(), 'kube_pod_info{namespace="shop"}')
  await until(60 * patience(), 'what is wrong is said', async () =>
    (await saidFindings(program)).some(
      ({ rule, object }) => rule === 'pod-crash-loop' && object === 'deployment odd/crash',
    ),
  )
})

test('what changes is followed', { skip: missing }, async () => {
  cluster.kubectl('delete', 'pod', 'exporter', '-n', 'shop')
  cluster.kubectl('run', 'newcomer', '-n', 'shop', '--image=busybox:test', '--image-pull-policy=Never')
  await until(30 * patience(), 'the pods are right', async () => {
    const shown = (await podsPage(program)).map(({ namespace, name }) => `${namespace}/${name}`).sort()
    const real = (cluster.get('pods', '-A').items ?? []).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
    assert.deepEqual(shown, real.sort())
    assert.ok(shown.includes('shop/newcomer') && !shown.includes('shop/exporter'))
    return true
  })
})
