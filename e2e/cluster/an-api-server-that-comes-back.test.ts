import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { type Program, sleep, until } from '../support/program.ts'
import { answered, clusterPage, patience, podsPage, saidFindings, watch, workloadsPage } from '../support/watched.ts'

const missing = clusterMissing()

let cluster: Cluster
let program: Program

const newcomer = (name: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop }
spec:
  terminationGracePeriodSeconds: 0
  containers: [{ name: main, image: 'busybox:test', imagePullPolicy: Never, command: [sleep, '100000'] }]
`

before(async () => {
  if (missing !== undefined) return
  cluster = Cluster.up()
  cluster.applyFile('well')
  cluster.kubectl('rollout', 'status', '-n', 'shop', 'deployment/web', '--timeout=90s')
  program = await watch(cluster)
  await answered(program, 60 * patience(), 'kube_pod_info{pod="exporter"}')
})

after(async () => {
  if (missing !== undefined) return
  await program?.[Symbol.asyncDispose]()
  cluster[Symbol.dispose]()
})

test('an API server that is killed is a visible gap, and all resumes when it is back', { skip: missing }, async (t) => {
  const killedMs = Date.now()
  cluster.kill('kube-apiserver')
  const view = await until(30 * patience(), 'the gap is visible', async () => {
    const now = await clusterPage(program)
    return !now.reachable && now
  })
  t.diagnostic(`unreachable: ${view.unreachableWhy}`)
  assert.ok(view.unreachableSinceMs >= killedMs - 2000, 'since when is known')
  assert.ok(view.nodes.total === 1 && view.pods.total > 0, 'what was known stays')
  const finding = await until(10 * patience(), 'it is said on Home', async () =>
    (await saidFindings(program)).find(({ rule }) => rule === 'api-unreachable'),
  )
  t.diagnostic(finding.text)
  await sleep(5000)
  cluster.start('kube-apiserver')
  await back(t)
  await until(30, 'kubectl works', async () => cluster.kubectl('get', '--raw', '/readyz') === 'ok')
  cluster.apply(newcomer('after-the-crash'))
  await sees('after-the-crash')
})

test(
  'what changed while watches were cut and history was compacted is right afterwards',
  { skip: missing },
  async (t) => {
    {
      using _closed = cluster.closed(6443)
      const closedMs = Date.now()
      await until(60 * patience(), 'the gap is visible', async () => !(await clusterPage(program)).reachable)
      t.diagnostic(`a closed way is visible after ${((Date.now() - closedMs) / 1000).toFixed(0)} s`)
      cluster.kubectlOnNode('delete', 'pod', 'exporter', '-n', 'shop', '--wait=true')
      cluster.kubectlOnNode('delete', 'statefulset', 'db', '-n', 'shop')
      cluster.kubectlOnNode('scale', '-n', 'shop', 'deployment/web', '--replicas=1')
      cluster.kubectlOnNode('run', 'meanwhile', '-n', 'shop', '--image=busybox:test', '--image-pull-policy=Never')
      await sleep(3000)
      cluster.compact()
    }
    await back(t)
    await sees('meanwhile')
    await until(30 * patience(), 'nothing stale is left', async () => {
      const shown = (await podsPage(program)).map(({ namespace, name }) => `${namespace}/${name}`).sort()
      const real = (cluster.get('pods', '-A').items ?? []).map(
        ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
      )
      assert.deepEqual(shown, real.sort())
      const workloads = (await workloadsPage(program)).filter(({ owner }) => owner === undefined)
      assert.ok(workloads.every(({ name }) => name !== 'db'))
      assert.equal(workloads.find(({ name }) => name === 'web')?.desired, 1)
      const series = await program.query(
        'kube_pod_info{namespace="shop",pod=~"exporter|db-0"} or kube_statefulset_replicas',
      )
      assert.deepEqual(series, [])
      return true
    })
    const [web] = await program.query('kube_deployment_spec_replicas{deployment="web"}')
    assert.equal(web.value[1], '1')
  },
)

test('nothing crashed', { skip: missing }, () => {
  assert.equal(program.child.exitCode, null)
  assert.doesNotMatch(program.log, /"level":(50|60)|unhandled|bug:/i)
})

async function back(t: { diagnostic(text: string): void }): Promise<void> {
  const startedMs = Date.now()
  await until(60 * patience(), 'the API server is seen again', async () => (await clusterPage(program)).reachable)
  await until(30 * patience(), 'Home no longer says otherwise', async () =>
    (await saidFindings(program)).every(({ rule }) => rule !== 'api-unreachable'),
  )
  t.diagnostic(`seen again after ${((Date.now() - startedMs) / 1000).toFixed(0)} s`)
}

async function sees(pod: string): Promise<void> {
  await until(30 * patience(), `${pod} is listed`, async () =>
    (await podsPage(program)).some(({ name }) => name === pod),
  )
  await answered(program, 30 * patience(), `kube_pod_info{pod="${pod}"}`)
}
