import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Labels } from '#lib/model'
import { Engine, MemoryStorage } from '#lib/promql'
import { everything, onlyNamespaces, type Scope } from '#lib/storage'
import type { Params } from './params.ts'
import { ReadApi, type ReadEndpoint } from './read-api.ts'

interface Envelope {
  readonly status: string
  readonly data?: unknown
  readonly errorType?: string
  readonly error?: string
  readonly warnings?: string[]
}

const storage = new MemoryStorage()
for (const [instance, namespace] of [
  ['a', 'x'],
  ['b', 'y'],
]) {
  const labels = Labels.from({ __name__: 'up', instance, namespace, 'http.status': 'ü' })
  for (let i = 0; i < 10; i++) storage.add(labels, i * 10_000, i)
}
const metadata = new Map([
  ['up', [{ type: 'gauge', help: 'Is it up?', unit: '' }]],
  [
    'down',
    [
      { type: 'counter', help: 'a', unit: 's' },
      { type: 'gauge', help: 'b', unit: '' },
    ],
  ],
])
const api = new ReadApi(new Engine(), { querier: () => storage.querier(), metadata: () => metadata })

async function ask(endpoint: ReadEndpoint, params: Params, label?: string, scope: Scope = everything) {
  const request = { endpoint, params, label, scope, nowMs: 90_000 }
  const { status, body } = await api.answer(request, { reason: () => undefined })
  return { status, json: JSON.parse(Buffer.from(body).toString('utf8')) as Envelope }
}

test('read-api: an instant query answers at the time that was asked for, or now', async () => {
  const { status, json } = await ask('query', { query: ['up{instance="a"}'], time: ['40'] })
  assert.equal(status, 200)
  assert.deepEqual(json, {
    status: 'success',
    data: {
      resultType: 'vector',
      result: [{ metric: { __name__: 'up', 'http.status': 'ü', instance: 'a', namespace: 'x' }, value: [40, '4'] }],
    },
  })
  assert.deepEqual((await ask('query', { query: ['time()'] })).json.data, { resultType: 'scalar', result: [90, '90'] })
})

test('read-api: a range query answers at each step', async () => {
  const params = { query: ['sum(up)'], start: ['10'], end: ['30'], step: ['10s'] }
  assert.deepEqual((await ask('query_range', params)).json.data, {
    resultType: 'matrix',
    result: [
      {
        metric: {},
        values: [
          [10, '2'],
          [20, '4'],
          [30, '6'],
        ],
      },
    ],
  })
})

test('read-api: mistakes are told in Prometheus’ words, with type and status', async () => {
  const range = { query: ['up'], start: ['0'], end: ['10'], step: ['1'] }
  const cases: readonly (readonly [ReadEndpoint, Params, number, string, RegExp])[] = [
    ['query', {}, 400, 'bad_data', /^invalid parameter "query": .*parse error: no expression found in input$/],
    [
      'query',
      { query: ['up'], limit: ['x'] },
      400,
      'bad_data',
      /^invalid parameter "limit": strconv\.Atoi: parsing "x": invalid syntax$/,
    ],
    [
      'query',
      { query: ['up'], timeout: ['-1'] },
      400,
      'bad_data',
      /^invalid parameter "timeout": timeout must be positive/,
    ],
    [
      'query_range',
      { ...range, step: ['1e300'] },
      400,
      'bad_data',
      /^invalid parameter "step": cannot parse "1e300" to a valid duration\. It overflows int64$/,
    ],
    ['metadata', { limit: ['x'] }, 400, 'bad_data', /^limit must be a number$/],
    ['query', { query: ['up{'] }, 400, 'bad_data', /^invalid parameter "query": 1:4: parse error: /],
    [
      'query',
      { query: ['up'], time: ['x'] },
      400,
      'bad_data',
      /^invalid parameter "time": invalid time value for 'time': cannot parse "x" to a valid timestamp$/,
    ],
    [
      'query',
      { query: ['up'], limit: ['-1'] },
      400,
      'bad_data',
      /^invalid parameter "limit": limit must be non-negative$/,
    ],
    ['query', { query: ['up + on(x) up'] }, 422, 'execution', /many-to-many|duplicate series/],
    [
      'query_range',
      { ...range, start: [] },
      400,
      'bad_data',
      /^invalid parameter "start": cannot parse "" to a valid timestamp$/,
    ],
    [
      'query_range',
      { ...range, end: ['-1'] },
      400,
      'bad_data',
      /^invalid parameter "end": end timestamp must not be before start time$/,
    ],
    [
      'query_range',
      { ...range, step: ['0'] },
      400,
      'bad_data',
      /^invalid parameter "step": zero or negative query resolution step widths are not accepted\. Try a positive integer$/,
    ],
    [
      'query_range',
      { ...range, end: ['11001'] },
      400,
      'bad_data',
      /^exceeded maximum resolution of 11,000 points per timeseries\./,
    ],
    ['series', {}, 400, 'bad_data', /^no match\[\] parameter provided$/],
    [
      'series',
      { 'match[]': ['{x=""}'] },
      400,
      'bad_data',
      /^invalid parameter "match\[\]": match\[\] must contain at least one non-empty matcher$/,
    ],
    ['labels', { 'match[]': ['{'] }, 400, 'bad_data', /^1:\d: parse error: unexpected end of input inside braces$/],
  ]
  for (const [endpoint, params, status, type, message] of cases) {
    const answer = await ask(endpoint, params)
    assert.equal(answer.status, status, `${endpoint} ${JSON.stringify(params)}`)
    assert.equal(answer.json.status, 'error')
    assert.equal(answer.json.errorType, type)
    assert.match(answer.json.error ?? '', message)
  }
})

test('read-api: 11,000 points are allowed, and a part of a step does not count', async () => {
  const params = { query: ['up'], start: ['0'], end: ['11000.5'], step: ['1'] }
  assert.equal((await ask('query_range', params)).status, 200)
})

test('read-api: series, label names and values are listed, and a limit that cuts says so', async () => {
  const all = (await ask('series', { 'match[]': ['up'] })).json
  assert.deepEqual(all.data, [
    { __name__: 'up', 'http.status': 'ü', instance: 'a', namespace: 'x' },
    { __name__: 'up', 'http.status': 'ü', instance: 'b', namespace: 'y' },
  ])
  assert.equal(all.warnings, undefined)
  const cut = (await ask('series', { 'match[]': ['up'], limit: ['1'] })).json
  assert.equal((cut.data as unknown[]).length, 1)
  assert.deepEqual(cut.warnings, ['results truncated due to limit'])
  assert.deepEqual((await ask('labels', {})).json.data, ['__name__', 'http.status', 'instance', 'namespace'])
  assert.deepEqual((await ask('labels', { limit: ['4'] })).json.warnings, undefined)
  assert.deepEqual((await ask('label_values', {}, 'instance')).json.data, ['a', 'b'])
  assert.deepEqual((await ask('label_values', {}, 'U__http_2e_status')).json.data, ['ü'])
  assert.deepEqual((await ask('label_values', { 'match[]': ['up{instance="b"}'] }, 'instance')).json.data, ['b'])
  assert.deepEqual((await ask('label_values', { start: ['1000'] }, 'instance')).json.data, [])
})

test('read-api: a scope bounds every answer', async () => {
  const scope = onlyNamespaces(['y'])
  assert.deepEqual((await ask('label_values', {}, 'instance', scope)).json.data, ['b'])
  assert.deepEqual((await ask('query', { query: ['count(up)'] }, undefined, scope)).json.data, {
    resultType: 'vector',
    result: [{ metric: {}, value: [90, '1'] }],
  })
})

test('read-api: metadata is listed by name, within its limits', async () => {
  assert.deepEqual(Object.keys((await ask('metadata', {})).json.data as object), ['down', 'up'])
  assert.deepEqual((await ask('metadata', { metric: ['down'], limit_per_metric: ['1'] })).json.data, {
    down: [{ type: 'counter', help: 'a', unit: 's' }],
  })
  assert.deepEqual((await ask('metadata', { metric: ['none'] })).json.data, {})
  assert.deepEqual(Object.keys((await ask('metadata', { limit: ['1'] })).json.data as object), ['down'])
})

test('read-api: a query is formatted, parsed and explained', async () => {
  const query = ['sum by(instance)(rate(up{namespace="x"}[1m] @ start()))/2']
  const formatted = await ask('format_query', { query })
  assert.equal(formatted.json.data, 'sum by (instance) (rate(up{namespace="x"}[1m] @ start())) / 2')
  const selector = {
    type: 'matrixSelector',
    name: 'up',
    offset: 0,
    matchers: [
      { name: 'namespace', value: 'x', type: '=' },
      { name: '__name__', value: 'up', type: '=' },
    ],
    timestamp: null,
    startOrEnd: 'start',
    anchored: false,
    smoothed: false,
    range: 60_000,
  }
  const call = {
    type: 'call',
    func: { name: 'rate', argTypes: ['matrix'], variadic: 0, returnType: 'vector' },
    args: [selector],
  }
  assert.deepEqual((await ask('parse_query', { query })).json.data, {
    type: 'binaryExpr',
    op: '/',
    lhs: { type: 'aggregation', op: 'sum', expr: call, param: null, grouping: ['instance'], without: false },
    rhs: { type: 'numberLiteral', val: '2' },
    matching: null,
    bool: false,
  })
  const explained = (await ask('explain', { query, start: ['0'], end: ['90'], step: ['10'] })).json
  assert.equal((explained.data as { plan: { operator: string } }).plan.operator, '/')
  for (const endpoint of ['format_query', 'parse_query', 'explain'] as const) {
    const { status, json } = await ask(endpoint, { query: ['up{'] })
    assert.equal(status, 400)
    assert.match(
      json.error ?? '',
      /^invalid parameter "query": 1:4: parse error: unexpected end of input inside braces/,
    )
  }
})

test('read-api: a list whose reading was cancelled is no answer', async () => {
  const params = { 'match[]': ['up'] }
  for (const endpoint of ['series', 'labels', 'label_values'] as const) {
    const request = { endpoint, params, label: 'instance', scope: everything, nowMs: 90_000 }
    const { status, body } = await api.answer(request, { reason: () => 'its time is over' })
    assert.equal(status, 503, endpoint)
    assert.match(Buffer.from(body).toString('utf8'), /"errorType":"canceled",.*not read to its end: its time is over/)
  }
})
