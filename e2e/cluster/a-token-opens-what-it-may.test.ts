import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { needs } from '../../app/server/route-needs.ts'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { freePort, root, sleep, temporaryFolder, until } from '../support/program.ts'
import { askSecurely, type SecureAnswer } from '../support/secured.ts'
import { patience } from '../support/watched.ts'

const missing = clusterMissing()

/** Someone of each kind, with what they may do. */
const people = `
apiVersion: v1
kind: Namespace
metadata: { name: bank }
---
apiVersion: v1
kind: Pod
metadata: { name: vault-7, namespace: bank, labels: { app: vault-7 } }
spec:
  terminationGracePeriodSeconds: 0
  containers: [{ name: vault-7, image: busybox:test, imagePullPolicy: Never, command: [sleep, '100000'] }]
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: admin, namespace: default }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: test-admin }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, name: admin, namespace: default }]
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: viewer, namespace: shop }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: viewer, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: viewer, namespace: shop }]
`

interface Address {
  readonly path?: string
  readonly method?: string
  readonly viewer?: number
  readonly admin?: number
}

/** An address for each route, and what it answers to a reader of one namespace (200 where nothing is said). */
const asked: Readonly<Record<string, Address>> = {
  '/-/healthy': {},
  '/-/ready': {},
  '/': {},
  '/*': { path: '/pods' },
  '/assets/*': { path: '/assets/none.js', viewer: 404, admin: 404 },
  '/api/ui/v1/session': {},
  '/api/v1/query': { path: '/api/v1/query?query={__name__=~".%2B"}' },
  '/api/v1/query_range': { path: '/api/v1/query_range?query=kube_pod_info&start=NOW-60&end=NOW&step=15' },
  '/api/v1/query_explain': { path: '/api/v1/query_explain?query={__name__=~".%2B"}' },
  '/api/v1/format_query': { path: '/api/v1/format_query?query=up' },
  '/api/v1/parse_query': { path: '/api/v1/parse_query?query=up' },
  '/api/v1/series': { path: '/api/v1/series?match[]={__name__=~".%2B"}' },
  '/api/v1/labels': {},
  '/api/v1/label/:name/values': { path: '/api/v1/label/pod/values' },
  '/api/v1/metadata': {},
  '/api/v1/model/*': { path: '/api/v1/model/namespaces/' },
  '/api/v1/status/tsdb': {},
  '/api/v1/targets': {},
  '/api/v1/status/buildinfo': {},
  '/api/v1/status/runtimeinfo': { viewer: 403 },
  '/api/v1/status/config': { viewer: 403 },
  '/api/v1/status/flags': { viewer: 403 },
  '/api/v1/scrape_pools': { viewer: 403 },
  '/api/v1/status/tsdb/blocks': { viewer: 403 },
  // The administrator may, and the flag is not given.
  '/api/v1/admin/tsdb/delete_series': { method: 'POST', viewer: 403, admin: 503 },
  '/api/v1/admin/tsdb/clean_tombstones': { method: 'POST', viewer: 403, admin: 503 },
  '/api/v1/admin/tsdb/snapshot': { method: 'POST', viewer: 403, admin: 503 },
  '/metrics': { viewer: 403 },
  '/metrics/cadvisor': { viewer: 403 },
  '/api/ui/v1/live': { viewer: 404, admin: 404 },
  '/api/ui/v1/about': {},
  '/api/ui/v1/containers': {},
  '/api/ui/v1/verdict': {},
  '/api/ui/v1/findings': {},
  '/api/ui/v1/targets': {},
  '/api/ui/v1/status': { viewer: 403 },
  '/api/ui/v1/cluster': {},
  '/api/ui/v1/cluster/nodes': {},
  '/api/ui/v1/cluster/namespaces': {},
  '/api/ui/v1/cluster/workloads': {},
  '/api/ui/v1/cluster/pods': {},
  '/api/ui/v1/cluster/containers': {},
  '/api/ui/v1/cluster/events': {},
  '/api/ui/v1/cluster/object': { path: '/api/ui/v1/cluster/object?kind=pod&namespace=bank&name=vault-7', viewer: 404 },
  '/api/ui/v1/cluster/monitors': {},
  '/api/ui/v1/cluster/missing': {},
  '/api/ui/v1/cluster/metrics-api': {},
}

let cluster: Cluster
let server: ChildProcess
let port = 0
let folder = ''
const tokens = { admin: '', viewer: '', pod: '' }

before(async () => {
  if (missing !== undefined) return
  cluster = Cluster.up()
  cluster.applyFile('well')
  cluster.apply(people)
  tokens.admin = cluster.kubectl('create', 'token', 'admin').trim()
  tokens.viewer = cluster.kubectl('create', 'token', 'viewer', '-n', 'shop').trim()
  tokens.pod = cluster.kubectl('create', 'token', 'default', '-n', 'bank').trim()
  port = await freePort()
  folder = temporaryFolder()
  const args = [
    'up',
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.auth=kubernetes',
    '--web.tls-self-signed',
    `--kube.config=${cluster.kubeconfig}`,
    `--storage.tsdb.path=${folder}`,
  ]
  server = spawn(process.execPath, [join(root, 'app/cli/main.ts'), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await until(60 * patience(), 'it is ready', async () => (await ask('/-/ready')).status === 200)
  await until(90 * patience(), 'it knows the pods of both namespaces', async () => {
    const { text } = await ask('/api/v1/query?query=kube_pod_info', tokens.admin)
    return text.includes('vault-7') && text.includes('db-0')
  })
})

after(() => {
  if (missing !== undefined) return
  server.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
  cluster[Symbol.dispose]()
})

function ask(path: string, token = '', cookie = '', method = 'GET'): Promise<SecureAnswer> {
  const headers = {
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    ...(cookie === '' ? {} : { cookie }),
  }
  const now = Math.floor(Date.now() / 1000)
  const filled = path.replaceAll(/NOW(-\d+)?/g, (_, less: string | undefined) => String(now + Number(less ?? 0)))
  return askSecurely(`https://127.0.0.1:${port}${filled}`, { method, headers })
}

function signIn(token: string): Promise<SecureAnswer> {
  return askSecurely(`https://127.0.0.1:${port}/api/ui/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: `https://127.0.0.1:${port}` },
    body: JSON.stringify({ token }),
  })
}

test('there is an address here for every route', { skip: missing }, () => {
  assert.deepEqual(Object.keys(asked).toSorted(), Object.keys(needs).toSorted())
})

test('nobody and an ordinary pod are told nothing, on any route', { skip: missing }, async () => {
  for (const [route, { path = route, method }] of Object.entries(asked)) {
    if (needs[route] === 'open') continue
    const [nobody, pod, garbled] = await Promise.all(
      ['', tokens.pod, 'garbled'].map((token) => ask(path, token, '', method)),
    )
    assert.deepEqual([nobody.status, pod.status, garbled.status], [401, 403, 401], route)
    for (const { text } of [nobody, pod, garbled]) assert.doesNotMatch(text, /vault-7|db-0/, route)
  }
})

test('an administrator is told of everything', { skip: missing }, async () => {
  for (const [route, { path = route, method, admin = 200 }] of Object.entries(asked)) {
    const { status, text } = await ask(path, tokens.admin, '', method)
    assert.equal(status, admin, `${route}: ${text.slice(0, 300)}`)
  }
  for (const path of ['/api/v1/series?match[]=kube_pod_info', '/api/ui/v1/cluster/pods', '/api/v1/model/namespaces/'])
    await until(60 * patience(), `${path} tells of the other namespace`, async () =>
      (await ask(path, tokens.admin)).text.includes('bank'),
    )
})

test('a user of one namespace is told of that one alone, on every route', { skip: missing }, async () => {
  for (const [route, { path = route, method, viewer = 200 }] of Object.entries(asked)) {
    const { status, text } = await ask(path, tokens.viewer, '', method)
    assert.equal(status, viewer, `${route}: ${text.slice(0, 300)}`)
    if (viewer === 200) assert.doesNotMatch(text, /vault-7|"bank"/, `${route} tells of another namespace`)
  }
  assert.match((await ask('/api/v1/query?query=kube_pod_info', tokens.viewer)).text, /db-0/)
  assert.match((await ask('/api/ui/v1/cluster/pods', tokens.viewer)).text, /db-0/)
  const nodes = await ask('/api/v1/query?query=kube_node_info', tokens.viewer)
  assert.deepEqual((JSON.parse(nodes.text) as { data: { result: unknown[] } }).data.result, [])
})

test('a session is opened by a token that opens something, and ended by signing out', { skip: missing }, async () => {
  assert.equal((await signIn(tokens.pod)).status, 403)
  assert.equal((await signIn('garbled')).status, 401)
  const { status, cookie } = await signIn(tokens.viewer)
  assert.equal(status, 204)
  const state = JSON.parse((await ask('/api/ui/v1/session', '', cookie)).text) as Record<string, unknown>
  assert.deepEqual(
    [state.user, state.reads, state.namespaces],
    ['system:serviceaccount:shop:viewer', 'namespaces', ['shop']],
  )
  assert.equal((await ask('/api/ui/v1/cluster', '', cookie)).status, 200)
  const origin = `https://127.0.0.1:${port}`
  const left = await askSecurely(`${origin}/api/ui/v1/session`, { method: 'DELETE', headers: { cookie, origin } })
  assert.equal(left.status, 204)
  assert.equal((await ask('/api/ui/v1/cluster', '', cookie)).status, 401)
})

test('plain HTTP is answered with where to go, and takes no token', { skip: missing }, async () => {
  const answer = await new Promise<{ status?: number; text: string }>((resolve, reject) => {
    const headers = { authorization: `Bearer ${tokens.admin}` }
    plainRequest({ host: '127.0.0.1', port, path: '/api/v1/labels', headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode, text }))
    })
      .on('error', reject)
      .end()
  })
  assert.equal(answer.status, 400)
  assert.match(answer.text, /speaks HTTPS/)
})

test('while the API server is away a session goes on reading, and is told so', { skip: missing }, async () => {
  const { cookie } = await signIn(tokens.viewer)
  cluster.stop('kube-apiserver')
  try {
    await sleep(62_000) // answers are remembered for a minute
    const { status, text } = await ask('/api/v1/query?query=kube_pod_info', '', cookie)
    assert.equal(status, 200)
    assert.doesNotMatch(text, /vault-7/)
    const state = JSON.parse((await ask('/api/ui/v1/session', '', cookie)).text) as Record<string, number>
    assert.ok(state.apiServerDownSinceMs > 0 && state.readsUntilMs > Date.now())
    assert.equal((await ask('/api/v1/labels', tokens.viewer)).status, 503)
    assert.equal((await signIn(tokens.viewer)).status, 503)
  } finally {
    cluster.start('kube-apiserver')
  }
  await until(
    90 * patience(),
    'tokens are taken again',
    async () => (await ask('/api/v1/labels', tokens.viewer)).status === 200,
  )
})
