import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage, type RequestOptions } from 'node:http'
import { after, before, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { Reviewer } from '#lib/auth'
import type { KubeAnswer, KubeApi, Sink, Subscription } from '#lib/kube'
import { defaultSettings, KubeState } from '#lib/kube-state'
import { AuthFilter } from './auth-filter.ts'
import { HostNames } from './host-names.ts'
import { listen, type Listening } from './http.ts'
import { stateRoutes, telemetryRoutes } from './routes.ts'

/** A hub that hands over its sinks. */
const sinks = new Map<string, Sink>()
const source = {
  subscribe({ resource }: Subscription, sink: Sink): Disposable {
    sinks.set(resource.plural, sink)
    return { [Symbol.dispose]: () => undefined }
  },
}

let livez = 200
const api = {
  identity: {} as KubeApi['identity'],
  request: async () => ({ status: livez, headers: {}, bytes: async () => new Uint8Array() }) as unknown as KubeAnswer,
  async json<T>(path: string, options: { readonly body?: unknown } = {}): Promise<T> {
    const { spec } = options.body as { spec: { token?: string; user?: string } }
    const isReview = path.endsWith('/tokenreviews')
    if (spec.token === 'broken') throw new Error('the API server is away')
    const status = isReview
      ? { authenticated: spec.token !== 'bad', user: { username: spec.token } }
      : { allowed: spec.user === 'prometheus' }
    return { status } as T
  },
} satisfies KubeApi

let main: Listening
let telemetry: Listening
const state = new KubeState(source, { ...defaultSettings, resources: ['pods', 'nodes'] })

before(async () => {
  const names = new HostNames(['state.example'])
  const options = {
    host: '127.0.0.1',
    port: 0,
    tls: undefined,
    readTimeoutMs: 5000,
    writeTimeoutMs: 5000,
    idleTimeoutMs: 5000,
    headerTimeoutMs: 5000,
    refusal: (host: string | undefined, method: string) => names.refusal(host, method),
    onError: (error: unknown) => assert.fail(error as Error),
  }
  const sources = { api, state: () => state, gzip: true, auth: undefined, observe: () => undefined }
  main = await listen(stateRoutes({ ...sources, telemetry: () => [] }), options)
  const auth = new AuthFilter(new Reviewer(api))
  telemetry = await listen(telemetryRoutes({ ...sources, auth, telemetry: () => state.telemetry() }), options)
  const pods = sinks.get('pods')
  for (let i = 0; i < 3000; i++)
    pods?.upsert({ metadata: { name: `p${i}`, namespace: 'ns', uid: `u${i}` }, spec: {}, status: {} })
  pods?.synced?.()
})

after(async () => {
  await main[Symbol.asyncDispose]()
  await telemetry[Symbol.asyncDispose]()
})

interface Got {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

async function ask({ port }: Listening, path: string, options: RequestOptions = {}): Promise<Got> {
  const sent = get({ host: '127.0.0.1', port, path, ...options })
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }
}

test('kube-state role: text unless OpenMetrics is preferred, and text for protobuf', async () => {
  const types: readonly [string, string][] = [
    ['*/*', 'text/plain; version=0.0.4; charset=utf-8'],
    [
      'application/openmetrics-text;version=1.0.0;q=0.8,text/plain;q=0.5',
      'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores',
    ],
    [
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;q=0.5',
      'text/plain; version=0.0.4; charset=utf-8',
    ],
  ]
  for (const [accept, type] of types) {
    const { headers, body } = await ask(main, '/metrics', { headers: { accept } })
    assert.equal(headers['content-type'], type)
    assert.equal(body.toString().endsWith('# EOF\n'), type.includes('openmetrics'))
    assert.equal(Number(headers['content-length']), body.length)
  }
})

test('kube-state role: a compressed answer holds what the plain one does', async () => {
  const plain = await ask(main, '/metrics')
  const packed = await ask(main, '/metrics', { headers: { 'accept-encoding': 'deflate, gzip;q=1.0' } })
  assert.equal(packed.headers['content-encoding'], 'gzip')
  assert.ok(packed.body.length < plain.body.length / 5)
  assert.ok(gunzipSync(packed.body).equals(plain.body))
  assert.equal(plain.body.toString().match(/^kube_pod_info\{/gm)?.length, 3000)
  const refused = await ask(main, '/metrics', { headers: { 'accept-encoding': 'gzip;q=0' } })
  assert.equal(refused.headers['content-encoding'], undefined)
})

test('kube-state role: resources are chosen by the query', async () => {
  assert.equal((await ask(main, '/metrics?resources=nodes')).body.length, 0)
  assert.equal((await ask(main, '/metrics?exclude_resources=nodes,%20pods')).body.length, 0)
  assert.notEqual((await ask(main, '/metrics?resources=pods')).body.length, 0)
  assert.equal((await ask(main, '/metrics', { method: 'HEAD' })).body.length, 0)
})

test('kube-state role: ready when every first list is complete, alive as the API server is', async () => {
  const waiting = await ask(main, '/readyz')
  assert.equal(waiting.status, 503)
  assert.match(waiting.body.toString(), /nodes/)
  sinks.get('nodes')?.synced?.()
  assert.equal((await ask(main, '/readyz')).status, 200)
  assert.equal((await ask(telemetry, '/readyz')).status, 200)
  assert.equal((await ask(main, '/livez')).status, 200)
  livez = 500
  assert.equal((await ask(main, '/livez')).status, 503)
  livez = 200
  assert.equal((await ask(main, '/healthz')).status, 200)
  assert.match((await ask(main, '/')).body.toString(), /href="\/metrics"/)
  assert.equal((await ask(main, '/nothing')).status, 404)
  assert.equal((await ask(main, '/metrics', { method: 'POST' })).status, 405)
})

const hosts: readonly [string, number][] = [
  ['10.1.2.3:8080', 200],
  ['[fd00::1]:8080', 200],
  ['kube-state-metrics', 200],
  ['kube-state-metrics.monitoring.svc:8080', 200],
  ['kube-state-metrics.monitoring.svc.cluster.local', 200],
  ['state.example', 200],
  ['evil.example', 421],
  ['svc.evil.example', 421],
]

for (const [host, status] of hosts)
  test(`kube-state role: a request to ${host} gets ${status}`, async () => {
    assert.equal((await ask(main, '/healthz', { headers: { host } })).status, status)
  })

const callers: readonly [string | undefined, number][] = [
  [undefined, 401],
  ['Basic x', 401],
  ['Bearer bad', 401],
  ['Bearer somebody', 403],
  ['Bearer broken', 503],
  ['Bearer prometheus', 200],
]

for (const [authorization, status] of callers)
  test(`kube-state role: with --auth-filter, ${authorization ?? 'nothing'} gets ${status}`, async () => {
    const headers = authorization === undefined ? {} : { authorization }
    assert.equal((await ask(telemetry, '/metrics', { headers })).status, status)
  })

test('kube-state role: a reader that hangs up disturbs nobody', async () => {
  const sent = get({ host: '127.0.0.1', port: main.port, path: '/metrics' })
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  response.once('data', () => response.destroy())
  await once(response, 'close')
  assert.equal((await ask(main, '/metrics?resources=pods')).status, 200)
})
