import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { FakeApiServer, refuse, type Script } from './fake-api-server.suite.ts'
import { openKubeApi } from './open-api.ts'
import { nodeProxyPath, podProxyPath, ProxiedBodies, staysBelow } from './proxied-bodies.ts'

async function bodies(t: TestContext, script: Script, limitMs?: number) {
  const server = await FakeApiServer.start()
  server.script = (request, answer) => {
    script(request, answer)
    return true
  }
  const api = openKubeApi(server.access({ token: { text: 'secret' } }))
  t.after(async () => {
    await api[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })
  return { server, proxied: new ProxiedBodies(api, limitMs) }
}

const pod = { namespace: 'shop', name: 'web-1', port: 8080, scheme: 'http' }

test('proxied: paths of nodes and pods are those of the API server', () => {
  assert.equal(nodeProxyPath('n1', '/metrics?a=b'), '/api/v1/nodes/n1/proxy/metrics?a=b')
  assert.equal(podProxyPath(pod, '/m'), '/api/v1/namespaces/shop/pods/web-1:8080/proxy/m')
  assert.equal(podProxyPath({ ...pod, scheme: 'https' }, '/m'), '/api/v1/namespaces/shop/pods/https:web-1:8080/proxy/m')
  assert.equal(
    podProxyPath({ ...pod, name: '../../secrets?' }, '/m'),
    '/api/v1/namespaces/shop/pods/..%2F..%2Fsecrets%3F:8080/proxy/m',
  )
})

test('proxied: a path stays below its place, however its dots and slashes are written', () => {
  for (const path of ['/metrics', '/a/b.c/...d', '/', '/probe?target=../x', '/a%20b', '/a//b', '/%ED%95%9C'])
    assert.equal(staysBelow(path), true, path)
  for (const path of [
    'metrics',
    '/../x',
    '/a/..',
    '/a/./b',
    '/%2e%2e/x',
    '/..%2f..%2fsecrets',
    '/%252e%252e%252fsecrets',
    '/%25252e./x',
    '/..\\x',
    '/%5c..',
    '/..;/x',
    '/a%00',
    '/a%0d%0ab',
    '/a%3fb',
    '/a%23b',
    '/%',
    '/%ff',
  ])
    assert.equal(staysBelow(path), false, path)
})

test('proxied: what stays below does so after any number of decodings', () => {
  const piece = fc.constantFrom('/', '.', '..', '%2e', '%2E', '%2f', '%25', '%5c', 'a', '2e', '%')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const path = `/${pieces.join('')}`
      if (!staysBelow(path)) return
      for (let plain = path, i = 0; i < 6; i++, plain = decodeURIComponent(plain)) {
        assert.ok(new URL(plain.replace(/^\/+/, '/'), 'http://x/deep/').pathname.length > 0)
        assert.ok(!plain.split('/').includes('..'), `${path} becomes ${plain}`)
      }
    }),
  )
})

test('proxied: a refusal says who refused', async (t) => {
  const { proxied } = await bodies(t, ({ path }, answer) => {
    if (path.includes('nodes'))
      return refuse(answer, 403, 'Forbidden', 'nodes "n1" is forbidden: User "me" cannot get nodes/proxy')
    answer.writeHead(403).end('this pod wants a password')
  })
  await assert.rejects(
    proxied.fetch(nodeProxyPath('n1', '/metrics')),
    /^Error: the API server answered 403: nodes "n1" is forbidden: User "me" cannot get nodes\/proxy$/,
  )
  await assert.rejects(
    proxied.fetch(podProxyPath(pod, '/metrics')),
    /^Error: answered HTTP status 403 through the API server: this pod wants a password$/,
  )
})

test('proxied: a redirect is not followed, and a 401 of a pod leads to no other credential', async (t) => {
  let status = 302
  const { server, proxied } = await bodies(t, (_, answer) => {
    answer.writeHead(status, { location: '/api/v1/secrets' }).end()
  })
  await assert.rejects(proxied.fetch(podProxyPath(pod, '/metrics')), /status 302/)
  status = 401
  await assert.rejects(proxied.fetch(podProxyPath(pod, '/metrics')), /status 401/)
  assert.deepEqual(
    server.requests.map(({ path }) => path),
    Array(2).fill('/api/v1/namespaces/shop/pods/web-1:8080/proxy/metrics'),
  )
})

test('proxied: slow pods hold up no kubelet, and whoever waits too long leaves the line', async (t) => {
  const { server, proxied } = await bodies(
    t,
    ({ path }, answer) => {
      if (path.includes('/nodes/')) answer.end('up 1\n')
    },
    300,
  )
  const slow = Array.from({ length: 6 }, () => proxied.fetch(podProxyPath(pod, '/metrics')))
  const outcomes = Promise.allSettled(slow)
  const { body } = await proxied.fetch(nodeProxyPath('n1', '/metrics'))
  assert.equal(Buffer.from(body).toString(), 'up 1\n')
  for (const outcome of await outcomes)
    assert.match(String((outcome as PromiseRejectedResult).reason), /timed out after 0.3 s through the API server/)
  const asked = server.requests.filter(({ path }) => path.includes('/pods/')).length
  assert.ok(asked < slow.length, 'those that waited never asked')
})
