import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { FakeApiServer, refuse } from './fake-api-server.suite.ts'
import { readMetricsApi } from './metrics-api.ts'
import { openKubeApi } from './open-api.ts'

const usage = { cpu: '250m', memory: '64Mi' }
const answers: Readonly<Record<string, unknown>> = {
  nodes: { items: [{ metadata: { name: 'n1' }, usage }] },
  pods: {
    items: [{ metadata: { name: 'p', namespace: 'shop' }, containers: [{ name: 'app', usage }, { name: 'new' }] }],
  },
}
const read = (text: string) => ({ '250m': 0.25, '64Mi': 67_108_864, '0': 0 })[text] ?? NaN

async function world(t: TestContext, refused: Readonly<Record<string, number>> = {}) {
  const server = await FakeApiServer.start()
  server.script = ({ path }, answer) => {
    const name = path.split('/').at(-1) ?? ''
    if (refused[name] !== undefined) refuse(answer, refused[name], 'No', 'no')
    else answer.end(JSON.stringify(answers[name]))
    return true
  }
  const api = openKubeApi(server.access())
  t.after(async () => {
    await api[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })
  return { server, api }
}

test('metrics.k8s.io: use of nodes and containers has families of its own', async (t) => {
  const { api } = await world(t)
  const families = await readMetricsApi(api, [], read)
  const lines = families.flatMap(({ name, metrics }) =>
    metrics.map(({ labels, value }) => [name, ...labels, value].join(' ')),
  )
  assert.deepEqual(lines, [
    'metrics_api_node_cpu_cores node n1 0.25',
    'metrics_api_node_memory_working_set_bytes node n1 67108864',
    'metrics_api_container_cpu_cores namespace shop pod p container app 0.25',
    'metrics_api_container_cpu_cores namespace shop pod p container new 0',
    'metrics_api_container_memory_working_set_bytes namespace shop pod p container app 67108864',
    'metrics_api_container_memory_working_set_bytes namespace shop pod p container new 0',
  ])
})

test('metrics.k8s.io: who sees a few namespaces asks for those alone', async (t) => {
  const { server, api } = await world(t)
  await readMetricsApi(api, ['shop', 'bank'], read)
  assert.deepEqual(
    server.requests.map(({ path }) => path),
    ['shop', 'bank'].map((name) => `/apis/metrics.k8s.io/v1beta1/namespaces/${name}/pods`),
  )
})

test('metrics.k8s.io: nodes that may not be seen are left out; an API that is not there is an error', async (t) => {
  const { api } = await world(t, { nodes: 403 })
  assert.equal((await readMetricsApi(api, [], read))[0].metrics.length, 0)
  const { api: none } = await world(t, { nodes: 404, pods: 404 })
  await assert.rejects(readMetricsApi(none, [], read), /404/)
})
