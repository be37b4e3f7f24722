import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { parseKubernetesSd } from '#lib/discovery'
import { openLog } from '#lib/log'
import { FakeApiServer } from '#suite/kube/fake-api-server'
import { isOwnCluster } from './pool-discovery.ts'
import { SdClusters } from './sd-clusters.ts'

const log = openLog({ level: 'fatal' as never, format: 'json' })

/** A cluster with one node. */
async function cluster(t: TestContext) {
  const server = await FakeApiServer.start()
  t.after(() => server[Symbol.asyncDispose]())
  const daemonEndpoints = { kubeletEndpoint: { Port: 10250 } }
  const status = { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }], daemonEndpoints }
  server.put({ metadata: { name: 'n1' }, status }, '/api/v1/nodes')
  return { server, address: `http://127.0.0.1:${server.port}` }
}

async function addressesOf(t: TestContext, ...entries: readonly object[]): Promise<(string | undefined)[]> {
  const configs = entries.map((entry) => parseKubernetesSd({ role: 'node', ...entry }))
  const clusters = await SdClusters.open(configs, log)
  t.after(() => clusters[Symbol.asyncDispose]())
  return Promise.all(
    configs.map(
      (config) =>
        new Promise<string | undefined>((resolve) => {
          const found = clusters.of(config)?.discover(config, (groups) => resolve(groups[0]?.targets[0].__address__))
          if (found === undefined) resolve(undefined)
          else t.after(() => found[Symbol.dispose]())
        }),
    ),
  )
}

test('sd: an API server that an entry names is listed with the entry’s credential, once for equal ones', async (t) => {
  const { server, address } = await cluster(t)
  const entry = { api_server: address, authorization: { credentials: 'abc' } }
  assert.deepEqual(await addressesOf(t, entry, { ...entry, namespaces: { names: ['a'] } }), [
    '10.0.0.1:10250',
    '10.0.0.1:10250',
  ])
  const lists = server.requests.filter(({ path }) => path === '/api/v1/nodes')
  assert.equal(lists.length, 1)
  assert.equal(lists[0].headers.authorization, 'Bearer abc')
})

test('sd: basic credentials and a bearer token are shown as well', async (t) => {
  const { server, address } = await cluster(t)
  await addressesOf(
    t,
    { api_server: address, basic_auth: { username: 'me', password: 'pw' } },
    { api_server: address, bearer_token: 'xyz' },
  )
  assert.deepEqual(
    new Set(server.requests.map(({ headers }) => headers.authorization)),
    new Set(['Basic bWU6cHc=', 'Bearer xyz']),
  )
})

test('sd: a kubeconfig that an entry names is the way to its cluster; one that is not there is a mistake', async (t) => {
  const { address } = await cluster(t)
  const folder = mkdtempSync(join(tmpdir(), 'sd-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'config')
  writeFileSync(
    file,
    `{ current-context: x, clusters: [{ name: c, cluster: { server: '${address}' } }], users: [{ name: u, user: {} }], contexts: [{ name: x, context: { cluster: c, user: u } }] }`,
  )
  assert.deepEqual(await addressesOf(t, { kubeconfig_file: file }), ['10.0.0.1:10250'])
  await assert.rejects(addressesOf(t, { kubeconfig_file: join(folder, 'none') }), /none/)
})

test('sd: an entry that names no cluster means the one that is found', async (t) => {
  assert.deepEqual(await addressesOf(t, {}), [undefined])
  assert.equal(isOwnCluster(parseKubernetesSd({ role: 'pod' })), true)
  assert.equal(isOwnCluster(parseKubernetesSd({ role: 'pod', api_server: 'http://x' })), false)
})

test('sd: what an API server cannot be told is refused, not left out', async (t) => {
  const cases: [object, RegExp][] = [
    [{ basic_auth: { username: 'me', password_file: '/x' } }, /basic_auth\.password_file/],
    [{ basic_auth: { username_file: '/x' } }, /basic_auth\.username_file/],
    [{ authorization: { type: 'Token', credentials: 'x' } }, /authorization\.type "Token"/],
    [{ http_headers: { 'X-A': { values: ['b'] } } }, /http_headers/],
  ]
  for (const [fields, words] of cases)
    await assert.rejects(addressesOf(t, { api_server: 'http://127.0.0.1:1', ...fields }), words)
})
