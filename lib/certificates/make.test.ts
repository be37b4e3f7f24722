import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { type CertificatePair, makeAuthority, signServing } from './make.ts'

const now = Date.now()
const validity = { notBeforeMs: now - 60_000, notAfterMs: now + 86_400_000 }
const names = { commonName: 'api.ns.svc', dnsNames: ['api', 'api.ns.svc'], ipAddresses: ['127.0.0.1', '::1'] }

test('certificates: a serving certificate is taken by whoever trusts its authority, under its names alone', async () => {
  const authority = await makeAuthority({ commonName: 'tests, "quoted" = yes', ...validity })
  const serving = await signServing(authority, { ...names, ...validity })
  assert.equal(await ask(serving, authority.cert, 'api.ns.svc'), 'well')
  assert.equal(await ask(serving, authority.cert, 'other.ns.svc'), 'ERR_TLS_CERT_ALTNAME_INVALID')
  const stranger = await makeAuthority({ commonName: 'tests, "quoted" = yes', ...validity })
  assert.notEqual(await ask(serving, stranger.cert, 'api.ns.svc'), 'well')
  assert.equal(await ask(serving, stranger.cert + authority.cert, 'api.ns.svc'), 'well')
})

test('certificates: what was asked for stands in them', async () => {
  const authority = await makeAuthority({ commonName: 'an authority', ...validity })
  const serving = await signServing(authority, { ...names, ...validity })
  const [ca, leaf] = [new X509Certificate(authority.cert), new X509Certificate(serving.cert)]
  assert.equal(ca.ca, true)
  assert.equal(leaf.ca, false)
  assert.equal(leaf.subjectAltName, 'DNS:api, DNS:api.ns.svc, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1')
  assert.deepEqual(leaf.keyUsage, ['1.3.6.1.5.5.7.3.1'])
  assert.equal(Math.floor(leaf.validToDate.getTime() / 1000), Math.floor(validity.notAfterMs / 1000))
  assert.equal(leaf.issuer, ca.subject)
  assert.equal(leaf.subject, 'CN=api.ns.svc')
  assert.match(leaf.serialNumber, /^4[0-9A-F]{31}$/)
})

test('certificates: openssl finds nothing wrong with them', async (t) => {
  if (spawnSync('openssl', ['version']).status !== 0) return t.skip('openssl is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const authority = await makeAuthority({ commonName: 'an authority', ...validity })
  const serving = await signServing(authority, { ...names, commonName: 'x'.repeat(200), ...validity })
  writeFileSync(join(folder, 'ca.pem'), authority.cert)
  writeFileSync(join(folder, 'leaf.pem'), serving.cert)
  const args = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', 'ca.pem', 'leaf.pem']
  const { stdout, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
  assert.equal(stdout, 'leaf.pem: OK\n', stderr)
})

test('certificates: an authority whose key is another one is refused in words', async () => {
  const [one, two] = await Promise.all(['a', 'b'].map((commonName) => makeAuthority({ commonName, ...validity })))
  await assert.rejects(
    signServing({ cert: one.cert, key: two.key }, { ...names, ...validity }),
    /its key does not belong to its certificate/,
  )
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  await assert.rejects(signServing({ cert: one.cert, key }, { ...names, ...validity }), /curve P-256/)
})

/** What a client that trusts `ca` gets from a server with this certificate, or the code of what went wrong. */
async function ask(serving: CertificatePair, ca: string, servername: string): Promise<string> {
  const server = createServer(serving, (_, answer) => answer.end('well'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    return await new Promise((resolve) => {
      const call = request({ host: '127.0.0.1', port, ca, servername, agent: false }, (answer) => {
        answer.setEncoding('utf8').on('data', resolve)
      })
      call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message)).end()
    })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
