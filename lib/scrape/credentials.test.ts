import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { BodyBuffer } from '#lib/http'
import { FastClient } from './fast-client.ts'
import { defaultHttpConfig, type HttpConfig } from './http-config.ts'
import { LibraryClient } from './library-client.ts'
import { defaultPoolOptions, type PoolOptions } from './pool.ts'
import { TargetBody } from './target-body.ts'

const file = (name: string) => join(import.meta.dirname, 'testdata', name)
const keys = { key: readFileSync(file('key.pem')), cert: readFileSync(file('cert.pem')) }
const pin = new X509Certificate(keys.cert).fingerprint256.replaceAll(':', '').toLowerCase()

async function listen(t: TestContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const http = (t: TestContext, handler: RequestListener) => listen(t, createServer(handler))
const https = (t: TestContext, handler: RequestListener) => listen(t, createTlsServer(keys, handler))

const secretHttp: HttpConfig = {
  ...defaultHttpConfig,
  bearer_token: 'secret',
  http_headers: { 'X-Key': { values: [], secrets: ['secret'], files: [] } },
}
const options = (more: Partial<PoolOptions> = {}): PoolOptions => ({ ...defaultPoolOptions, timeoutMs: 3000, ...more })

/** The error of one scrape, or its body. */
async function scrape(url: string, options: PoolOptions): Promise<string> {
  const parts = {
    id: '',
    pool: '',
    labels: undefined as never,
    shownUrl: url,
    source: undefined,
    mistake: '',
    namespace: '',
  }
  const body = new TargetBody({ ...parts, url, options }, { fetch: () => Promise.reject(new Error('none')) })
  const buffer = new BodyBuffer()
  try {
    await body.fetch(buffer, new AbortController().signal)
    return Buffer.from(buffer.seal()).toString()
  } catch (error) {
    return (error as Error).message.replaceAll(/127\.0\.0\.1:\d+/g, 'target')
  } finally {
    body.close()
  }
}

const TEXT = { 'content-type': 'text/plain' }

test('credentials: a redirect carries them to the same host alone', async (t) => {
  const seen: Record<string, unknown[]> = {}
  const note =
    (name: string, answer: RequestListener): RequestListener =>
    (request, response) => {
      ;(seen[name] ??= []).push([request.headers.authorization, request.headers['x-key'], request.headers.host])
      answer(request, response)
    }
  const other = await http(
    t,
    note('other', (request, response) => {
      if (request.url === '/back') response.writeHead(302, { location: `http://${home}/end` }).end()
      else response.writeHead(200, TEXT).end('a 1\n')
    }),
  )
  const home: string = await http(
    t,
    note('home', (request, response) => {
      if (request.url === '/end') response.writeHead(200, TEXT).end('a 2\n')
      else response.writeHead(302, { location: String(request.url).slice(1).replace('OTHER', `http://${other}`) }).end()
    }),
  )
  const go = (path: string) => scrape(`http://${home}/${path}`, options({ http: secretHttp }))
  const ours = ['Bearer secret', 'secret', home]
  assert.equal(await go('/end'), 'a 2\n')
  assert.deepEqual(seen.home.at(-1), ours)
  assert.equal(await go('OTHER/x'), 'a 1\n')
  assert.deepEqual(seen.other.at(-1), [undefined, undefined, other])
  assert.equal(await go('OTHER/back'), 'a 2\n')
  assert.deepEqual(seen.home.at(-1), [undefined, undefined, home])
  assert.match(await go('ftp://x/'), /the target redirects to "ftp:\/\/x\/", which is no URL/)
  assert.equal(await go('loop'), 'stopped after 10 redirects')
})

test('credentials: a certificate of a client stays with its host', async (t) => {
  const peers: boolean[] = []
  const server = createTlsServer({ ...keys, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    const peer = (request.socket as never as { getPeerCertificate(): object }).getPeerCertificate()
    peers.push(Object.keys(peer).length > 0)
    response.writeHead(200, TEXT).end('a 1\n')
  })
  const other = await listen(t, server)
  const home = await https(t, (_, response) => response.writeHead(302, { location: `https://${other}/` }).end())
  const tls = {
    ca: '',
    ca_file: '',
    cert: '',
    key: '',
    server_name: '',
    min_version: undefined,
    max_version: undefined,
  }
  const tls_config = { ...tls, cert_file: file('cert.pem'), key_file: file('key.pem'), insecure_skip_verify: true }
  const pool = options({ http: { ...defaultHttpConfig, tls_config } })
  assert.equal(await scrape(`https://${other}/`, pool), 'a 1\n')
  assert.equal(await scrape(`https://${home}/`, pool), 'a 1\n')
  assert.deepEqual(peers, [true, false])
})

test('credentials: nothing is sent to a host whose certificate is not accepted', async (t) => {
  let requests = 0
  const address = await https(t, (_, response) => {
    requests++
    response.writeHead(200, TEXT).end('a 1\n')
  })
  const url = `https://${address}/`
  for (const make of [FastClient, LibraryClient]) {
    const fetch = async (http: HttpConfig) => {
      const client = new make(new URL(url), options({ http }))
      try {
        return (await client.fetch(new BodyBuffer(), 1000, new AbortController().signal)).status
      } catch (error) {
        return (error as Error).message
      } finally {
        client.close()
      }
    }
    requests = 0
    const wrong = await fetch({ ...secretHttp, pinned_sha256: 'ab'.repeat(32) })
    assert.match(String(wrong), new RegExp(`self-signed.*and it is not the pinned one: its SHA-256 is ${pin}`))
    assert.match(String(await fetch(secretHttp)), /self-signed/)
    assert.equal(requests, 0)
    assert.equal(await fetch({ ...secretHttp, pinned_sha256: pin }), 200)
    assert.equal(await fetch({ ...secretHttp, pinned_sha256: pin.toUpperCase().replaceAll(/..(?=.)/g, '$&:') }), 200)
    assert.equal(requests, 2)
  }
})

test('credentials: a refusal says whether they are missing, wrong, or not enough', async (t) => {
  const address = await http(t, (request, response) => response.writeHead(Number(request.url?.slice(1))).end())
  const bare = options()
  const known = options({ http: secretHttp })
  const cases: [string, PoolOptions, string][] = [
    ['401', bare, 'server returned HTTP status 401 Unauthorized: it wants credentials and none are configured'],
    ['401', known, 'server returned HTTP status 401 Unauthorized: our credentials are not accepted'],
    ['403', known, 'server returned HTTP status 403 Forbidden: who we are is known and may not read this'],
    ['500', known, 'server returned HTTP status 500 Internal Server Error'],
  ]
  for (const [path, pool, text] of cases) assert.equal(await scrape(`http://${address}/${path}`, pool), text)
})

test('credentials: objects lead to no internal address, by name, by address, or by a redirect', async (t) => {
  let requests = 0
  const address = await http(t, (_, response) => {
    requests++
    response.writeHead(200, TEXT).end('a 1\n')
  })
  const port = address.split(':')[1]
  const pool = options({ untrusted: true })
  const proxied = options({ untrusted: true, http: { ...defaultHttpConfig, proxy_url: `http://${address}` } })
  assert.match(
    await scrape(`http://${address}/`, pool),
    /is a loopback address: objects of a cluster may not lead there/,
  )
  assert.match(await scrape(`http://localhost:${port}/`, pool), /localhost is a loopback address/)
  assert.match(await scrape('http://h.example:1/', proxied), /is a loopback address/)
  for (const url of [`http://${address}/`, `http://localhost:${port}/`]) {
    const client = new LibraryClient(new URL(url), pool)
    const failed = client.fetch(new BodyBuffer(), 1000, new AbortController().signal)
    await assert.rejects(failed, /is a loopback address/)
    client.close()
  }
  assert.equal(requests, 0)
})
