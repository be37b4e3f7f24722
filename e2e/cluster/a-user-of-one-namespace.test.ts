import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { type Program, sleep, until } from '../support/program.ts'
import { answered, clusterPage, patience, podsPage, saidFindings, watch, workloadsPage } from '../support/watched.ts'

const missing = clusterMissing()

let cluster: Cluster
let program: Program

before(async () => {
  if (missing !== undefined) return
  cluster = Cluster.up()
  cluster.applyFile('well')
  cluster.applyFile('odd')
  cluster.kubectl('rollout', 'status', '-n', 'shop', 'deployment/web', '--timeout=90s')
  // Not all pods: the one of the Job ends, and is never ready again.
  for (const workload of ['deployment/web', 'statefulset/db', 'daemonset/tail'])
    cluster.kubectl('rollout', 'status', '-n', 'shop', workload, '--timeout=90s')
  const kubeconfig = cluster.user('dev')
  writeFileSync(kubeconfig, readFileSync(kubeconfig, 'utf8').replace('user: dev}}', 'user: dev, namespace: shop}}'))
  cluster.kubectl('create', 'rolebinding', 'dev', '-n', 'shop', '--clusterrole=view', '--user=dev')
  program = await watch(cluster, { args: [`--kube.config=${kubeconfig}`] })
  await until(60 * patience(), 'its namespace is seen', async () => (await podsPage(program)).length >= 6)
  await answered(program, 60 * patience(), 'kube_pod_info{namespace="shop"}')
})

after(async () => {
  if (missing !== undefined) return
  await program?.[Symbol.asyncDispose]()
  cluster[Symbol.dispose]()
})

test('the workloads of the namespace are shown', { skip: missing }, async () => {
  const workloads = (await workloadsPage(program)).filter(({ owner }) => owner === undefined)
  const names = new Set(workloads.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`))
  for (const wanted of ['Deployment shop/web', 'StatefulSet shop/db', 'DaemonSet shop/tail', 'CronJob shop/report'])
    assert.ok(names.has(wanted), `${wanted} among ${[...names].join(', ')}`)
  const web = workloads.find(({ name }) => name === 'web')
  assert.deepEqual([web?.desired, web?.ready], [3, 3])
})

test('what is missing is said, with the right that would give it', { skip: missing }, async (t) => {
  const { notes, reachable, synced } = await clusterPage(program)
  for (const { subject, text, remedy } of notes) t.diagnostic(`${subject}: ${text} ${remedy}`)
  assert.deepEqual([reachable, synced], [true, true])
  const said = notes.map(({ subject, text, remedy }) => `${subject}: ${text} ${remedy}`).join('\n')
  assert.match(said, /list pods/)
  assert.match(said, /list and watch on nodes/)
  assert.match(said, /nodes\/proxy|metrics\.k8s\.io/)
})

test('nothing of other namespaces is there', { skip: missing }, async () => {
  const rows = [...(await podsPage(program)), ...(await workloadsPage(program))]
  assert.deepEqual([...new Set(rows.map(({ namespace }) => namespace))], ['shop'])
  const strange = await program.query(
    'count by (__name__, job, namespace) ({namespace!="",namespace!="shop",namespace!="default"})',
  )
  assert.deepEqual(
    strange.map(({ metric }) => metric),
    [],
  )
  const state = await program.query(
    'count by (__name__, namespace) ({job="kube-state-metrics",namespace!="shop",__name__=~"kube_.*"})',
  )
  assert.deepEqual(
    state.map(({ metric }) => metric),
    [],
  )
})

test('missing rights are no trouble of the cluster', { skip: missing }, async () => {
  await sleep(30_000)
  const found = (await saidFindings(program)).filter(({ object }) => !object.startsWith('machine'))
  assert.deepEqual(
    found.filter(({ severity }) => severity === 'critical'),
    [],
  )
})
