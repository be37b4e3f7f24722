import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { connect } from 'node:tls'
import { type CertificatePair, makeAuthority, signServing } from '#lib/certificates'
import { openLog } from '#lib/log'
import { listen } from './http.ts'
import { followTls, readTls } from './tls.ts'

const folder = mkdtempSync(join(tmpdir(), 'kube-state-tls-'))
const config = join(folder, 'web.yml')
const log = openLog({ level: 'error', format: 'json' })
const validity = { notBeforeMs: Date.now() - 1000, notAfterMs: Date.now() + 86_400_000 }

let [one, two]: CertificatePair[] = []

before(async () => {
  const authority = await makeAuthority({ commonName: 'a', ...validity })
  const names = { commonName: 'a', dnsNames: ['a'], ipAddresses: [], ...validity }
  ;[one, two] = await Promise.all([signServing(authority, names), signServing(authority, names)])
  writeFileSync(config, 'tls_server_config: { cert_file: a.crt, key_file: a.key }\n')
})

after(() => rmSync(folder, { recursive: true }))

function write({ cert, key }: CertificatePair): void {
  writeFileSync(join(folder, 'a.crt'), cert)
  writeFileSync(join(folder, 'a.key'), key)
}

test('kube-state: a key that belongs to another certificate is told at start', async () => {
  write({ cert: one.cert, key: two.key })
  await assert.rejects(readTls(config), /a\.key: the key does not belong to the certificate in .*a\.crt/)
})

test('kube-state: a certificate that is replaced in its files is served without a restart', async () => {
  write(one)
  const served = await readTls(config)
  await using server = await listen(new Map(), {
    host: '127.0.0.1',
    port: 0,
    tls: served.options,
    readTimeoutMs: 1000,
    writeTimeoutMs: 1000,
    idleTimeoutMs: 1000,
    headerTimeoutMs: 1000,
    refusal: () => undefined,
    onError: () => {},
  })
  using _following = followTls(served, [server], log, 20)
  assert.equal(await servedBy(server.port), fingerprint(one))
  write(two)
  for (let tries = 0; (await servedBy(server.port)) !== fingerprint(two); tries++) {
    assert.ok(tries < 100, 'the first certificate is served on')
    await setTimeout(20)
  }
})

const fingerprint = ({ cert }: CertificatePair) => new X509Certificate(cert).fingerprint256

function servedBy(port: AddressInfo['port']): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256)
      socket.destroy()
    }).on('error', reject)
  })
}
