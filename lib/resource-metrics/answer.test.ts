import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerResourceMetrics, type ResourceMetricsSource } from './answer.ts'
import type { ListedObject } from './figures.ts'

const time = { timestampMs: Date.parse('2026-01-01T00:00:00Z'), windowNs: 15e9 }
const usage = { memory: '2Mi', cpu: '1500000n' }
const node: ListedObject = { name: 'n1', namespace: '', labels: { zone: 'a' } }
const pods = Array.from({ length: 450 }, (_, i): ListedObject => ({ name: `p${i}`, namespace: 'shop', labels: {} }))
const source: ResourceMetricsSource = {
  figures: {
    node: () => ({ ...time, usage }),
    pod: (_, name) =>
      name === 'p7'
        ? undefined
        : {
            ...time,
            containers: [
              { name: 'c', usage },
              { name: 'd', usage },
            ],
          },
  },
  objects: {
    nodes: () => [node],
    pods: (namespace) => (namespace === '' || namespace === 'shop' ? pods : []),
    node: (name) => (name === 'n1' ? node : undefined),
    pod: (_, name) => pods.find((pod) => pod.name === name),
  },
  nowMs: Date.parse('2026-01-01T00:00:10Z'),
  version: { version: '1.2.3', revision: 'abc', built: '', node: '26' },
  why: (_, __, name) => (name === 'p7' ? 'It has just started.' : undefined),
}

const ROOT = '/apis/metrics.k8s.io/v1beta1'

function ask(target: string, { accept = 'application/json', method = 'GET', ifNoneMatch = '' } = {}) {
  const { pathname, searchParams } = new URL(target, 'https://localhost')
  const { status, headers, body } = answerResourceMetrics(
    { method, path: pathname, query: searchParams, accept, ifNoneMatch },
    source,
  )
  const text = [...body].join('')
  return { status, headers, value: text === '' ? undefined : (JSON.parse(text) as Record<string, never>) }
}

test('answer: a long list comes in parts and is whole', () => {
  const { value } = ask(`${ROOT}/pods`)
  const items = value?.items as { metadata: { name: string } }[] | undefined
  assert.equal(items?.length, 449)
  assert.equal(items?.at(-1)?.metadata.name, 'p449')
})

test('answer: a table sums the containers of a pod', () => {
  const accept = 'application/json;as=Table;g=meta.k8s.io;v=v1, application/json'
  const { value, headers } = ask(`${ROOT}/namespaces/shop/pods?includeObject=None&fieldSelector=metadata.name=p1`, {
    accept,
  })
  assert.deepEqual(value?.rows, [{ cells: ['p1', '3m', '4Mi', '15s'], object: null }])
  assert.equal(headers['content-type'], 'application/json;as=Table;g=meta.k8s.io;v=v1')
  assert.deepEqual(ask(`${ROOT}/namespaces/none/pods`, { accept }).value?.rows, [])
})

test('answer: what has no figures says why', () => {
  const { status, value } = ask(`${ROOT}/namespaces/shop/pods/p7`)
  assert.equal(status, 404)
  assert.equal(value?.message, 'pods.metrics.k8s.io "shop/p7" not found: It has just started.')
})

test('answer: what is not served is refused in the words of every API server', () => {
  const refused: [string, object, number, RegExp][] = [
    [`${ROOT}/nodes?watch=true`, {}, 405, /^watch is not supported on resources of kind "nodes\.metrics\.k8s\.io"$/],
    [`${ROOT}/nodes/n1`, { method: 'DELETE' }, 405, /does not allow this method/],
    [`${ROOT}/nodes`, { accept: 'application/vnd.kubernetes.protobuf' }, 406, /media types/],
    [`${ROOT}/nodes?labelSelector=a%20in%20b`, {}, 400, /unable to parse requirement/],
    [`${ROOT}/nodes?fieldSelector=spec.x=1`, {}, 400, /"spec\.x" is not a known field selector/],
    [`${ROOT}/nodes?includeObject=All`, {}, 400, /includeObject/],
    [`${ROOT}/nodes/n2`, {}, 404, /"n2" not found/],
  ]
  for (const [target, options, status, message] of refused) {
    const answer = ask(target, options)
    assert.equal(answer.status, status, target)
    assert.match(answer.value?.message ?? '', message)
  }
  assert.equal(ask(`${ROOT}/nodes/n1/x`).status, 404)
  assert.equal(ask(`${ROOT}/%ff`).status, 404)
})

test('answer: clients that prefer protobuf and take anything get JSON', () => {
  assert.equal(ask(`${ROOT}/nodes`, { accept: 'application/vnd.kubernetes.protobuf, */*' }).status, 200)
})

test('answer: OpenAPI documents are the same until they change', () => {
  const first = ask('/openapi/v3')
  assert.equal(ask('/openapi/v3', { ifNoneMatch: first.headers.etag }).status, 304)
  const path = /\/openapi\/v3\/apis[^"]+/.exec(JSON.stringify(first.value))?.[0] ?? ''
  assert.equal(ask(path).status, 200)
  assert.equal(ask('/openapi/v2').value?.swagger, '2.0')
  assert.equal(ask('/openapi/v4').status, 404)
})
