import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { assumedRights, type ClusterRights, readRights } from './cluster-rights.ts'
import { FakeApiServer, refuse } from './fake-api-server.suite.ts'
import { openKubeApi } from './open-api.ts'
import { RightsWatch } from './rights-watch.ts'

/** An API server whose user may do what `allows` says: `list pods`, `get pods/proxy in shop`. */
async function world(t: TestContext, allowed: Set<string>) {
  const server = await FakeApiServer.start()
  let broken = 0
  server.script = ({ body }, answer) => {
    if (broken !== 0) refuse(answer, broken, 'No', 'no')
    else {
      const { verb, resource, subresource, namespace } = JSON.parse(body).spec.resourceAttributes
      const name = `${verb} ${resource}${subresource ? `/${subresource}` : ''}${namespace ? ` in ${namespace}` : ''}`
      answer.end(JSON.stringify({ status: { allowed: allowed.has(name) } }))
    }
    return true
  }
  const api = openKubeApi(server.access())
  t.after(async () => {
    await api[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })
  return { api, break: (status: number) => (broken = status) }
}

const all = ['list pods', 'list nodes', 'get nodes/proxy', 'get pods/proxy']

test('rights: who may list all pods watches all namespaces, unless some are named', async (t) => {
  const { api } = await world(t, new Set(all))
  const everything = { namespaces: [], mayProxyNodes: true, mayProxyPods: true, missing: [] }
  assert.deepEqual(await readRights(api, []), everything)
  assert.deepEqual(await readRights(api, ['shop']), { ...everything, namespaces: ['shop'] })
})

test('rights: who holds a role in one namespace watches that one', async (t) => {
  const { api } = await world(t, new Set(['get pods/proxy in default']))
  assert.deepEqual(await readRights(api, []), {
    namespaces: ['default'],
    mayProxyNodes: false,
    mayProxyPods: true,
    missing: ['list pods', 'list nodes', 'get nodes/proxy', 'get pods/proxy'],
  })
  assert.equal((await readRights(api, ['default', 'shop'])).mayProxyPods, false)
})

test('rights: where the question is refused each refusal is told where it happens', async (t) => {
  const { api, break: breaks } = await world(t, new Set())
  breaks(403)
  assert.deepEqual(await readRights(api, ['shop']), assumedRights(['shop']))
  breaks(500)
  await assert.rejects(readRights(api, []))
})

test('rights: they are asked for until the API server answers, and what is granted later is told', async (t) => {
  const allowed = new Set<string>()
  const { api, break: breaks } = await world(t, allowed)
  breaks(500)
  const told: ClusterRights[] = []
  const failures: string[] = []
  const watch = new RightsWatch(api, {
    namespaces: [],
    onRights: (rights) => told.push(rights),
    onFailure: ({ message }) => failures.push(message),
    everyMs: 20,
    backoffMs: [10, 20],
  })
  t.after(() => watch[Symbol.asyncDispose]())
  const until = async (isSo: () => boolean) => {
    for (let i = 0; i < 200 && !isSo(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
    assert.ok(isSo())
  }
  await until(() => failures.length > 1)
  assert.deepEqual([watch.isKnown, watch.rights.mayProxyNodes], [false, true])
  breaks(0)
  await until(() => told.length === 1)
  for (const right of all) allowed.add(right)
  await until(() => told.length === 2)
  assert.deepEqual(
    told.map(({ namespaces }) => namespaces),
    [['default'], []],
  )
  assert.equal(watch.isKnown, true)
})
