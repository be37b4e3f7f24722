import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { KubeIdentity } from './api.ts'
import type { ClusterAccess } from './cluster-access.ts'
import { ClusterWatch } from './cluster-watch.ts'
import { FakeApiServer, refuse } from './fake-api-server.suite.ts'
import { openKubeApi } from './open-api.ts'
import { resources } from './resources.ts'
import { serverHealth } from './server-health.ts'
import type { WatchState } from './sink.ts'

const identity = { user: 'me', server: 'https://api' } as KubeIdentity

function state(more: Partial<WatchState>): WatchState {
  return {
    resource: resources.pods,
    namespace: '',
    phase: 'watching',
    reason: '',
    status: 0,
    objects: 0,
    sinceMs: 0,
    failure: '',
    failingSinceMs: 0,
    failureText: '',
    ...more,
  }
}

const gone = state({ phase: 'waiting', failure: 'unreachable', failingSinceMs: 1000, failureText: 'no route' })
const expired = state({ phase: 'waiting', failure: 'unauthorized', failingSinceMs: 2000, failureText: 'log in again' })

test('health: the API server is away when nothing is watched, and not for the time of a new connection', () => {
  assert.equal(serverHealth([gone], identity, 3999).unreachable, undefined)
  assert.deepEqual(serverHealth([gone], identity, 4000).unreachable, {
    server: 'https://api',
    text: 'no route',
    sinceMs: 1000,
  })
  assert.equal(serverHealth([gone, state({})], identity, 9000).unreachable, undefined)
})

test('health: a refused login is said instead of an API server that is away', () => {
  const { login, unreachable } = serverHealth([gone, expired], identity, 9000)
  assert.deepEqual([login?.user, login?.sinceMs, unreachable], ['me', 2000, undefined])
})

test('health: what is throttled is counted, what is forbidden is named', () => {
  const slow = state({ phase: 'waiting', failure: 'throttled', failingSinceMs: 1000, sinceMs: 5000 })
  const closed = state({ phase: 'forbidden', resource: resources.deployments, reason: 'grant it' })
  const { throttled, forbidden } = serverHealth([slow, slow, closed], identity, 9000)
  assert.deepEqual(throttled, { count: 2, windowSeconds: 60, lastMs: 5000 })
  assert.deepEqual(forbidden, [{ resource: 'deployments.apps', text: 'grant it' }])
})

/** The health that lists and watches of a real connection come to. */
async function healthWhen(
  t: TestContext,
  access: ClusterAccess,
  isTold: (health: ReturnType<typeof serverHealth>) => boolean,
) {
  const api = openKubeApi(access)
  const watch = new ClusterWatch({ api, timings: { backoffMs: [20, 50] } })
  t.after(async () => {
    await watch[Symbol.asyncDispose]()
    await api[Symbol.asyncDispose]()
  })
  watch.subscribe({ resource: resources.pods }, { upsert: () => undefined, remove: () => undefined })
  watch.start()
  for (let i = 0; i < 100; i++) {
    const health = serverHealth(watch.states(), api.identity, Date.now() + 3000)
    if (isTold(health)) return health
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  throw new Error('never told')
}

test('health: told of an API server that answers 401 or 429, or not at all, and of a plugin that fails', async (t) => {
  const server = await FakeApiServer.start()
  t.after(() => server[Symbol.asyncDispose]())
  let status = 401
  server.script = (_, answer) => {
    refuse(answer, status, 'No', 'no')
    return true
  }
  const { login } = await healthWhen(t, server.access(), (health) => health.login !== undefined)
  assert.match(login?.text ?? '', /does not accept the credentials of tester: log in again/)
  status = 429
  await healthWhen(t, server.access(), ({ throttled }) => throttled?.count === 1)
  const away = { ...server.access(), server: 'http://127.0.0.1:1' }
  await healthWhen(t, away, ({ unreachable }) => unreachable !== undefined)
  const exec = {
    command: '/bin/false',
    args: [],
    env: [],
    apiVersion: 'client.authentication.k8s.io/v1' as const,
    installHint: '',
    place: 'config:3:4',
  }
  const failed = await healthWhen(t, server.access({ exec }), (health) => health.login !== undefined)
  assert.match(failed.login?.text ?? '', /config:3:4: \/bin\/false failed/)
})
