import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { documentedObjects } from '../support/documented.ts'
import { Reader, root, sleep, until } from '../support/program.ts'
import { answered, clusterPage, patience, podsPage, saidFindings } from '../support/watched.ts'

const missing = clusterMissing()

let cluster: Cluster
let program: Reader

/** The release in a container whose libraries are this machine's; its account's files are those that the test writes. */
const pod = () => `
apiVersion: v1
kind: Pod
metadata: { name: binnacle, namespace: binnacle }
spec:
  serviceAccountName: binnacle
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 0
  containers:
    - name: binnacle
      image: busybox:test
      imagePullPolicy: Never
      command: [/node, /release/binnacle.js, up, '--web.listen-address=0.0.0.0:9090', '--web.auth=none', '--storage.tsdb.path=/data']
      volumeMounts:
        - { name: usr, mountPath: /usr, readOnly: true }
        - { name: lib, mountPath: /lib, readOnly: true }
        - { name: lib64, mountPath: /lib64, readOnly: true }
        - { name: node, mountPath: /node, readOnly: true }
        - { name: release, mountPath: /release, readOnly: true }
        - { name: account, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true }
        - { name: data, mountPath: /data }
  volumes:
    - { name: usr, hostPath: { path: /usr } }
    - { name: lib, hostPath: { path: /usr/lib } }
    - { name: lib64, hostPath: { path: /usr/lib64 } }
    - { name: node, hostPath: { path: ${process.execPath} } }
    - { name: release, hostPath: { path: ${join(root, 'dist/release')} } }
    - { name: account, hostPath: { path: ${cluster.file('account')} } }
    - { name: data, hostPath: { path: ${cluster.file('data')} } }
`

before(async () => {
  if (missing !== undefined) return
  cluster = Cluster.up()
  cluster.applyFile('well')
  const [role] = documentedObjects('kubernetes.md')
  cluster.apply(role)
  for (const folder of ['account', 'data']) mkdirSync(cluster.file(folder))
  copyFileSync(cluster.file('pki/ca.crt'), cluster.file('account/ca.crt'))
  writeFileSync(cluster.file('account/namespace'), 'binnacle')
  renewToken()
  cluster.apply(pod())
  cluster.kubectl('wait', '-n', 'binnacle', '--for=condition=Ready', 'pod/binnacle', '--timeout=60s')
  const { podIP } = cluster.get('pod', 'binnacle', '-n', 'binnacle').status as { podIP: string }
  program = new Reader(`http://${podIP}:9090`)
  await until(90 * patience(), 'it has seen the cluster', async () => (await clusterPage(program)).synced)
})

after(() => {
  if (missing === undefined) cluster[Symbol.dispose]()
})

test('a service account finds its cluster', { skip: missing }, async () => {
  const view = await clusterPage(program)
  assert.deepEqual(
    [view.present, view.source, view.user, view.reachable, view.nodes.ready],
    [true, 'pod', 'system:serviceaccount:binnacle:binnacle', true, 1],
  )
})

test(
  'kubelets are read directly, their certificates are pinned, and nothing answers 401 or 403',
  { skip: missing },
  async (t) => {
    for (const job of ['kubelet', 'apiserver', 'kube-scheduler', 'kube-controller-manager'])
      await answered(program, 90 * patience(), `up{job="${job}"} == 1`)
    await answered(program, 60 * patience(), 'container_memory_working_set_bytes{container="web"}')
    await answered(
      program,
      30 * patience(),
      'scheduler_scheduling_attempt_duration_seconds_bucket{job="kube-scheduler"}',
    )
    const targets = await activeTargets()
    for (const { scrapePool, scrapeUrl, lastError } of targets) {
      t.diagnostic(`${scrapePool}: ${scrapeUrl} ${lastError}`)
      assert.doesNotMatch(lastError, /\b40[13]\b/, scrapePool)
      if (scrapePool.startsWith('kubelet')) assert.match(scrapeUrl, /^https:\/\/[\d.]+:10250\//)
    }
    const pins = readFileSync(cluster.file('data/kubelet-pins.json'), 'utf8')
    assert.match(pins, /node1/)
  },
)

test('with the documented role nothing is missing but secrets, which it leaves out', { skip: missing }, async (t) => {
  const { notes } = await clusterPage(program)
  for (const { subject, level, text } of notes) t.diagnostic(`${level} ${subject}: ${text}`)
  assert.deepEqual(
    notes.filter(({ level, subject }) => level === 'warning' && subject !== 'secrets').map(({ text }) => text),
    [],
  )
  assert.deepEqual(await program.query('kube_secret_info'), [])
  assert.ok((await program.query('kube_configmap_info')).length > 0)
  assert.ok((await program.query('kube_lease_owner')).length > 0)
})

test('a token that is replaced in its file is used; the old one is refused by then', { skip: missing }, async () => {
  cluster.kubectl('delete', 'serviceaccount', 'binnacle', '-n', 'binnacle')
  cluster.kubectl('create', 'serviceaccount', 'binnacle', '-n', 'binnacle')
  renewToken()
  // Whoever kept a connection from before must show a token now.
  cluster.kill('kube-apiserver')
  cluster.start('kube-apiserver')
  await until(
    60 * patience(),
    'the API server is back',
    async () => cluster.kubectl('get', '--raw', '/readyz') === 'ok',
  )
  await sleep(30_000)
  cluster.kubectl('run', 'after-the-token', '-n', 'shop', '--image=busybox:test', '--image-pull-policy=Never')
  await until(90 * patience(), 'it goes on', async () => {
    assert.ok((await podsPage(program)).some(({ name }) => name === 'after-the-token'))
    const down = (await activeTargets()).filter(
      ({ scrapePool, health }) => /kubelet|apiserver/.test(scrapePool) && health !== 'up',
    )
    assert.deepEqual(
      down.map(({ scrapePool, lastError }) => `${scrapePool}: ${lastError}`),
      [],
    )
    assert.ok((await saidFindings(program)).every(({ rule }) => rule !== 'login-expired'))
    return true
  })
})

test('a kubelet that answers 403 is named with the missing right', { skip: missing }, async (t) => {
  const role = documentedObjects('kubernetes.md')[0]
  cluster.apply(role.replace('resources: [nodes/metrics]', 'resources: [nodes/nothing]'))
  t.diagnostic(await refusal(/403.*nodes\/metrics|nodes\/metrics.*403/s))
  cluster.apply(role)
  await recovered()
})

test('a kubelet that shows another certificate is refused and named', { skip: missing }, async (t) => {
  cluster.stop('kubelet')
  for (const file of ['kubelet.crt', 'kubelet.key']) rmSync(cluster.file(`kubelet/pki/${file}`))
  cluster.start('kubelet')
  await until(60, 'it has a new certificate', async () => existsSync(cluster.file('kubelet/pki/kubelet.crt')))
  t.diagnostic(await refusal(/certificate/))
})

function renewToken(): void {
  writeFileSync(cluster.file('account/token'), cluster.kubectl('create', 'token', 'binnacle', '-n', 'binnacle').trim())
}

async function refusal(says: RegExp): Promise<string> {
  const found = await until(120 * patience(), 'the kubelet is named', async () => {
    const all = await saidFindings(program)
    const one = all.find(({ rule, text }) => rule === 'kubelet-refuses' && says.test(text))
    if (one === undefined) throw new Error(all.map(({ rule, text }) => `${rule}: ${text}`).join('; '))
    return one
  })
  return found.text
}

async function recovered(): Promise<void> {
  await until(90 * patience(), 'the kubelet is no longer named', async () =>
    (await saidFindings(program)).every(({ rule }) => rule !== 'kubelet-refuses'),
  )
}

interface Target {
  readonly scrapePool: string
  readonly scrapeUrl: string
  readonly lastError: string
  readonly health: string
}

async function activeTargets(): Promise<Target[]> {
  const { text } = await program.get('/api/v1/targets?state=active')
  return (JSON.parse(text) as { data: { activeTargets: Target[] } }).data.activeTargets
}
