import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import fc from 'fast-check'
import { type CertificatePair, makeAuthority, signServing } from '#lib/certificates'
import { fingerprints } from './api-service.ts'
import {
  type Authorities,
  type AuthoritySecret,
  AuthoritySecretError,
  nextStep,
  readAuthorities,
} from './authorities.ts'
import { defaultTimings } from './names.ts'

const names = { namespace: 'ns', service: 's', secret: 'the-ca', clusterRole: 'r', instance: 'i' }
const DAY_MS = 86_400_000
const startMs = Math.floor(Date.now() / 1000) * 1000
const validity = { notBeforeMs: startMs, notAfterMs: startMs + 300 * DAY_MS }

let [one, two, leaf]: CertificatePair[] = []

before(async () => {
  one = await makeAuthority({ commonName: 'one', ...validity })
  two = await makeAuthority({ commonName: 'two', ...validity })
  leaf = await signServing(one, { commonName: 'leaf', dnsNames: ['leaf'], ipAddresses: [], ...validity })
})

function secretOf(data: Readonly<Record<string, string>>, metadata: object = {}): AuthoritySecret {
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])
  return { metadata: { name: 'the-ca', resourceVersion: '7', ...metadata }, data: Object.fromEntries(encoded) }
}

function read(data: Readonly<Record<string, string>>, metadata: object = {}): Authorities {
  const has = readAuthorities(secretOf(data, metadata), names)
  assert.ok(has)
  return has
}

test('aggregation: what a Secret holds is trusted whatever its entry is called, and nothing else is', () => {
  const data = { 'ca.crt': one.cert, 'ca.key': one.key }
  const has = read({ ...data, 'later.crt': two.cert, 'junk.crt': 'junk', 'leaf.crt': leaf.cert, note: 'x' })
  assert.equal(has.bundle, one.cert + two.cert)
  assert.equal(has.version, '7')
  assert.equal(has.current.notAfterMs, validity.notAfterMs)
  assert.equal(has.signsSinceMs, startMs)
  const several = read({ ...data, 'previous.crt': `${two.cert}\n# and\n${one.cert}` })
  assert.equal(fingerprints(several.bundle).size, 2)
})

test('aggregation: a Secret that cannot be used is refused with its name, the fault and the command that helps', () => {
  const cases: [Record<string, string>, RegExp][] = [
    [{}, /ca\.crt is missing/],
    [{ 'ca.crt': one.cert }, /ca\.key is missing/],
    [{ 'ca.crt': one.cert, 'ca.key': two.key }, /ca\.key does not belong to ca\.crt/],
    [{ 'ca.crt': leaf.cert, 'ca.key': leaf.key }, /ca\.crt is not the certificate of an authority/],
    [{ 'ca.crt': 'x', 'ca.key': one.key }, /ca\.crt or ca\.key cannot be read/],
    [{ 'ca.crt': one.cert, 'ca.key': one.key, 'next.crt': two.cert, 'next.key': 'x' }, /next\.crt or next\.key cannot/],
  ]
  for (const [data, message] of cases)
    assert.throws(
      () => readAuthorities(secretOf(data), names),
      (error) => {
        assert.ok(error instanceof AuthoritySecretError)
        assert.match(error.message, message)
        assert.match(error.message, /^Secret ns\/the-ca: .*not overwritten.*: kubectl -n ns delete secret the-ca$/)
        assert.doesNotMatch(error.message, /PRIVATE KEY-----\n/)
        return true
      },
    )
})

test('aggregation: an empty Secret is filled where its label says that it is ours', () => {
  const labels = { 'app.kubernetes.io/part-of': 'binnacle' }
  assert.equal(readAuthorities(secretOf({}, { labels }), names), undefined)
  assert.throws(() => readAuthorities(secretOf({ x: 'y' }, { labels }), names), AuthoritySecretError)
})

test('aggregation: whatever stands in a Secret, it is read or refused in words', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('', one.cert, one.key, two.cert, leaf.cert),
    fc.nat(one.cert.length).map((at) => one.cert.slice(0, at) + one.cert.slice(at + 1)),
  )
  const entry = fc.constantFrom('ca.crt', 'ca.key', 'next.crt', 'next.key', 'previous.crt', 'x.crt', 'x')
  fc.assert(
    fc.property(fc.dictionary(entry, piece), fc.dictionary(fc.string(), fc.string()), (data, annotations) => {
      try {
        const has = readAuthorities(secretOf(data, { annotations }), names)
        assert.ok(has === undefined || fingerprints(has.bundle).has(has.current.fingerprint))
      } catch (error) {
        assert.ok(error instanceof AuthoritySecretError, String(error))
      }
    }),
    { numRuns: 300 },
  )
})

test('aggregation: each step of a change is taken when it is due, one at a time', () => {
  const data = { 'ca.crt': one.cert, 'ca.key': one.key }
  const next = { 'next.crt': two.cert, 'next.key': two.key }
  const asked = { annotations: { 'binnacle/rotate': 'x' } }
  const since = (ms: number) => ({ annotations: { 'binnacle/signs-since': new Date(startMs + ms).toISOString() } })
  const cases: [string, Authorities, number, number, string | undefined][] = [
    ['it is young', read(data), DAY_MS, 0, undefined],
    ['two thirds have passed', read(data), 201 * DAY_MS, 0, 'make-next'],
    ['someone asks', read(data, asked), 0, 0, 'make-next'],
    ['someone asks during a change', read({ ...data, ...next }, asked), 0, 0, undefined],
    ['someone asks right after one', read({ ...data, 'previous.crt': two.cert }, asked), 0, 0, undefined],
    ['the next is hardly trusted', read({ ...data, ...next }), 0, 59_000, undefined],
    ['the next is trusted', read({ ...data, ...next }), 0, 60_000, 'promote'],
    ['it is over and the next is there', read({ ...data, ...next }), 301 * DAY_MS, 0, 'promote'],
    ['it is over', read({ ...data, 'previous.crt': two.cert }, since(301 * DAY_MS)), 301 * DAY_MS, 0, 'make-next'],
    ['someone may still use the old', read({ ...data, 'previous.crt': two.cert }, since(0)), 3_599_000, 0, undefined],
    ['nobody uses the old', read({ ...data, 'previous.crt': two.cert }, since(0)), 3_600_000, 0, 'retire'],
  ]
  for (const [when, has, afterMs, nextHeldMs, step] of cases)
    assert.equal(nextStep(has, { nowMs: startMs + afterMs, nextHeldMs }, defaultTimings), step, when)
})
