import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { everyone } from './admission.ts'
import { ApiError } from './error.ts'
import type { ReadRequest } from './read-api.ts'
import { createServer } from './server.ts'

const assets = mkdtempSync(join(tmpdir(), 'binnacle-api-'))
writeFileSync(join(assets, 'main-1.js'), '// ok')
const reads: ReadRequest[] = []
const state = { ready: false }
const server = await createServer({
  hostNames: [],
  admission: { ...everyone, needOf: (url) => (url.startsWith('/-/') ? 'open' : 'scoped') },
  read: async (request) => {
    reads.push(request)
    return { status: 200, body: new Uint8Array(Buffer.from(`{"status":"success","data":[${'"x",'.repeat(999)}"x"]}`)) }
  },
  status: {
    'status/flags': async () => ({ a: 'b' }),
    'status/bad': () => Promise.reject(new ApiError('unavailable', 'not now')),
  },
  admin: {
    isEnabled: false,
    deleteSeries: async () => undefined,
    cleanTombstones: async () => undefined,
    snapshot: async () => '',
  },
  ui: {
    verdict: async () => ({ ok: true }),
    object: async (_, params) => {
      if (params.name?.[0] === 'gone') throw new ApiError('not_found', 'there is no pod gone')
      return { ...params }
    },
    list: { whole: async () => ({ version: 1, rows: [] }), since: async () => undefined },
  },
  raw: { '/metrics': async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }) },
  isReady: () => state.ready,
  application: { page: (nonce) => `<script nonce="${nonce}"></script>`, assets },
  onStream: () => () => undefined,
  onRequest: () => undefined,
})
after(async () => {
  await server.close()
  rmSync(assets, { recursive: true })
})

const get = (url: string, headers: Record<string, string> = {}) =>
  server.inject({ url, headers: { host: 'localhost:9090', ...headers } })

test('server: health and readiness answer GET and HEAD in plain text', async () => {
  assert.equal((await get('/-/healthy')).body, 'Binnacle is Healthy.\n')
  assert.equal((await get('/-/ready')).statusCode, 503)
  state.ready = true
  assert.equal((await get('/-/ready')).body, 'Binnacle is Ready.\n')
  for (const url of ['/-/healthy', '/-/ready', '/metrics', '/api/v1/status/flags']) {
    const answer = await server.inject({ method: 'HEAD', url, headers: { host: 'localhost' } })
    assert.equal(answer.statusCode, 200, url)
  }
})

test('server: a form and the query of a POST are joined, the form first', async () => {
  const answer = await server.inject({
    method: 'POST',
    url: '/api/v1/query?query=b&time=1',
    headers: { host: 'localhost', 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'query=a%2Bc&match%5B%5D=x&match%5B%5D=y+z',
  })
  assert.equal(answer.statusCode, 200)
  assert.deepEqual({ ...reads.at(-1)?.params }, { query: ['a+c', 'b'], 'match[]': ['x', 'y z'], time: ['1'] })
  assert.equal(reads.at(-1)?.endpoint, 'query')
})

test('server: parameters named like parts of an object are only parameters', async () => {
  assert.equal((await get('/api/v1/query?__proto__=1&constructor=2&query=x')).statusCode, 200)
  assert.deepEqual(reads.at(-1)?.params.query, ['x'])
})

test('server: a label name arrives unescaped', async () => {
  await get('/api/v1/label/http%2Estatus/values')
  assert.equal(reads.at(-1)?.label, 'http.status')
})

test('server: a large answer is compressed for who asks, and says on what it varies', async () => {
  const plain = await get('/api/v1/labels')
  const packed = await get('/api/v1/labels', { 'accept-encoding': 'gzip' })
  assert.equal(plain.headers['content-encoding'], undefined)
  assert.equal(packed.headers['content-encoding'], 'gzip')
  assert.equal(gunzipSync(packed.rawPayload).toString('utf8'), plain.body)
  assert.match(String(packed.headers.vary), /accept-encoding/i)
})

test('server: what is not there is answered in the envelope', async () => {
  for (const url of ['/api/v1/nothing', '/api/v2/x', '/-/nothing', '/assets/nothing.js', '/favicon.ico', '/x.php']) {
    const answer = await get(url)
    assert.equal(answer.statusCode, 404, url)
    assert.deepEqual(JSON.parse(answer.body), {
      status: 'error',
      errorType: 'not_found',
      error: `there is nothing at ${url}`,
    })
  }
})

test('server: a failing status route keeps the kind of its error', async () => {
  const answer = await get('/api/v1/status/bad')
  assert.equal(answer.statusCode, 503)
  assert.deepEqual(JSON.parse(answer.body), { status: 'error', errorType: 'unavailable', error: 'not now' })
})

test('server: the web application’s own routes take parameters, give lists whole, and say what is not there', async () => {
  assert.deepEqual(JSON.parse((await get('/api/ui/v1/object?name=a&name=b')).body), { name: ['a', 'b'] })
  assert.deepEqual(JSON.parse((await get('/api/ui/v1/list')).body), { version: 1, rows: [] })
  const gone = await get('/api/ui/v1/object?name=gone')
  assert.equal(gone.statusCode, 404)
  assert.equal((JSON.parse(gone.body) as { error: string }).error, 'there is no pod gone')
})

test('server: each page has a nonce of its own, in the policy and in the page', async () => {
  const nonces = new Set<string>()
  for (const url of ['/', '/containers', '/containers/a/b', '/']) {
    const answer = await get(url)
    const [, nonce] = /script-src 'self' 'nonce-([^']+)'/.exec(String(answer.headers['content-security-policy'])) ?? []
    assert.ok(answer.body.includes(`nonce="${nonce}"`), url)
    nonces.add(nonce)
  }
  assert.equal(nonces.size, 4)
})

test('server: files of the application are kept for ever by browsers, and none outside their folder is served', async () => {
  const answer = await get('/assets/main-1.js')
  assert.equal(answer.body, '// ok')
  assert.match(String(answer.headers['cache-control']), /immutable/)
  for (const url of ['/assets/../server.ts', '/assets/%2e%2e/%2e%2e/etc/passwd', '/assets/..%2f..%2fetc%2fpasswd'])
    assert.doesNotMatch((await get(url)).body, /root:|createServer/, url)
})

test('server: no answer allows other origins, and a foreign Host or Origin is refused', async () => {
  for (const url of ['/', '/api/v1/labels', '/metrics', '/nothing.txt']) {
    const { headers } = await get(url, { origin: 'http://evil.example' })
    assert.equal(headers['access-control-allow-origin'], undefined, url)
    assert.equal(headers['x-content-type-options'], 'nosniff', url)
  }
  assert.equal((await get('/', { host: 'evil.example' })).statusCode, 421)
  const post = { method: 'POST' as const, url: '/api/v1/query?query=x' }
  const foreign = { host: 'localhost:9090', origin: 'http://evil.example' }
  assert.equal((await server.inject({ ...post, headers: foreign })).statusCode, 403)
})

test('server: a body that is too large or of an unknown kind is refused, not read', async () => {
  const post = { method: 'POST' as const, url: '/api/v1/query' }
  const headers = { host: 'localhost', 'content-type': 'application/x-www-form-urlencoded' }
  assert.equal((await server.inject({ ...post, headers, payload: 'x'.repeat(11 * 2 ** 20) })).statusCode, 413)
  const xml = { host: 'localhost', 'content-type': 'text/xml' }
  assert.equal((await server.inject({ ...post, headers: xml, payload: '<x/>' })).statusCode, 415)
})
