import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { SecretRef } from '#lib/discovery'
import { openKubeApi } from '#lib/kube'
import { FakeApiServer, refuse } from '#suite/kube/fake-api-server'
import { secretReader } from './cluster-secrets.ts'

const secret: SecretRef = { source: 'secret', namespace: 'shop', name: 'login', key: 'token' }
const paths = {
  role: '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles/binnacle-monitor-secrets',
  secret: '/api/v1/namespaces/shop/secrets/login',
  config: '/api/v1/namespaces/shop/configmaps/login',
}
const encoded = { data: { token: Buffer.from('s3cret').toString('base64') } }

/** An API server with these answers by path: an object, or the status that it refuses with. */
async function world(t: TestContext, answers: Readonly<Record<string, object | number>>, source: 'pod' | 'kubeconfig') {
  const server = await FakeApiServer.start()
  server.script = ({ path }, answer) => {
    const found = answers[path] ?? 404
    if (typeof found === 'number') refuse(answer, found, 'No', 'no')
    else answer.end(JSON.stringify(found))
    return true
  }
  const access = server.access()
  const api = openKubeApi({ ...access, identity: { ...access.identity, source } })
  t.after(async () => {
    await api[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })
  return { server, read: secretReader(api) }
}

const rule = (resourceNames?: readonly string[], resources = ['secrets'], verbs = ['get']) => ({
  rules: [{ apiGroups: [''], resources, verbs, ...(resourceNames ? { resourceNames } : {}) }],
})

test('secrets: in a pod the API server decides, and its refusal is the missing right', async (t) => {
  const granted = await world(t, { [paths.secret]: encoded }, 'pod')
  assert.deepEqual(await granted.read(secret), { value: 's3cret' })
  assert.equal(granted.server.requests.length, 1, 'no Role is looked for')
  const refused = await world(t, { [paths.secret]: 403 }, 'pod')
  assert.deepEqual(await refused.read(secret), { forbidden: 'get secrets' })
})

test('secrets: a kubeconfig’s user reads what a Role of the namespace names, and nothing else', async (t) => {
  const cases: [object | number, object][] = [
    [404, { forbidden: 'get secrets' }],
    [403, { forbidden: 'get secrets' }],
    [rule(['login']), { value: 's3cret' }],
    [rule(), { value: 's3cret' }],
    [rule(['other']), { forbidden: 'get secrets' }],
    [rule(['login'], ['configmaps']), { forbidden: 'get secrets' }],
    [rule(['login'], ['secrets'], ['list']), { forbidden: 'get secrets' }],
    [rule(['login'], ['*'], ['*']), { value: 's3cret' }],
    [{ rules: null }, { forbidden: 'get secrets' }],
  ]
  for (const [role, expected] of cases) {
    const { server, read } = await world(t, { [paths.role]: role, [paths.secret]: encoded }, 'kubeconfig')
    assert.deepEqual(await read(secret), expected, JSON.stringify(role))
    const isRead = server.requests.some(({ path }) => path === paths.secret)
    assert.equal(isRead, 'value' in expected, 'it is read only where it is granted')
  }
})

test('secrets: a config map needs the Role as well, and is read as it is', async (t) => {
  const map: SecretRef = { ...secret, source: 'configmap' }
  const answers = { [paths.role]: rule(['login'], ['configmaps']), [paths.config]: { data: { token: 'plain' } } }
  const { read } = await world(t, answers, 'kubeconfig')
  assert.deepEqual(await read(map), { value: 'plain' })
  const none = await world(t, { [paths.config]: answers[paths.config] }, 'kubeconfig')
  assert.deepEqual(await none.read(map), { forbidden: 'get configmaps' })
})

test('secrets: what is not there is missing, be it the object or its key', async (t) => {
  assert.deepEqual(await (await world(t, {}, 'pod')).read(secret), { missing: true })
  const { read } = await world(t, { [paths.secret]: encoded }, 'pod')
  assert.deepEqual(await read({ ...secret, key: 'toString' }), { missing: true })
  const failing = await world(t, { [paths.secret]: 500 }, 'pod')
  assert.match(JSON.stringify(await failing.read(secret)), /^{"error":"GET .*500: no"}$/)
})

test('secrets: no name leads out of the namespace', async (t) => {
  const { server, read } = await world(t, {}, 'pod')
  await read({ ...secret, name: '../../kube-system/secrets/admin' })
  assert.deepEqual(
    server.requests.map(({ path }) => path),
    ['/api/v1/namespaces/shop/secrets/..%2F..%2Fkube-system%2Fsecrets%2Fadmin'],
  )
})
