import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { discover } from './discover.ts'
import { FakeApiServer, refuse } from './fake-api-server.suite.ts'
import { openKubeApi, type OpenKubeApi } from './open-api.ts'
import { resources } from './resources.ts'
import { rightInWords, selfSubjectAccess } from './rights.ts'

/** A server that answers these paths. */
async function serve(t: TestContext, answers: Readonly<Record<string, unknown>>): Promise<OpenKubeApi> {
  const fake = await FakeApiServer.start()
  const api = openKubeApi(fake.access())
  t.after(async () => {
    await api[Symbol.asyncDispose]()
    await fake[Symbol.asyncDispose]()
  })
  fake.script = ({ path }, answer) => {
    if (answers[path] === undefined) refuse(answer, 503, 'ServiceUnavailable', 'no endpoints')
    else answer.end(JSON.stringify(answers[path]))
    return true
  }
  return api
}

const version = { gitVersion: 'v1.37.2', platform: 'linux/amd64' }

test('discover: what is served and what could not be asked, from aggregated discovery', async (t) => {
  const kind = 'APIGroupDiscoveryList'
  const api = await serve(t, {
    '/version': version,
    '/api': { kind, items: [{ metadata: {}, versions: [{ version: 'v1', resources: [{ resource: 'pods' }] }] }] },
    '/apis': {
      kind,
      items: [
        {
          metadata: { name: 'autoscaling' },
          versions: ['v2', 'v1'].map((version) => ({ version, resources: [{ resource: 'horizontalpodautoscalers' }] })),
        },
        { metadata: { name: 'metrics.k8s.io' }, versions: [{ version: 'v1beta1', freshness: 'Stale' }] },
      ],
    },
  })
  const kinds = await discover(api)
  assert.equal(kinds.version, 'v1.37.2')
  assert.deepEqual(
    [resources.pods, resources.horizontalpodautoscalers, resources.jobs].map((one) => kinds.serves(one)),
    [true, true, false],
  )
  assert.deepEqual(kinds.versions(resources.horizontalpodautoscalers), ['v2', 'v1'])
  assert.deepEqual(kinds.failedGroups, ['metrics.k8s.io/v1beta1'])
})

test('discover: older servers are asked group by group', async (t) => {
  const api = await serve(t, {
    '/version': version,
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/api/v1': { resources: [{ name: 'pods' }, { name: 'pods/log' }] },
    '/apis': {
      kind: 'APIGroupList',
      groups: [
        { name: 'apps', versions: [{ version: 'v1' }] },
        { name: 'down', versions: [{ version: 'v1' }] },
      ],
    },
    '/apis/apps/v1': { resources: [{ name: 'deployments' }] },
  })
  const kinds = await discover(api)
  assert.deepEqual(
    [resources.pods, resources.deployments, resources.jobs].map((one) => kinds.serves(one)),
    [true, true, false],
  )
  assert.deepEqual(kinds.failedGroups, ['down/v1'])
})

test('rights: each is asked for, in order, and said in words', async (t) => {
  const fake = await FakeApiServer.start()
  const api = openKubeApi(fake.access())
  t.after(async () => {
    await api[Symbol.asyncDispose]()
    await fake[Symbol.asyncDispose]()
  })
  fake.script = ({ body }, answer) => {
    const { spec } = JSON.parse(body) as { spec: { resourceAttributes: { resource: string; subresource?: string } } }
    const { resource, subresource } = spec.resourceAttributes
    answer
      .writeHead(201)
      .end(JSON.stringify({ status: { allowed: resource !== 'secrets' && subresource === undefined } }))
    return true
  }
  const asked = [
    { verb: 'list', resource: 'pods' },
    { verb: 'list', resource: 'secrets', namespace: 'x' },
    { verb: 'get', resource: 'nodes', subresource: 'proxy' },
    { verb: 'watch', group: 'apps', resource: 'deployments', name: 'd' },
  ]
  const answers = await selfSubjectAccess(api, asked)
  assert.deepEqual(
    answers.map((one) => `${rightInWords(one)}: ${one.allowed}`),
    [
      'list pods: true',
      'list secrets in namespace x: false',
      'get nodes/proxy: false',
      'watch deployments.apps d: true',
    ],
  )
})

test('resources: each is known by its plural name, and no value of a secret or config map is asked for', () => {
  for (const [name, { plural, kind }] of Object.entries(resources)) {
    assert.equal(name, plural)
    assert.match(kind, /^[A-Z]/)
  }
  assert.equal(resources.secrets.form, 'table')
  assert.equal(resources.configmaps.form, 'metadata')
})
