import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { MissingFigures } from '#lib/aggregation'
import { KubeStatusError, type OpenKubeApi } from '#lib/kube'
import { aggregationObjects, openAs, peerApiService, Replica } from '../support/aggregated.ts'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { sleep, until } from '../support/program.ts'
import { patience } from '../support/watched.ts'

const missing = clusterMissing()
const nodes = '/apis/metrics.k8s.io/v1beta1/nodes'
const path = '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io'
const secretPath = '/api/v1/namespaces/binnacle/secrets/binnacle-metrics-api-ca'

/** A change of authorities within seconds instead of hours. */
const quick = { secretMs: 500, spreadMs: 3000, retireMs: 10_000, tellMs: 2000 }

let cluster: Cluster
let admin: OpenKubeApi
let replicas: Replica[] = []

before(async () => {
  if (missing !== undefined) return
  cluster = Cluster.up()
  admin = await openAs(cluster.kubeconfig)
})

beforeEach(() => {
  if (missing === undefined) cluster.apply(aggregationObjects)
})

afterEach(async () => {
  for (const replica of replicas) await replica[Symbol.asyncDispose]()
  replicas = []
  if (missing !== undefined) return
  cluster.kubectl('delete', 'apiservice', 'v1beta1.metrics.k8s.io', '--ignore-not-found')
  cluster.kubectl('delete', 'secret', 'binnacle-metrics-api-ca', '-n', 'binnacle', '--ignore-not-found')
})

after(async () => {
  if (missing !== undefined) return
  await admin[Symbol.asyncDispose]()
  cluster[Symbol.dispose]()
})

interface ApiServiceObject {
  readonly metadata: { uid: string; resourceVersion: string; ownerReferences?: { kind: string; name: string }[] }
  readonly spec: { caBundle?: string; insecureSkipTLSVerify?: boolean; service?: { name: string; namespace: string } }
  readonly status: { conditions: { type: string; status: string; message: string }[] }
}

async function start(names: readonly string[], timings: object = quick): Promise<Replica[]> {
  const started = await Promise.all(names.map((name) => Replica.create(cluster, name, timings)))
  replicas.push(...started)
  await Promise.all(started.map((replica) => replica.start()))
  return started
}

const apiService = () => admin.json<ApiServiceObject>(path)
const bundle = async () => certificatesOf((await apiService()).spec.caBundle)

function certificatesOf(base64 = ''): string[] {
  const blocks =
    Buffer.from(base64, 'base64')
      .toString()
      .match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block).fingerprint256).sort()
}

async function secretData(): Promise<Record<string, string>> {
  return (await admin.json<{ data: Record<string, string> }>(secretPath)).data
}

async function answers(seconds = 20): Promise<void> {
  await until(seconds * patience(), 'the API answers', async () => {
    const { status } = await admin.request(nodes)
    return status === 200
  })
}

/** Asks through the API server all the time; the answer to `end` is who answered how often, and what failed. */
function load() {
  const failures: string[] = []
  const who = new Map<string, number>()
  const over = new AbortController()
  const one = async () => {
    while (!over.signal.aborted) {
      try {
        const { who: name } = await admin.json<{ who: string }>(nodes)
        who.set(name, (who.get(name) ?? 0) + 1)
      } catch (error) {
        failures.push((error as Error).message)
      }
      await sleep(20)
    }
  }
  const done = Promise.all([one(), one()])
  return {
    async end() {
      over.abort()
      await done
      return { failures, who }
    },
  }
}

test(
  'replicas that start together agree: one authority, one APIService, and each is verified',
  { skip: missing },
  async () => {
    const [one, two] = await start(['one', 'two'])
    await answers()
    const { metadata, spec } = await apiService()
    assert.deepEqual(
      metadata.ownerReferences?.map(({ kind, name }) => `${kind} ${name}`),
      ['ClusterRole binnacle-metrics-api'],
    )
    assert.equal(spec.insecureSkipTLSVerify ?? false, false)
    const data = await secretData()
    assert.deepEqual(Object.keys(data).sort(), ['ca.crt', 'ca.key'])
    assert.deepEqual(await bundle(), certificatesOf(data['ca.crt']))
    const traffic = load()
    await sleep(3000)
    const { failures, who } = await traffic.end()
    assert.deepEqual(failures, [])
    assert.deepEqual([...who.keys()].sort(), ['one', 'two'])
    for (const { aggregation } of [one, two])
      await until(10 * patience(), 'both know', async () => aggregation.state().role === 'serving')
  },
)

test('a new authority, asked for under load, costs no request', { skip: missing }, async (t) => {
  await start(['one', 'two'])
  await answers()
  const before = await bundle()
  const traffic = load()
  cluster.kubectl('annotate', 'secret', 'binnacle-metrics-api-ca', '-n', 'binnacle', 'binnacle/rotate=now')
  const both = await until(20 * patience(), 'both are trusted', async () => {
    const now = await bundle()
    return now.length === 2 && now
  })
  assert.ok(both.includes(before[0]))
  await until(60 * patience(), 'the old one is trusted no more', async () => {
    const now = await bundle()
    return now.length === 1 && now[0] !== before[0]
  })
  await sleep(2000)
  const { failures, who } = await traffic.end()
  t.diagnostic(`${[...who].map(([name, count]) => `${name}: ${count}`).join(', ')} requests`)
  assert.deepEqual(failures, [])
  assert.equal(who.size, 2)
  for (const replica of replicas) assert.equal(replica.certificates, 2)
  assert.deepEqual(Object.keys(await secretData()).sort(), ['ca.crt', 'ca.key'])
})

test('a Secret that is deleted under load is made anew, and costs no request', { skip: missing }, async () => {
  await start(['one', 'two'])
  await answers()
  const before = await bundle()
  const traffic = load()
  cluster.kubectl('delete', 'secret', 'binnacle-metrics-api-ca', '-n', 'binnacle')
  await until(60 * patience(), 'the old one is trusted no more', async () => {
    const now = await bundle()
    return now.length === 1 && now[0] !== before[0]
  })
  const { failures, who } = await traffic.end()
  assert.deepEqual(failures, [])
  assert.equal(who.size, 2)
})

test(
  'a rollout costs no request, and another version finds its entries kept and trusted',
  { skip: missing },
  async () => {
    const [one] = await start(['one', 'two'])
    await answers()
    const later = (await secretData())['ca.crt']
    cluster.kubectl(
      'patch',
      'secret',
      'binnacle-metrics-api-ca',
      '-n',
      'binnacle',
      '-p',
      JSON.stringify({ data: { 'later.crt': later, note: 'YQ==' } }),
    )
    await start(['three'])
    const traffic = load()
    // As a Deployment does: an endpoint goes before its process does.
    cluster.kubectl('delete', 'endpointslice', 'one', '-n', 'binnacle')
    await sleep(2000)
    replicas = replicas.filter((replica) => replica !== one)
    await one[Symbol.asyncDispose]()
    await sleep(2000)
    const { failures, who } = await traffic.end()
    assert.deepEqual(failures, [])
    assert.ok((who.get('three') ?? 0) > 0)
    assert.deepEqual(Object.keys(await secretData()).sort(), ['ca.crt', 'ca.key', 'later.crt', 'note'])
  },
)

test('where another program answers, its APIService is not touched until it is gone', { skip: missing }, async (t) => {
  cluster.apply(JSON.stringify(peerApiService))
  const [one, two] = await start(['one', 'two'])
  await until(10 * patience(), 'they stand by', async () =>
    [one, two].every(({ aggregation }) => aggregation.state().role === 'standing-by'),
  )
  await sleep(5000)
  const { spec, metadata } = await apiService()
  assert.deepEqual(spec.service?.name, 'metrics-server')
  assert.equal(spec.caBundle, undefined)
  assert.equal(metadata.ownerReferences, undefined)
  const { program, why } = one.aggregation.state()
  t.diagnostic(why)
  assert.equal(program, 'kube-system/metrics-server (k8s-app=metrics-server)')
  assert.match(why, /not available: ServiceNotFound: .*steps in when its APIService is gone/)
  cluster.kubectl('delete', 'apiservice', 'v1beta1.metrics.k8s.io')
  const goneMs = Date.now()
  await until(
    3 * patience(),
    'ours is there',
    async () => (await apiService()).spec.service?.name === 'binnacle-metrics-api',
  )
  t.diagnostic(`stepped in after ${Date.now() - goneMs} ms`)
  await answers()
})

test('a program that makes our APIService its own has it', { skip: missing }, async () => {
  const [one] = await start(['one', 'two'])
  one.missing = [{ kind: 'node', node: 'n1', namespace: '', pod: '', reason: 'kubelet-unreachable', text: 'it is off' }]
  await answers()
  await until(10 * patience(), 'the condition is there', async () =>
    (await apiService()).status.conditions.some(({ type }) => type === 'ResourceMetricsComplete'),
  )
  const { metadata } = await apiService()
  await admin
    .json(path, {
      method: 'PUT',
      body: { ...peerApiService, metadata: { ...peerApiService.metadata, resourceVersion: metadata.resourceVersion } },
    })
    .catch(retried)
  await until(15 * patience(), 'both stand by, and our condition is gone', async () => {
    const { status } = await apiService()
    return (
      replicas.every(({ aggregation }) => aggregation.state().role === 'standing-by') &&
      status.conditions.every(({ type }) => type === 'Available')
    )
  })
  await sleep(5000)
  assert.equal((await apiService()).spec.service?.name, 'metrics-server')
  assert.equal((await apiService()).spec.insecureSkipTLSVerify, true)
})

/** The condition may have changed the version meanwhile. */
async function retried(error: unknown): Promise<void> {
  if (!(error instanceof KubeStatusError) || error.status !== 409) throw error
  cluster.kubectl('delete', 'apiservice', 'v1beta1.metrics.k8s.io')
  cluster.apply(JSON.stringify(peerApiService))
}

test('an APIService that was ours and is another program’s stays when we are removed', { skip: missing }, async () => {
  const [one] = await start(['one', 'two'])
  await answers()
  const spec = { ...peerApiService.spec, caBundle: null }
  cluster.kubectl('patch', 'apiservice', 'v1beta1.metrics.k8s.io', '--type=merge', '-p', JSON.stringify({ spec }))
  await until(
    10 * patience(),
    'it is not tied to us',
    async () => (await apiService()).metadata.ownerReferences === undefined,
  )
  await until(
    10 * patience(),
    'it is told whose it is',
    async () => one.aggregation.state().program === 'kube-system/metrics-server',
  )
  cluster.kubectl('delete', 'clusterrole', 'binnacle-metrics-api')
  await sleep(40_000)
  assert.equal((await apiService()).spec.service?.name, 'metrics-server')
})

test('what is broken in our APIService is repaired', { skip: missing }, async () => {
  await start(['one', 'two'])
  await answers()
  const [before] = await bundle()
  cluster.kubectl(
    'patch',
    'apiservice',
    'v1beta1.metrics.k8s.io',
    '--type=merge',
    '-p',
    JSON.stringify({
      metadata: { ownerReferences: null },
      spec: { caBundle: null, insecureSkipTLSVerify: true, groupPriorityMinimum: 200 },
    }),
  )
  await until(5 * patience(), 'it is repaired', async () => (await bundle()).includes(before))
  const { metadata, spec } = await admin.json<ApiServiceObject & { spec: { groupPriorityMinimum: number } }>(path)
  assert.equal(spec.insecureSkipTLSVerify ?? false, false)
  assert.equal(metadata.ownerReferences?.[0].name, 'binnacle-metrics-api')
  assert.equal(spec.groupPriorityMinimum, 200, 'priorities are the administrator’s')
})

test(
  'a Secret that cannot be used is told and not overwritten; the command that is told helps',
  { skip: missing },
  async (t) => {
    cluster.kubectl(
      'create',
      'secret',
      'generic',
      'binnacle-metrics-api-ca',
      '-n',
      'binnacle',
      '--from-literal=ca.crt=x',
      '--from-literal=ca.key=y',
    )
    const replica = await Replica.create(cluster, 'one', { ...quick, backoffMs: [200, 1000] })
    replicas.push(replica)
    const started = replica.start()
    const why = await until(
      10 * patience(),
      'it is told',
      async () => replica.aggregation.state().role === 'failing' && replica.aggregation.state().why,
    )
    t.diagnostic(why)
    const command = /kubectl (-n binnacle delete secret \S+)$/.exec(why)?.[1] ?? ''
    assert.deepEqual(await secretData(), { 'ca.crt': 'eA==', 'ca.key': 'eQ==' })
    cluster.kubectl(...command.split(' '))
    await started
    await answers()
    assert.equal(replica.aggregation.state().why, '')
  },
)

test(
  'what has no figures is told by one condition beside Available, and by one event of the node',
  { skip: missing },
  async () => {
    const [one, two] = await start(['one', 'two'])
    const lacking: MissingFigures[] = [
      {
        kind: 'pod',
        node: 'node1',
        namespace: 'shop',
        pod: 'web',
        reason: 'no-counters',
        text: 'the kubelet tells none',
      },
      { kind: 'node', node: 'node1', namespace: '', pod: '', reason: 'kubelet-unreachable', text: 'ECONNREFUSED' },
      {
        kind: 'pod',
        node: 'node1',
        namespace: 'shop',
        pod: 'new',
        reason: 'one-point',
        text: 'soon',
        isExpected: true,
      },
    ]
    one.missing = two.missing = lacking
    await answers()
    const condition = async () =>
      Object.fromEntries(
        (await apiService()).status.conditions.map(({ type, status, message }) => [type, `${status} ${message}`]),
      )
    const text = 'False 1 node and 1 pod without figures; the first: node node1: ECONNREFUSED'
    await until(15 * patience(), 'it is said', async () => (await condition()).ResourceMetricsComplete === text)
    await until(15 * patience(), 'events are there', async () => events().length === 2)
    one.missing = two.missing = []
    await until(15 * patience(), 'it is said again', async () =>
      (await condition()).ResourceMetricsComplete?.startsWith('True'),
    )
    cluster.kubectl('delete', 'service', 'binnacle-metrics-api', '-n', 'binnacle')
    await until(40 * patience(), 'Available changes', async () => (await condition()).Available.startsWith('False'))
    assert.match((await condition()).ResourceMetricsComplete, /^True/)
    one.missing = two.missing = lacking
    await until(15 * patience(), 'both are there', async () => {
      const now = await condition()
      return now.ResourceMetricsComplete === text && now.Available.startsWith('False')
    })
    await sleep(3000)
    assert.deepEqual(events(), [
      'KubeletUnreachable node node1 has no figures: ECONNREFUSED',
      'NoCounters pod shop/web has no figures: the kubelet tells none',
    ])
    assert.match(cluster.kubectl('describe', 'node', 'node1'), /KubeletUnreachable/)
  },
)

interface EventObject {
  readonly reason: string
  readonly message: string
  readonly reportingComponent: string
  readonly involvedObject: { readonly name: string }
}

function events(): string[] {
  const { items = [] } = cluster.get('events', '-n', 'default') as unknown as { items?: EventObject[] }
  return items
    .filter((event) => event.reportingComponent === 'binnacle/metrics-api' && event.involvedObject.name === 'node1')
    .map(({ reason, message }) => `${reason} ${message}`)
    .sort()
}

test('with our ClusterRole goes our APIService, and it does not come back', { skip: missing }, async () => {
  const [one] = await start(['one'])
  await answers()
  cluster.kubectl('delete', 'clusterrole', 'binnacle-metrics-api')
  await until(30 * patience(), 'it is gone', async () => (await admin.request(path)).status === 404)
  await sleep(5000)
  assert.equal((await admin.request(path)).status, 404)
  assert.equal(one.aggregation.state().role, 'failing')
  cluster.apply(aggregationObjects)
  await answers(40)
})

test('an API server that was away is asked again', { skip: missing }, async () => {
  const [one] = await start(['one'])
  await answers()
  cluster.kill('kube-apiserver')
  await until(20 * patience(), 'it is told', async () => one.aggregation.state().role === 'failing')
  assert.match(one.aggregation.state().why, /cannot reach the API server/)
  cluster.start('kube-apiserver')
  await until(60 * patience(), 'it is back', async () => cluster.kubectl('get', '--raw', '/readyz') === 'ok')
  await until(20 * patience(), 'it serves again', async () => one.aggregation.state().role === 'serving')
  await answers(40)
})

test('the rights are those alone: no other APIService, no other Secret, no list', { skip: missing }, async () => {
  const may = (...words: string[]) =>
    cluster.kubectl('auth', 'can-i', ...words, '--as=system:serviceaccount:binnacle:binnacle-metrics-api', '--quiet')
  may('patch', 'apiservices/v1beta1.metrics.k8s.io')
  for (const words of [
    ['create', 'apiservices'],
    ['list', 'apiservices'],
    ['delete', 'apiservices/v1beta1.metrics.k8s.io'],
    ['patch', 'apiservices/v1.apps'],
    ['list', 'secrets', '-n', 'binnacle'],
    ['create', 'secrets', '-n', 'binnacle'],
    ['get', 'secrets/other', '-n', 'binnacle'],
  ])
    assert.throws(() => may(...words), words.join(' '))
})
