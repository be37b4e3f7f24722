import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyRequest } from 'fastify'
import type { KubeApi } from '#lib/kube'
import { onlyNamespaces } from '#lib/storage'
import { KubernetesAccess } from './kubernetes-access.ts'

/** A cluster in which `ada` may get pods in `shop`, and `bob` nothing. */
function world() {
  const state = { nowMs: 1_000_000, isDown: false, isRevoked: false }
  const json = async (_: string, { body }: { body: { spec: Record<string, unknown> } }) => {
    if (state.isDown) throw new Error('connect ECONNREFUSED')
    const { token, user, resourceAttributes } = body.spec as {
      token?: string
      user?: string
      resourceAttributes?: { resource: string; namespace?: string }
    }
    if (token !== undefined) {
      const isKnown = ['ada', 'bob'].includes(token) && !state.isRevoked
      return { status: { authenticated: isKnown, user: { username: token } } }
    }
    const { resource, namespace } = resourceAttributes ?? { resource: '' }
    return { status: { allowed: user === 'ada' && resource === 'pods' && namespace === 'shop' } }
  }
  const access = new KubernetesAccess({
    api: { json } as unknown as KubeApi,
    namespaces: () => ['bank', 'shop'],
    now: () => state.nowMs,
  })
  return { access, state }
}

interface Sent {
  readonly authorization?: string
  readonly cookie?: string
  readonly protocol?: string
  readonly from?: string
}

function request({ authorization, cookie, protocol = 'https', from = '10.0.0.9' }: Sent): FastifyRequest {
  return {
    headers: { authorization, cookie },
    protocol,
    ip: from,
    socket: { remoteAddress: from },
  } as unknown as FastifyRequest
}

const shop = onlyNamespaces(['shop'])
const refused = (code: string, message: RegExp) => (error: Error & { code: string }) => {
  assert.equal(error.code, code)
  assert.match(error.message, message)
  assert.doesNotMatch(error.message, /ada|bob-token/)
  return true
}

test('access: a token sees what its user may, and a valid one alone nothing', async () => {
  const { access } = world()
  assert.deepEqual(await access.scopeOf(request({ authorization: 'Bearer ada' })), shop)
  await assert.rejects(
    access.scopeOf(request({ authorization: 'Bearer bob' })),
    refused('forbidden', /get pods in a namespace/),
  )
  await assert.rejects(access.scopeOf(request({ authorization: 'Bearer x' })), refused('unauthorized', /not valid/))
  await assert.rejects(access.scopeOf(request({})), refused('unauthorized', /^sign in/))
})

test('access: no token is taken over plain HTTP, but from this machine', async () => {
  const { access } = world()
  const plain = { authorization: 'Bearer ada', protocol: 'http' }
  await assert.rejects(access.scopeOf(request(plain)), refused('forbidden', /plain HTTP/))
  await assert.rejects(access.signIn(request(plain), 'ada'), refused('forbidden', /plain HTTP/))
  for (const from of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
    assert.deepEqual(await access.scopeOf(request({ ...plain, from })), shop)
})

test('access: a session goes on reading for an hour while the API server is away, and the page says so', async () => {
  const { access, state } = world()
  const cookie = `a=b; binnacle_session=${await access.signIn(request({}), 'ada')}`
  assert.deepEqual(await access.scopeOf(request({ cookie })), shop)
  state.isDown = true
  state.nowMs += 61_000
  assert.deepEqual(await access.scopeOf(request({ cookie })), shop)
  const said = await access.state(request({ cookie }))
  assert.deepEqual([said.user, said.reads, said.namespaces], ['ada', 'namespaces', ['shop']])
  assert.deepEqual([said.apiServerDownSinceMs, said.readsUntilMs], [1_061_000, 1_000_000 + 3_600_000])
  await assert.rejects(
    access.scopeOf(request({ authorization: 'Bearer ada' })),
    refused('unavailable', /cannot be asked/),
  )
  state.nowMs = 1_000_000 + 3_600_001
  await assert.rejects(access.scopeOf(request({ cookie })), refused('unavailable', /cannot be asked/))
  state.isDown = false
  assert.deepEqual(await access.scopeOf(request({ cookie })), shop)
  assert.equal((await access.state(request({ cookie }))).apiServerDownSinceMs, 0)
})

test('access: a session ends with its token, by signing out, and after twelve hours', async () => {
  const { access, state } = world()
  const open = async () => `binnacle_session=${await access.signIn(request({}), 'ada')}`
  const [revoked, left, old] = [await open(), await open(), await open()]
  access.sessions.end(left.split('=')[1])
  await assert.rejects(access.scopeOf(request({ cookie: left })), refused('unauthorized', /^sign in/))
  state.isRevoked = true
  state.nowMs += 61_000
  await assert.rejects(access.scopeOf(request({ cookie: revoked })), refused('unauthorized', /not valid/))
  assert.equal((await access.state(request({ cookie: revoked }))).user, '')
  state.isRevoked = false
  state.nowMs += 12 * 3_600_000
  await assert.rejects(access.scopeOf(request({ cookie: old })), refused('unauthorized', /^sign in/))
})

test('access: whoever tries tokens is made to wait', async () => {
  const { access, state } = world()
  for (let i = 0; i < 10; i++)
    await assert.rejects(access.signIn(request({}), `x${i}`), refused('unauthorized', /not valid/))
  await assert.rejects(access.signIn(request({}), 'ada'), refused('too_many_requests', /try again in 60 s/))
  assert.ok(await access.signIn(request({ from: '10.0.0.8' }), 'ada'))
  state.nowMs += 61_000
  assert.ok(await access.signIn(request({}), 'ada'))
})
