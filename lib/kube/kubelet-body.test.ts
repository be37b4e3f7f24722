import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { readWithCredential } from './kubelet-body.ts'
import { greetKubelet } from './kubelet-certificate.ts'

const pem = (name: string) => readFileSync(join(import.meta.dirname, 'testdata', `${name}.pem`), 'utf8')
const pin = new X509Certificate(pem('server')).fingerprint256.replaceAll(':', '').toLowerCase()
const token = { headers: { Authorization: 'Bearer secret' }, cert: '', key: '', ca: pem('ca') }
const certificate = { headers: {}, cert: pem('client'), key: pem('client-key'), ca: pem('ca') }

/** A kubelet that says who asked. */
async function kubelet(t: TestContext) {
  const asked: string[] = []
  const options = { cert: pem('server'), key: pem('server-key'), ca: pem('ca'), requestCert: true }
  const server = createServer({ ...options, rejectUnauthorized: false }, (request, answer) => {
    const peer = (request.socket as TLSSocket).getPeerCertificate()
    asked.push(`${request.url} ${request.headers.authorization ?? '-'} ${peer?.subject?.CN ?? '-'}`)
    if (request.url === '/forbidden') answer.writeHead(403).end('no')
    else if (request.url === '/redirect') answer.writeHead(302, { location: '/metrics' }).end()
    else answer.writeHead(200, { 'content-type': 'text/plain' }).end('up 1\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { asked, port, url: (path: string) => new URL(`https://127.0.0.1:${port}${path}`) }
}

test('kubelet: a certificate that the authority vouches for is shown our credential', async (t) => {
  const { asked, url } = await kubelet(t)
  const { body, contentType } = await readWithCredential(url('/metrics'), { credential: token })
  assert.deepEqual([Buffer.from(body).toString(), contentType], ['up 1\n', 'text/plain'])
  assert.deepEqual(asked, ['/metrics Bearer secret -'])
})

test('kubelet: nothing is sent where the authority is another one, or the certificate not the pinned one', async (t) => {
  const { asked, url } = await kubelet(t)
  const stranger = { ...token, ca: pem('other-ca') }
  await assert.rejects(readWithCredential(url('/metrics'), { credential: stranger }), /self.signed|unable to verify/i)
  await assert.rejects(
    readWithCredential(url('/metrics'), { credential: certificate, pinnedSha256: 'aa' }),
    /another certificate than the pinned one/,
  )
  assert.deepEqual(asked, [])
})

test('kubelet: over a pinned certificate goes a client certificate, and never a token', async (t) => {
  const { asked, url } = await kubelet(t)
  const unknown = { ca: pem('other-ca'), pinned: { pinnedSha256: pin } }
  for (const credential of [certificate, token])
    await readWithCredential(url('/metrics'), { credential: { ...credential, ca: unknown.ca }, ...unknown.pinned })
  const { CN } = Object.fromEntries(
    new X509Certificate(pem('client')).subject.split('\n').map((part) => part.split('=') as [string, string]),
  )
  assert.deepEqual(asked, [`/metrics - ${CN}`, '/metrics - -'])
})

test('kubelet: what it answers besides a body is told with its address, and no redirect is followed', async (t) => {
  const { asked, url } = await kubelet(t)
  const read = (path: string, more = {}) => readWithCredential(url(path), { credential: token, ...more })
  await assert.rejects(read('/forbidden'), /^Error: 127\.0\.0\.1:\d+: server returned HTTP status 403 Forbidden$/)
  await assert.rejects(read('/redirect'), /status 302/)
  await assert.rejects(read('/metrics', { limitBytes: 2 }), /longer than 2 bytes/)
  assert.equal(asked.length, 3)
})

test('kubelet: a greeting tells of its certificate, and of a port that nobody listens on', async (t) => {
  const { asked, port } = await kubelet(t)
  const address = { host: '127.0.0.1', port }
  const known = await greetKubelet(address, pem('ca'))
  assert.deepEqual([known.kind, known.kind === 'certificate' && known.isVerified], ['certificate', true])
  const unknown = await greetKubelet(address, pem('other-ca'))
  assert.ok(unknown.kind === 'certificate' && !unknown.isVerified && unknown.sha256 === pin && unknown.why !== '')
  assert.equal((await greetKubelet({ host: '127.0.0.1', port: 1 }, undefined)).kind, 'unreachable')
  assert.deepEqual(asked, [], 'nothing was asked')
})
