import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { accounts } from '../../deploy/objects/rights.ts'
import { imageMissing } from '../support/built-image.ts'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { root, sleep, until } from '../support/program.ts'
import { askSecurely } from '../support/secured.ts'
import { patience } from '../support/watched.ts'

const missing = clusterMissing() ?? imageMissing()
const manifest = join(root, 'deploy/binnacle-novolume.yaml')

let cluster: Cluster
let folder = ''

before(() => {
  if (missing !== undefined) return
  folder = mkdtempSync(join(tmpdir(), 'install-'))
  const tar = join(folder, 'image.tar')
  execFileSync('sh', ['-c', 'exec scripts/image --arch amd64 --output "$1"', 'sh', tar], { cwd: root, stdio: 'ignore' })
  cluster = Cluster.up()
  cluster.applyFile('well')
  cluster.image('docker.io/library/binnacle', tar)
})

after(() => {
  if (folder !== '') rmSync(folder, { recursive: true })
  if (missing === undefined) cluster[Symbol.dispose]()
})

const pods = () => cluster.kubectl('get', 'pods', '-A', '-l', 'app.kubernetes.io/part-of=binnacle', '--no-headers')

test('one command, nothing edited: every pod is ready within a minute', { skip: missing }, async (t) => {
  const started = Date.now()
  cluster.kubectl('apply', '-f', manifest)
  await until(60 * patience(), 'four pods are ready', async () => {
    const ready = pods()
      .split('\n')
      .filter((line) => / 1\/1 +Running /.test(line))
    if (ready.length < 4) throw new Error(pods())
    return true
  })
  t.diagnostic(`ready after ${((Date.now() - started) / 1000).toFixed(0)} s`)
})

test('kubectl top answers for nodes, pods, containers, sorted and selected', { skip: missing }, async () => {
  await until(90 * patience(), 'nodes have figures', async () => cluster.kubectl('top', 'nodes').includes('node1'))
  await until(60 * patience(), 'pods have figures', async () =>
    cluster.kubectl('top', 'pods', '-A', '--containers').includes('db-0'),
  )
  assert.match(cluster.kubectl('top', 'pods', '-n', 'shop', '-l', 'app=web'), /web-/)
  assert.doesNotMatch(cluster.kubectl('top', 'pods', '-n', 'shop', '-l', 'app=web'), /db-0/)
  assert.match(cluster.kubectl('top', 'pods', '-n', 'shop', '--sort-by=memory').split('\n')[1], /db-0/)
})

test('the certificate of the kubelet, which signs itself, is pinned', { skip: missing }, () => {
  const { metadata } = cluster.get('node', 'node1')
  const pins = JSON.stringify(cluster.get('configmap', 'binnacle-kubelet-pins', '-n', 'binnacle'))
  assert.ok(pins.includes(metadata.uid))
})

test('the pages are at the port of the node, by https, for whoever may see something', { skip: missing }, async () => {
  const service = cluster.get('service', 'binnacle', '-n', 'binnacle')
  const { nodePort } = (service.spec as { ports: { nodePort: number }[] }).ports[0]
  const url = `https://${cluster.nodeIp}:${nodePort}`
  assert.match((await askSecurely(`${url}/`)).text, /<!doctype html>/i)
  assert.equal((await askSecurely(`${url}/api/v1/labels`)).status, 401)
  const stranger = cluster.kubectl('create', 'token', 'default', '-n', 'shop').trim()
  const ask = (token: string, path: string) =>
    askSecurely(url + path, { headers: { authorization: `Bearer ${token}` } })
  assert.equal((await ask(stranger, '/api/v1/labels')).status, 403)
  cluster.kubectl('create', 'serviceaccount', 'me')
  cluster.kubectl('create', 'clusterrolebinding', 'me', '--clusterrole=cluster-admin', '--serviceaccount=default:me')
  const me = cluster.kubectl('create', 'token', 'me').trim()
  await until(60 * patience(), 'our own pods are scraped', async () => {
    const { text } = await ask(me, '/api/v1/query?query=up==1')
    return ['node-exporter', 'kube-state-metrics', 'kubelet', 'binnacle-metrics-api'].every((job) =>
      text.includes(`"${job}"`),
    )
  })
})

/** `can-i` reads `nodes/metrics` as the node of that name: a subresource is asked for by a flag. */
function may(account: string, verb: string, resource: string, group: string): boolean {
  const namespace = account === 'binnacle-agent' ? 'binnacle-agent' : 'binnacle'
  const [plural, subresource] = resource.split('/')
  const what = [
    group === '' ? plural : `${plural}.${group}`,
    ...(subresource === undefined ? [] : [`--subresource=${subresource}`]),
  ]
  try {
    const said = cluster.kubectl(
      'auth',
      'can-i',
      verb,
      ...what,
      '-A',
      `--as=system:serviceaccount:${namespace}:${account}`,
    )
    return said.trim() === 'yes'
  } catch {
    return false // kubectl ends with 1 for a no
  }
}

test('each account may do what the page of rights says, and none of what it leaves out', { skip: missing }, () => {
  const never = [
    ['list', 'secrets', ''],
    ['get', 'nodes/proxy', ''],
    ['create', 'pods/exec', ''],
    ['create', 'pods', ''],
    ['delete', 'apiservices', 'apiregistration.k8s.io'],
  ] as const
  for (const { account, cluster: everywhere } of accounts) {
    for (const [verb, resource, group] of never)
      assert.equal(may(account, verb, resource, group), false, `${account}: ${verb} ${resource}`)
    for (const { verbs, resources = [], apiGroups = [], resourceNames } of everywhere.slice(0, 3)) {
      if (resourceNames !== undefined) continue
      assert.equal(may(account, verbs[0], resources[0], apiGroups[0]), true, `${account}: ${verbs[0]} ${resources[0]}`)
    }
  }
})

test('a pod that is killed comes back, and metrics.k8s.io with it', { skip: missing }, async () => {
  for (const component of ['metrics-api', 'kube-state', 'agent', 'server'])
    cluster.kubectl(
      'delete',
      'pods',
      '-A',
      '-l',
      `app.kubernetes.io/component=${component}`,
      '--force',
      '--grace-period=0',
    )
  await until(
    90 * patience(),
    'they are ready again',
    async () =>
      pods()
        .split('\n')
        .filter((line) => / 1\/1 +Running /.test(line)).length === 4,
  )
  await until(90 * patience(), 'kubectl top answers again', async () =>
    cluster.kubectl('top', 'nodes').includes('node1'),
  )
})

test('what was applied is removed by one command, and the APIService with it', { skip: missing }, async () => {
  cluster.kubectl('delete', '-f', manifest, '--timeout=90s')
  await until(
    60 * patience(),
    'the APIService is gone',
    async () => !cluster.kubectl('get', 'apiservices').includes('metrics.k8s.io'),
  )
  await sleep(1000)
  const left = cluster.kubectl(
    'get',
    'all,clusterroles,clusterrolebindings,namespaces',
    '-A',
    '-l',
    'app.kubernetes.io/part-of=binnacle',
    '-o',
    'name',
  )
  assert.equal(left.trim(), '')
})
