import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { CertificatePair } from '#lib/certificates'
import { openLog } from '#lib/log'
import { Aggregation } from './aggregation.ts'
import { API_SERVICE_PATH } from './api-service.ts'
import { FakeObjects, unreachable } from './fake-objects.suite.ts'
import { type AggregationTimings, defaultTimings } from './names.ts'

const names = {
  namespace: 'binnacle',
  service: 'binnacle-metrics-api',
  secret: 'binnacle-metrics-api-ca',
  clusterRole: 'binnacle-metrics-api',
  instance: 'replica-1',
}
const secretPath = '/api/v1/namespaces/binnacle/secrets/binnacle-metrics-api-ca'
const quick = { ...defaultTimings, lookMs: 10, secretMs: 10, tellMs: 40, backoffMs: [5, 20] as const }

/** An aggregation over a fake API server, and what became of it. */
function begin(t: TestContext, timings: AggregationTimings = quick) {
  const fake = new FakeObjects()
  fake.put('/apis/rbac.authorization.k8s.io/v1/clusterroles/binnacle-metrics-api', { metadata: { uid: 'role-uid' } })
  const given: CertificatePair[] = []
  const end = new AbortController()
  t.after(() => end.abort())
  const aggregation = new Aggregation({
    api: fake.api,
    names,
    log: openLog({ level: 'error', format: 'json' }),
    isReady: () => true,
    missing: () => [],
    onCertificate: (pair) => void given.push(pair),
    timings,
  })
  return { fake, given, end, aggregation }
}

async function until(is: () => boolean): Promise<void> {
  for (let tries = 0; !is(); tries++) {
    assert.ok(tries < 300, 'it did not come')
    await setTimeout(10)
  }
}

test('aggregation: it starts once the API server answers, with a certificate for the names of the Service', async (t) => {
  const { fake, given, end, aggregation } = begin(t)
  fake.before = () => unreachable()
  const started = aggregation.start(end.signal)
  await until(() => aggregation.state().role === 'failing')
  assert.match(aggregation.state().why, /cannot reach the API server/)
  fake.before = () => {}
  const pair = await started
  assert.deepEqual(given, [pair])
  const { subjectAltName = '' } = new X509Certificate(pair.cert)
  assert.match(subjectAltName, /DNS:binnacle-metrics-api\.binnacle\.svc,/)
  const running = aggregation.run(end.signal)
  await until(() => aggregation.state().role === 'serving')
  await until(() => fake.writes.some(({ path }) => path === `${API_SERVICE_PATH}/status`))
  const families = aggregation.telemetry().map(({ name }) => name)
  assert.ok(families.includes('binnacle_metrics_api_certificate_not_after_seconds'))
  end.abort()
  await running
})

test('aggregation: a Secret that goes bad is told, and what is served is served on', async (t) => {
  const { fake, given, end, aggregation } = begin(t)
  await aggregation.start(end.signal)
  const running = aggregation.run(end.signal)
  await until(() => aggregation.state().role === 'serving')
  fake.patch(secretPath, { data: { 'ca.key': 'eA==' } })
  await until(() => aggregation.state().why !== '')
  const { role, why } = aggregation.state()
  assert.equal(role, 'serving')
  assert.match(why, /Secret binnacle\/binnacle-metrics-api-ca: .*kubectl -n binnacle delete secret/)
  fake.objects.delete(secretPath)
  await until(() => aggregation.state().why === '')
  assert.equal(given.length, 1, 'nobody serves with a new authority at once')
  end.abort()
  await running
})

test('aggregation: a start that is given up ends', async (t) => {
  const { fake, end, aggregation } = begin(t)
  fake.before = () => unreachable()
  const started = aggregation.start(end.signal)
  end.abort()
  await assert.rejects(started, /abort/i)
})

test('aggregation: an API server that is away is asked less and less often', async (t) => {
  const { fake, end, aggregation } = begin(t, { ...quick, backoffMs: [5, 200] })
  await aggregation.start(end.signal)
  const running = aggregation.run(end.signal)
  await until(() => aggregation.state().role === 'serving')
  fake.before = () => unreachable()
  await until(() => aggregation.state().role === 'failing')
  await setTimeout(100)
  const before = fake.asked.length
  await setTimeout(500)
  assert.ok(fake.asked.length - before < 40, `${fake.asked.length - before} requests in 0.5 s`)
  fake.before = () => {}
  await until(() => aggregation.state().role === 'serving')
  end.abort()
  await running
})
