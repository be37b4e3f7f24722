import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { ClusterWatch } from './cluster-watch.ts'
import { FakeApiServer, refuse } from './fake-api-server.suite.ts'
import { openKubeApi } from './open-api.ts'
import { resources } from './resources.ts'
import { ScopedWatch } from './scoped-watch.ts'
import type { Sink } from './sink.ts'

const paths = { all: '/api/v1/pods', shop: '/api/v1/namespaces/shop/pods', bank: '/api/v1/namespaces/bank/pods' }

/** Two pods, listed as the API server lists them: in all namespaces and in each. */
async function world(t: TestContext) {
  const server = await FakeApiServer.start()
  for (const namespace of ['shop', 'bank'] as const) {
    const object = { metadata: { name: 'p', namespace, uid: namespace } }
    server.put(object, paths.all)
    server.put(object, paths[namespace])
  }
  const api = openKubeApi(server.access())
  const watch = new ClusterWatch({ api, timings: { backoffMs: [20, 50], rareMs: 50 } })
  watch.start()
  t.after(async () => {
    await watch[Symbol.asyncDispose]()
    await api[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })
  const known = new Set<string>()
  const phases = new Map<string, string>()
  const sink: Sink = {
    upsert: ({ metadata }) => known.add(metadata.namespace ?? ''),
    remove: ({ namespace }) => known.delete(namespace),
    state: ({ namespace, phase }) => phases.set(namespace, phase),
  }
  const scoped = new ScopedWatch(watch)
  return { server, scoped, sink, known, phases }
}

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.ok(isSo())
}

test('scope: nothing is asked before it is known what may be', async (t) => {
  const { server, scoped, sink, known } = await world(t)
  using _ = scoped.subscribe({ resource: resources.pods }, sink)
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(server.requests.length, 0)
  scoped.setNamespaces(['shop'])
  await until(() => known.has('shop'))
  assert.deepEqual([...known], ['shop'])
  assert.equal(server.kinds(paths.all).length, 0)
})

test('scope: one that grows tells what is new, and what went meanwhile goes', async (t) => {
  const { server, scoped, sink, known, phases } = await world(t)
  scoped.setNamespaces(['shop'])
  using _ = scoped.subscribe({ resource: resources.pods }, sink)
  await until(() => known.has('shop'))
  scoped.setNamespaces([])
  await until(() => known.has('bank') && phases.get('shop') === 'stopped')
  server.delete('p', 'shop', paths.all)
  await until(() => !known.has('shop'))
  assert.equal(server.watches, 1, 'the narrow watch is over')
})

test('scope: where everything was refused and a namespace is left, the refusal does not stay', async (t) => {
  const { server, scoped, sink, known, phases } = await world(t)
  server.script = ({ path }, answer) => {
    if (path !== paths.all) return false
    refuse(answer, 403, 'Forbidden', 'no')
    return true
  }
  scoped.setNamespaces([])
  using _ = scoped.subscribe({ resource: resources.pods }, sink)
  await until(() => phases.get('') === 'forbidden')
  scoped.setNamespaces(['shop'])
  await until(() => known.has('shop') && phases.get('') === 'stopped')
  scoped.setNamespaces(['shop', 'bank'])
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.deepEqual([...known], ['shop'], 'what was told stays as it is')
})

test('scope: what has no namespace, or names its own, stays as it is asked', async (t) => {
  const { server, scoped, sink } = await world(t)
  scoped.setNamespaces(['shop'])
  using _ = scoped.subscribe({ resource: resources.nodes }, sink)
  using __ = scoped.subscribe({ resource: resources.pods, namespaces: ['bank'] }, sink)
  await until(() => server.requests.length >= 2)
  assert.deepEqual(new Set(server.requests.map(({ path }) => path)), new Set(['/api/v1/nodes', paths.bank]))
})
