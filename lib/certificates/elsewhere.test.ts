import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { makeAuthority, signServing } from './elsewhere.ts'

const validity = { notBeforeMs: Date.now() - 60_000, notAfterMs: Date.now() + 86_400_000 }
const names = { commonName: 'api.ns.svc', dnsNames: ['api.ns.svc'], ipAddresses: [] }

test('certificates: they are made in processes that end and leave no memory behind', async () => {
  const before = process.memoryUsage.rss()
  const authority = await makeAuthority({ commonName: 'an authority', ...validity })
  const { cert } = await signServing(authority, { ...names, ...validity })
  assert.ok(new X509Certificate(cert).verify(new X509Certificate(authority.cert).publicKey))
  assert.ok(process.memoryUsage.rss() - before < 10e6)
  for (let tries = 0; running() > 0; tries++) {
    assert.ok(tries < 100, 'they go on running')
    await setTimeout(20)
  }
})

test('certificates: what cannot be made is told in words', async () => {
  const nonsense = { cert: 'nonsense', key: 'nonsense' }
  await assert.rejects(
    signServing(nonsense, { ...names, ...validity }),
    /^Error: cannot make a serving certificate: .+/,
  )
})

const running = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length
