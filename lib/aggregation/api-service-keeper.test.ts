import assert from 'node:assert/strict'
import { before, beforeEach, test } from 'node:test'
import { type CertificatePair, makeAuthority } from '#lib/certificates'
import { openLog } from '#lib/log'
import { API_SERVICE_PATH, ourApiService } from './api-service.ts'
import { ApiServiceKeeper } from './api-service-keeper.ts'
import { AuthorityStore } from './authority-store.ts'
import { FakeObjects, unreachable } from './fake-objects.suite.ts'
import { defaultTimings } from './names.ts'
import { ServingCertificate } from './serving-certificate.ts'
import { Trust } from './trust.ts'

const names = {
  namespace: 'binnacle',
  service: 'binnacle-metrics-api',
  secret: 'binnacle-metrics-api-ca',
  clusterRole: 'binnacle-metrics-api',
  instance: 'replica-1',
}
const rolePath = '/apis/rbac.authorization.k8s.io/v1/clusterroles/binnacle-metrics-api'
const log = openLog({ level: 'error', format: 'json' })

let authority: CertificatePair
let fake: FakeObjects
let isReady: boolean
let keeper: ApiServiceKeeper
let nowMs = Date.now()

before(async () => {
  authority = await makeAuthority({ commonName: 'a', notBeforeMs: nowMs - 1000, notAfterMs: nowMs + 86_400_000 })
})

beforeEach(() => {
  fake = new FakeObjects()
  fake.put(rolePath, { metadata: { name: names.clusterRole, uid: 'role-uid' } })
  isReady = true
  nowMs = Date.now()
  const now = () => nowMs
  const [trust, trusted] = [new Trust(now), () => Promise.resolve('')]
  const made = () => Promise.resolve(authority)
  const store = new AuthorityStore({ api: fake.api, names, now, trusted, makeAuthority: made })
  const options = { store, trust, names, timings: defaultTimings, log, now, changed: () => {} }
  const certificate = new ServingCertificate({ ...options, signServing: made })
  keeper = new ApiServiceKeeper({ api: fake.api, names, certificate, trust, log, now, isReady: () => isReady })
})

const theirs = (more: object = {}) => ({
  metadata: { name: 'v1beta1.metrics.k8s.io', ...more },
  spec: { insecureSkipTLSVerify: true, service: { name: 'metrics-server', namespace: 'kube-system' } },
})

const changes = () => fake.writes.filter(({ path }) => path.startsWith(API_SERVICE_PATH))

test('aggregation: the API is announced once it can be answered', async () => {
  isReady = false
  await keeper.look()
  assert.equal(keeper.state.role, 'starting')
  assert.deepEqual(changes(), [])
  isReady = true
  await keeper.look()
  assert.equal(keeper.state.role, 'serving')
  const [{ body }] = changes()
  const spec = body.spec as ReturnType<typeof ourApiService>['spec']
  assert.equal(Buffer.from(spec.caBundle, 'base64').toString(), authority.cert)
  assert.deepEqual(spec.service, { name: 'binnacle-metrics-api', namespace: 'binnacle', port: 443 })
  assert.deepEqual((body.metadata as { ownerReferences?: unknown }).ownerReferences, [
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'binnacle-metrics-api', uid: 'role-uid' },
  ])
  await keeper.look()
  assert.equal(changes().length, 1, 'what is right is left alone')
})

test('aggregation: a program that comes between reading and creating is not overwritten', async () => {
  fake.before = (method, path) => {
    if (method === 'PATCH' && path === API_SERVICE_PATH) fake.put(API_SERVICE_PATH, theirs())
  }
  await keeper.look()
  assert.deepEqual(changes(), [])
  await keeper.look()
  assert.equal(keeper.state.role, 'standing-by')
  assert.equal(keeper.state.program, 'kube-system/metrics-server')
})

test('aggregation: a program that comes between reading and repairing is not overwritten', async () => {
  await keeper.look()
  fake.patch(API_SERVICE_PATH, { spec: { caBundle: null } })
  fake.before = (method, path) => {
    if (method === 'PATCH' && path === API_SERVICE_PATH) fake.patch(API_SERVICE_PATH, theirs())
  }
  await keeper.look()
  await keeper.look()
  assert.equal(changes().length, 1)
  assert.equal(keeper.state.role, 'standing-by')
})

test('aggregation: who answers is told with what tells it and whether it is available', async () => {
  const conditions = [{ type: 'Available', status: 'False', reason: 'MissingEndpoints', message: 'no endpoints' }]
  const labels = { 'k8s-app': 'metrics-server', 'addonmanager.kubernetes.io/mode': 'Reconcile', other: 'x' }
  fake.put(API_SERVICE_PATH, { ...theirs({ labels }), status: { conditions } })
  await keeper.look()
  const { program, why } = keeper.state
  assert.equal(
    program,
    'kube-system/metrics-server (k8s-app=metrics-server, addonmanager.kubernetes.io/mode=Reconcile)',
  )
  assert.equal(
    why,
    `${program} answers metrics.k8s.io, which is not available: MissingEndpoints: no endpoints; Binnacle steps in when its APIService is gone`,
  )
  fake.put(API_SERVICE_PATH, { metadata: { name: 'v1beta1.metrics.k8s.io' }, spec: {} })
  await keeper.look()
  assert.match(keeper.state.program, /^the API server itself/)
  assert.deepEqual(changes(), [])
})

test('aggregation: since when it stands by does not change with what is said about it', async () => {
  fake.put(API_SERVICE_PATH, theirs())
  await keeper.look()
  const { sinceMs } = keeper.state
  nowMs += 60_000
  fake.patch(API_SERVICE_PATH, { status: { conditions: [{ type: 'Available', status: 'True' }] } })
  await keeper.look()
  assert.match(keeper.state.why, /which is available/)
  assert.equal(keeper.state.sinceMs, sinceMs)
})

test('aggregation: an APIService that another program makes its own is no longer tied to ours', async () => {
  await keeper.look()
  const other = { apiVersion: 'v1', kind: 'Namespace', name: 'x', uid: 'x-uid' }
  const owners = (fake.objects.get(API_SERVICE_PATH)?.metadata.ownerReferences ?? []) as object[]
  const metadata = { ownerReferences: [...owners, other], labels: { 'k8s-app': 'metrics-server' } }
  fake.patch(API_SERVICE_PATH, { spec: theirs().spec, metadata })
  const spec = structuredClone(fake.objects.get(API_SERVICE_PATH)?.spec)
  for (let looks = 0; looks < 3; looks++) await keeper.look()
  const now = fake.objects.get(API_SERVICE_PATH)
  assert.deepEqual(now?.metadata.ownerReferences, [other])
  assert.deepEqual(now?.metadata.labels, { 'k8s-app': 'metrics-server' })
  assert.deepEqual(now?.spec, spec)
  assert.equal(changes().length, 2)
  assert.equal(keeper.state.program, 'kube-system/metrics-server (k8s-app=metrics-server)')
})

test('aggregation: without its ClusterRole it announces nothing and says so', async () => {
  fake.objects.delete(rolePath)
  await keeper.look()
  assert.deepEqual(changes(), [])
  assert.equal(keeper.state.role, 'failing')
  assert.match(keeper.state.why, /no ClusterRole binnacle-metrics-api.*apply the manifest again/)
  fake.put(rolePath, { metadata: { name: names.clusterRole, uid: 'another-uid' } })
  await keeper.look()
  assert.equal(keeper.state.role, 'serving')
})

test('aggregation: other owners stay, and one of an earlier ClusterRole goes', async () => {
  const owner = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: names.clusterRole, uid: 'old' }
  const other = { apiVersion: 'v1', kind: 'Namespace', name: 'x', uid: 'x-uid' }
  const { spec, metadata } = ourApiService(names, owner, authority.cert)
  fake.put(API_SERVICE_PATH, { metadata: { ...metadata, ownerReferences: [owner, other] }, spec })
  await keeper.look()
  const { ownerReferences } = fake.objects.get(API_SERVICE_PATH)?.metadata ?? {}
  assert.deepEqual(ownerReferences, [other, { ...owner, uid: 'role-uid' }])
  assert.deepEqual(Object.keys(changes()[0].body), ['metadata'])
})

test('aggregation: one that is being deleted is left alone', async () => {
  await keeper.look()
  fake.patch(API_SERVICE_PATH, { metadata: { deletionTimestamp: 'now' }, spec: { caBundle: null } })
  await keeper.look()
  assert.equal(changes().length, 1)
})

test('aggregation: an API server that is away is told and rejects, so that the loop waits longer', async () => {
  await keeper.look()
  fake.before = () => unreachable()
  await assert.rejects(keeper.look(), /cannot reach/)
  assert.equal(keeper.state.role, 'failing')
  fake.before = () => {}
  await keeper.look()
  assert.equal(keeper.state.role, 'serving')
  const families = keeper.telemetry.families()
  const role = families.find(({ name }) => name === 'binnacle_metrics_api_role')
  assert.deepEqual(
    role?.metrics.map(({ labels, value }) => `${labels[1]} ${value}`),
    ['starting 0', 'serving 1', 'standing-by 0', 'failing 0'],
  )
})
