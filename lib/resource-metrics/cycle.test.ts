import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Cycle, type KubeletToRead } from './cycle.ts'
import { FigureStore } from './figure-store.ts'
import { MeasuredFigures } from './freshness.ts'
import type { ListedObject, ObjectSource } from './figures.ts'
import type { KubeletTrust } from './kubelet-client.ts'
import { type Missing, missingFamilies, missingFigures } from './missing.ts'

const pem = (name: string) => readFileSync(join(import.meta.dirname, '../kube/testdata', `${name}.pem`), 'utf8')
const sha256 = new X509Certificate(pem('server')).fingerprint256.replaceAll(':', '').toLowerCase()
const proof = { headers: { authorization: 'Bearer secret' }, cert: '', key: '' }
const RESOLUTION_MS = 15_000
/** Nobody looks. */
const anyone: KubeletTrust = { ca: () => '', refusal: () => undefined }
const authority = (name: string): KubeletTrust => ({
  ca: () => pem(name),
  refusal: (_, { isVerified }) => (isVerified ? undefined : 'its certificate is not trusted'),
})
const pinned = (known: string): KubeletTrust => ({
  ca: () => '',
  refusal: (_, seen) => (seen.sha256 === known ? undefined : 'it shows another certificate than the pinned one'),
})

/** A kubelet of one pod that answers as told and remembers the tokens that it was shown. */
async function kubelet(t: TestContext) {
  const shown: (string | undefined)[] = []
  let reads = 0
  let answer = { status: 200, body: '' }
  const server = createServer({ cert: pem('server'), key: pem('server-key') }, (request, response) => {
    shown.push(request.headers.authorization)
    reads++
    response.writeHead(answer.status).end(answer.body || bodyAt(reads))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  let connections = 0
  server.on('secureConnection', () => connections++)
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    shown,
    connections: () => connections,
    say: (status: number, body = '') => (answer = { status, body }),
    at: {
      node: 'n1',
      uid: 'u1',
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      path: '/metrics/resource',
    },
  }
}

function bodyAt(reads: number): string {
  const timeMs = 1_700_000_000_000 + reads * 15_000
  const labels = '{container="web",namespace="shop",pod="web-0"}'
  return [
    `node_cpu_usage_seconds_total ${100 + reads * 15} ${timeMs}`,
    `node_memory_working_set_bytes 1048576 ${timeMs}`,
    `container_cpu_usage_seconds_total${labels} ${10 + reads * 3} ${timeMs}`,
    `container_memory_working_set_bytes${labels} 2048 ${timeMs}`,
    '',
  ].join('\n')
}

const node: ListedObject = { name: 'n1', namespace: '', labels: {} }
const pod: ListedObject = { name: 'web-0', namespace: 'shop', labels: {} }
const objects: ObjectSource = { nodes: () => [node], pods: () => [pod], node: () => node, pod: () => pod }

function opened(t: TestContext, at: KubeletToRead['at'], trust: KubeletTrust) {
  const store = new FigureStore(RESOLUTION_MS)
  const kubelets = [{ node: 'n1', at }]
  const options = {
    trust,
    store,
    resolutionMs: RESOLUTION_MS,
    timeoutMs: 2000,
    kubelets: () => kubelets,
    proof: async () => proof,
  }
  const cycle = new Cycle(options)
  t.after(() => cycle[Symbol.dispose]())
  const once = () => cycle.once(new AbortController().signal)
  const missing = () => [...missingFigures({ objects, store, cycle, resolutionMs: RESOLUTION_MS })]
  return { store, cycle, once, missing }
}

test('cycle: two readings make figures, over one connection whose certificate is pinned', async (t) => {
  const { at, shown, connections } = await kubelet(t)
  const { store, cycle, once, missing } = opened(t, at, pinned(sha256))
  assert.ok(!cycle.isWarm)
  await once()
  assert.ok(!cycle.isWarm)
  assert.deepEqual(
    missing().map(({ kind, reason }) => `${kind} ${reason}`),
    ['node read-once', 'pod read-once'],
  )
  await once()
  assert.ok(cycle.isWarm)
  assert.deepEqual(store.node('n1')?.usage, { cpu: '1', memory: '1Mi' })
  assert.deepEqual(store.pod('shop', 'web-0')?.containers, [{ name: 'web', usage: { cpu: '200m', memory: '2Ki' } }])
  assert.deepEqual(missing(), [])
  assert.deepEqual(shown, ['Bearer secret', 'Bearer secret'])
  assert.equal(connections(), 1)
})

test('cycle: a certificate that is not the pinned one, or that the authority does not vouch for, is shown no token', async (t) => {
  const { at, shown } = await kubelet(t)
  const strangers = [pinned('aa'), authority('other-ca')]
  for (const trust of strangers) {
    const { once, missing } = opened(t, at, trust)
    await once()
    assert.match(missing()[0].text, /^The kubelet of n1 is not read: .*certificate.*\.$/)
    assert.equal(missing()[0].reason, 'kubelet-certificate')
  }
  assert.deepEqual(shown, [])
})

test('cycle: an authority that vouches, and nobody who looks, both read', async (t) => {
  const { at, shown } = await kubelet(t)
  const trusts = [authority('ca'), anyone]
  for (const trust of trusts) await opened(t, at, trust).once()
  assert.equal(shown.length, 2)
})

test('cycle: what a kubelet refuses or garbles is told in a sentence, and its old figures are not', async (t) => {
  const { at, say } = await kubelet(t)
  const { store, cycle, once, missing } = opened(t, at, anyone)
  await once()
  await once()
  assert.ok(store.pod('shop', 'web-0'))
  const answers: [number, string, string, RegExp][] = [
    [401, 'x', 'unauthorized', /token \(401\)/],
    [403, 'x', 'forbidden', /get on nodes\/metrics is not granted/],
    [500, 'broken\nmore', 'status', /status 500: broken more\.$/],
    [200, 'node_cpu_usage_seconds_total {', 'body', /cannot be read: line 1/],
  ]
  for (const [status, body, failure, text] of answers) {
    say(status, body)
    await once()
    const [ofNode, ofPod] = missing()
    assert.deepEqual([ofNode.reason, ofPod.reason], [`kubelet-${failure}`, `kubelet-${failure}`])
    assert.match(ofNode.text, text)
    assert.equal(ofPod.text, ofNode.text)
    assert.equal(store.node('n1'), undefined)
  }
  const total = cycle.telemetry().find(({ name }) => name === 'metrics_server_kubelet_request_total')
  assert.deepEqual(
    total?.metrics.map(({ labels, value }) => [...labels, value]),
    [
      ['success', 'true', 2],
      ['success', 'false', 4],
    ],
  )
})

test('cycle: nobody at the address, and a kubelet that may not be read', async (t) => {
  const gone = opened(t, { node: 'n1', uid: 'u1', host: '127.0.0.1', port: 1, path: '/' }, anyone)
  await gone.once()
  assert.match(gone.missing()[0].text, /cannot be reached: .*ECONNREFUSED/)
  const refused = opened(t, { refused: 'certificate', text: 'it has changed' }, anyone)
  await refused.once()
  assert.equal(refused.missing()[0].text, 'The kubelet of n1 is not read: it has changed.')
  assert.equal(refused.cycle.done, 1)
  assert.ok(gone.cycle.isWarm && refused.cycle.isWarm, 'nothing that a second reading could bring')
})

test('cycle: a kubelet that hangs holds up neither the others nor the next cycle', async (t) => {
  const good = await kubelet(t)
  const silent = createTcpServer((socket) => socket.on('error', () => socket.destroy())).listen(0, '127.0.0.1')
  t.after(() => silent.close())
  await once(silent, 'listening')
  const hung = { ...good.at, node: 'n2', uid: 'u2', port: (silent.address() as AddressInfo).port }
  const stop = new AbortController()
  using cycle = new Cycle({
    trust: pinned(sha256),
    store: new FigureStore(RESOLUTION_MS),
    resolutionMs: 20,
    timeoutMs: 60_000,
    kubelets: () => [hung, good.at].map((at) => ({ node: at.node, at })),
    proof: async () => proof,
  })
  const running = cycle.run(stop.signal)
  while (good.shown.length < 5) await new Promise(setImmediate)
  assert.equal(cycle.state('n2'), undefined)
  stop.abort()
  await running
})

test('measured figures: how old what is answered is', () => {
  const figures = { timestampMs: 1000, windowNs: 1, usage: {} }
  const source = { node: (name: string) => (name === 'n1' ? figures : undefined), pod: () => undefined }
  const measured = new MeasuredFigures(source, () => 4000)
  assert.equal(measured.node('n1'), figures)
  assert.equal(measured.node('n2'), undefined)
  assert.equal(measured.pod('', ''), undefined)
  const [family] = measured.telemetry()
  assert.equal(family.metrics.find(({ suffix }) => suffix === '_sum')?.value, 3)
  assert.equal(family.metrics.find(({ suffix }) => suffix === '_count')?.value, 1)
})

test('missing figures: a node that tells nothing of itself, or whose counter fell, is told apart', async (t) => {
  const { at, say } = await kubelet(t)
  const { once: read, missing } = opened(t, at, pinned(sha256))
  const told: readonly [body: string, reason: string][] = [
    ['# nothing\n', 'incomplete'],
    ['node_cpu_usage_seconds_total 9 1000\nnode_memory_working_set_bytes 1 1000\n', 'read-once'],
    ['node_cpu_usage_seconds_total 3 2000\nnode_memory_working_set_bytes 1 2000\n', 'counter-fell'],
  ]
  for (const [body, reason] of told) {
    say(200, body)
    await read()
    assert.equal(missing()[0].reason, reason)
  }
})

test('missing figures: each is a series with its reason, and a cluster that cannot be read is counted whole', () => {
  const why = {
    reason: 'kubelet-timeout',
    text: 'The kubelet of n1 is not read: no answer within 10 s.',
    isExpected: false,
  }
  const one: Missing = { kind: 'node', node: 'n1', namespace: '', pod: '', ...why }
  const pods = Array.from({ length: 6000 }, (_, i): Missing => ({ ...one, kind: 'pod', namespace: 's', pod: `p${i}` }))
  const [info, counts] = missingFamilies([one, ...pods])
  assert.equal(info.metrics.length, 5001)
  const labels = ['node', 'n1', 'namespace', 's', 'pod', 'p0', 'reason', why.reason, 'text', why.text]
  assert.deepEqual(info.metrics[1], { labels, value: 1 })
  assert.deepEqual(counts.metrics, [
    { labels: ['kind', 'node', 'reason', why.reason], value: 1 },
    { labels: ['kind', 'pod', 'reason', why.reason], value: 6000 },
  ])
})
