import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { KubeStatusError } from './api.ts'
import type { ClusterAccess } from './cluster-access.ts'
import { KubeConnectionError } from './connection-error.ts'
import { openKubeApi, type OpenKubeApi } from './open-api.ts'

const pem = (name: string) => readFileSync(join(import.meta.dirname, 'testdata', `${name}.pem`), 'utf8')

async function listen(t: TestContext, server: Server & { closeAllConnections?(): void }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections?.()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

function open(t: TestContext, server: string, more: Partial<ClusterAccess> = {}): OpenKubeApi {
  const identity = {
    source: 'kubeconfig',
    from: 'f',
    context: 'c',
    cluster: 'c',
    server,
    user: 'u',
    namespace: 'n',
  } as const
  const api = openKubeApi({
    identity,
    server,
    tlsServerName: '',
    insecure: false,
    proxy: '',
    compression: true,
    impersonation: {},
    notices: [],
    ...more,
  })
  t.after(() => api[Symbol.asyncDispose]())
  return api
}

async function plain(
  t: TestContext,
  listener: RequestListener,
  more: Partial<ClusterAccess> = {},
): Promise<OpenKubeApi> {
  return open(t, `http://127.0.0.1:${await listen(t, createServer(listener))}`, more)
}

const whoAmI: RequestListener = (request, answer) => {
  const socket = request.socket as TLSSocket
  const subject = socket.getPeerCertificate?.()?.subject
  answer.end(JSON.stringify({ user: subject ? subject.CN : '', url: request.url, headers: request.headers }))
}

async function secure(t: TestContext, listener: RequestListener = whoAmI): Promise<number> {
  const options = {
    cert: pem('server'),
    key: pem('server-key'),
    ca: pem('ca'),
    requestCert: true,
    rejectUnauthorized: false,
  }
  return listen(t, createTlsServer(options, listener))
}

interface Seen {
  readonly user: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
}

test('kube api: what the server refuses is an error with status, reason, message and Retry-After', async (t) => {
  const api = await plain(t, (request, answer) => {
    if (request.url === '/status')
      answer.writeHead(429, { 'retry-after': '7' }).end(
        JSON.stringify({
          kind: 'Status',
          reason: 'TooManyRequests',
          message: 'slow down',
          details: { retryAfterSeconds: 3 },
        }),
      )
    else answer.writeHead(502).end('<html>Bad Gateway')
  })
  await assert.rejects(api.json('/status'), (error) => {
    assert.ok(error instanceof KubeStatusError)
    assert.deepEqual([error.status, error.reason, error.retryAfterSeconds], [429, 'TooManyRequests', 7])
    assert.match(error.message, /^GET \/status: 429: slow down$/)
    return true
  })
  await assert.rejects(api.json('/html'), /GET \/html: 502: <html>Bad Gateway/)
})

test('kube api: queries, bodies, impersonation and the path of the server reach it as they are meant', async (t) => {
  const port = await listen(
    t,
    createServer((request, answer) => {
      let body = ''
      request
        .on('data', (part) => (body += part))
        .on('end', () => answer.end(JSON.stringify({ url: request.url, body, headers: request.headers })))
    }),
  )
  const impersonation = { 'Impersonate-User': 'other', 'Impersonate-Group': ['g', 'h'] }
  const api = open(t, `http://127.0.0.1:${port}/k8s/c1`, { impersonation, basic: { username: 'u', password: 'p' } })
  const seen = await api.json<Seen & { body: string }>('/api', {
    method: 'POST',
    query: { a: 'x y', b: ['1', '2'], c: undefined },
    body: { é: 1 },
  })
  assert.equal(seen.url, '/k8s/c1/api?a=x+y&b=1&b=2')
  assert.equal(seen.body, '{"é":1}')
  assert.equal(seen.headers['content-type'], 'application/json')
  assert.equal(seen.headers['impersonate-user'], 'other')
  assert.equal(seen.headers['impersonate-group'], 'g, h')
  assert.equal(seen.headers.authorization, `Basic ${Buffer.from('u:p').toString('base64')}`)
})

test('kube api: a 401 makes the credentials anew once, for all who were refused; then it is the answer', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'binnacle-token-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'token')
  writeFileSync(file, 'old')
  let requests = 0
  let accepted = 'Bearer old'
  const api = await plain(
    t,
    (request, answer) => {
      requests++
      answer.writeHead(request.headers.authorization === accepted ? 200 : 401).end('{}')
    },
    { token: { file } },
  )
  await api.json('/')
  writeFileSync(file, 'new')
  accepted = 'Bearer new'
  await Promise.all([api.json('/'), api.json('/'), api.json('/')])
  accepted = 'Bearer none'
  requests = 0
  assert.equal((await api.request('/')).status, 401)
  assert.equal(requests, 2)
  await assert.rejects(
    api.json('/'),
    (error) => !(error as Error).message.includes('new') && (error as KubeStatusError).status === 401,
  )
})

test('kube api: a compressed answer is inflated while it arrives, and is not asked for where that is switched off', async (t) => {
  const listener: RequestListener = (request, answer) => {
    if (request.headers['accept-encoding'] !== 'gzip') return answer.end('"plain"')
    return answer.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify('x'.repeat(100_000))))
  }
  assert.equal((await (await plain(t, listener)).json<string>('/')).length, 100_000)
  assert.equal(await (await plain(t, listener, { compression: false })).json('/'), 'plain')
})

test('kube api: an answer that does not come, or not wholly, is an error with the address', async (t) => {
  const api = await plain(t, (request, answer) => {
    if (request.url === '/half') answer.write('{')
    if (request.url === '/cut') answer.writeHead(200, { 'content-length': '9' }).write('{', () => answer.destroy())
  })
  const silent = /cannot reach the API server http:\/\/127\.0\.0\.1:\d+: no answer within 0\.05 s/
  await assert.rejects(api.json('/none', { timeoutMs: 50 }), silent)
  await assert.rejects(api.json('/half', { timeoutMs: 50 }), silent)
  await assert.rejects(api.json('/cut'), KubeConnectionError)
  const reason = new Error('not wanted any more')
  await assert.rejects(api.json('/none', { signal: AbortSignal.abort(reason) }), reason)
})

test('kube api: errors of a connection say what to do', async (t) => {
  const port = await secure(t)
  const notTls = await listen(t, createServer())
  const url = `https://127.0.0.1:${port}`
  const ca = { text: pem('ca') }
  const cases: readonly (readonly [string, Partial<ClusterAccess>, RegExp])[] = [
    [
      'http://127.0.0.1:1',
      {},
      /^cannot reach the API server http:\/\/127\.0\.0\.1:1: connection refused: is the API server running/,
    ],
    ['https://nowhere.invalid', {}, /nowhere\.invalid: (no such host: correct the server|its name cannot be resolved)/],
    [
      url,
      { ca: { text: pem('other-ca') } },
      /its certificate is not signed by the certificate authority of the kubeconfig/,
    ],
    [url, {}, /its certificate is not signed by/],
    [
      url,
      { ca, tlsServerName: 'other.test' },
      /its certificate is for another name: correct server or tls-server-name/,
    ],
    [`https://127.0.0.1:${notTls}`, { ca }, /it does not speak TLS there|closed by the other side/],
  ]
  for (const [server, more, expected] of cases)
    await assert.rejects(open(t, server, more).json('/'), { message: expected })
})

test('kube api: the certificates of both sides are used, and read again when their file changes', async (t) => {
  const port = await secure(t)
  const url = `https://127.0.0.1:${port}`
  const ca = { text: pem('ca') }
  const mine = { cert: { text: pem('client') }, key: { text: pem('client-key') } }
  assert.equal((await open(t, url, { ca, ...mine }).json<Seen>('/')).user, 'somebody')
  assert.equal((await open(t, url, { ca, tlsServerName: 'api.test' }).json<Seen>('/')).url, '/')
  assert.equal((await open(t, url, { insecure: true }).json<Seen>('/')).url, '/')
  const folder = mkdtempSync(join(tmpdir(), 'binnacle-ca-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'ca.crt')
  writeFileSync(file, pem('other-ca'))
  let now = Date.now()
  t.mock.method(Date, 'now', () => now)
  const api = open(t, url, { ca: { file } })
  await assert.rejects(api.json('/'), /not signed by/)
  writeFileSync(file, pem('ca'))
  now += 10_000
  assert.equal((await api.json<Seen>('/')).url, '/')
})

test('kube api: long streams hold up no request, and requests share a few connections', async (t) => {
  const sockets = new Set<unknown>()
  let most = 0
  let running = 0
  const api = await plain(t, (request, answer) => {
    if (request.url === '/watch') return void answer.write('x')
    sockets.add(request.socket)
    most = Math.max(most, ++running)
    return void setTimeout(() => {
      running--
      answer.end('1')
    }, 5)
  })
  const streams = await Promise.all(Array.from({ length: 20 }, () => api.request('/watch', { stream: true })))
  await Promise.all(Array.from({ length: 40 }, () => api.json('/')))
  assert.ok(sockets.size <= 6 && most <= 6, `${sockets.size} connections`)
  assert.equal(streams.length, 20)
})

test('kube api: disposal ends what runs, and ending a stream closes its connection', async (t) => {
  const answers = new Set<object>()
  const api = await plain(t, (_, answer) => {
    answers.add(answer.on('close', () => answers.delete(answer)))
    answer.write('x')
  })
  for await (const _ of (await api.request('/', { stream: true })).chunks) break
  for (let i = 0; answers.size > 0 && i < 200; i++) await new Promise((resolve) => setTimeout(resolve, 5))
  assert.equal(answers.size, 0)
  const { chunks } = await api.request('/', { stream: true })
  const read = (async () => {
    for await (const _ of chunks);
  })()
  setTimeout(() => void api[Symbol.asyncDispose](), 10)
  await assert.rejects(read, /the API client was closed/)
  await assert.rejects(api.json('/'), /the API client was closed/)
})

test('kube api: a proxy for HTTP is gone through, TLS end to end', async (t) => {
  const port = await secure(t)
  const asked: string[] = []
  const proxy = createServer()
  proxy.on('connect', (request, socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
    const target = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    for (const one of [socket, target]) one.on('error', () => undefined)
  })
  const proxyPort = await listen(t, proxy)
  const api = open(t, 'https://api.test:6443', { ca: { text: pem('ca') }, proxy: `http://a:b@127.0.0.1:${proxyPort}` })
  assert.equal((await api.json<Seen>('/x')).url, '/x')
  assert.deepEqual(asked, [`api.test:6443 Basic ${Buffer.from('a:b').toString('base64')}`])
})

test('kube api: a SOCKS proxy is gone through, and resolves the name', async (t) => {
  const port = await secure(t)
  const asked: string[] = []
  const proxy = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]))
      socket.once('data', (request: Buffer) => {
        asked.push(request.subarray(5, 5 + request[4]).toString())
        const target = connect(port, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]))
          target.pipe(socket).pipe(target)
        })
        target.on('error', () => undefined)
        socket.on('close', () => target.destroy())
      })
    })
  })
  const proxyPort = await listen(t, proxy)
  const api = open(t, 'https://api.test:6443', { ca: { text: pem('ca') }, proxy: `socks5://127.0.0.1:${proxyPort}` })
  assert.equal((await api.json<Seen>('/x')).url, '/x')
  assert.deepEqual(asked, ['api.test'])
  const refusing = await listen(
    t,
    createTcpServer((socket) =>
      socket.on('error', () => undefined).once('data', () => socket.end(Buffer.from([5, 255]))),
    ),
  )
  await assert.rejects(
    open(t, 'https://api.test', { proxy: `socks5://127.0.0.1:${refusing}` }).json('/'),
    /cannot reach the API server https:\/\/api\.test through the proxy 127\.0\.0\.1:\d+: the SOCKS proxy .* wants another login/,
  )
})
