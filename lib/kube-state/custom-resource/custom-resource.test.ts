import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerOf } from '../answer.ts'
import { RenderedStore } from '../rendered-store.ts'
import { type EachConfig, parseCustomResources } from './config.ts'
import { compileCustomResource } from './custom-resource.ts'
import { compileEach } from './each.ts'
import { matchingKinds, servedKinds } from './served-kinds.ts'
import { toNumber } from './to-number.ts'
import { addPathLabels, compilePath, compilePaths } from './value-path.ts'

const object = {
  spec: {
    replicas: 1,
    version: 'v0.0.0',
    order: [
      { id: 1, value: true },
      { id: 3, value: false },
    ],
  },
  status: {
    active: { 'type-a': 1, 'type-b': 3 },
    phase: 'foo',
    sub: { 'type-a': { active: 1, ready: 2 }, 'type-b': { active: 3, ready: 4 } },
    uptime: 43.21,
    percentage: '28%',
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Provisioned', status: 'False' },
    ],
    values: [
      { name: 'a', value: 45 },
      { name: 'b', value: 66 },
    ],
  },
  metadata: {
    name: 'foo',
    labels: { foo: 'bar' },
    annotations: { qux: 'quxx', bar: 'baz' },
    creationTimestamp: '2022-06-28T00:00:00Z',
  },
}

type Wanted = readonly (readonly [number, Readonly<Record<string, string>>])[]

const each: readonly [string, EachConfig, Wanted, readonly string[]][] = [
  ['a number', gauge({ path: ['spec', 'replicas'] }), [[1, {}]], []],
  [
    'fields of an object, named by a label',
    gauge({ path: ['status', 'active'], labelFromKey: 'type' }),
    [
      [1, { type: 'type-a' }],
      [3, { type: 'type-b' }],
    ],
    [],
  ],
  [
    'objects of an object',
    gauge({
      path: ['status', 'sub'],
      labelFromKey: 'type',
      valueFrom: ['ready'],
      labelsFromPath: { active: ['active'] },
    }),
    [
      [2, { type: 'type-a', active: '1' }],
      [4, { type: 'type-b', active: '3' }],
    ],
    [],
  ],
  [
    'a field beside others, by valueFrom',
    gauge({ path: ['metadata'], valueFrom: ['creationTimestamp'], labelsFromPath: { name: ['name'] } }),
    [[1656374400, { name: 'foo' }]],
    [],
  ],
  ['nothing there', gauge({ path: ['foo'] }), [], ['[foo]: got nil while resolving path']],
  ['nothing at valueFrom', gauge({ path: ['spec', 'replicas'], valueFrom: ['none'] }), [], []],
  [
    'items of a list',
    gauge({ path: ['status', 'values'], valueFrom: ['value'], labelsFromPath: { name: ['name'] } }),
    [
      [45, { name: 'a' }],
      [66, { name: 'b' }],
    ],
    [],
  ],
  ['a percentage', gauge({ path: ['status', 'percentage'] }), [[0.28, {}]], []],
  ['an absent field as zero', gauge({ path: ['spec', 'paused'], nilIsZero: true }), [[0, {}]], []],
  [
    'an item of a list by its field',
    gauge({ path: ['status', 'conditions', '[type=Ready]', 'status'] }),
    [[1, {}]],
    [],
  ],
  [
    'what is no number',
    gauge({ path: ['metadata', 'name'] }),
    [],
    ['[metadata,name]: []: strconv.ParseFloat: parsing "foo": invalid syntax'],
  ],
  [
    'info of an object',
    { type: 'Info', info: { labelsFromPath: { version: ['spec', 'version'] } } },
    [[1, { version: 'v0.0.0' }]],
    [],
  ],
  ['info of nothing', { type: 'Info', info: { path: ['does', 'not', 'exist'] } }, [], []],
  [
    'info of fields',
    { type: 'info', info: { path: ['status', 'active'], labelFromKey: 'type' } },
    [
      [1, { type: 'type-a' }],
      [1, { type: 'type-b' }],
    ],
    [],
  ],
  [
    'states',
    { type: 'StateSet', stateSet: { path: ['status', 'phase'], labelName: 'phase', list: ['foo', 'bar'] } },
    [
      [0, { phase: 'bar' }],
      [1, { phase: 'foo' }],
    ],
    [],
  ],
  [
    'a state that is no text',
    { type: 'StateSet', stateSet: { path: ['spec', 'replicas'], labelName: 'n', list: ['1'] } },
    [],
    ['[spec,replicas]: expected value for path to be string, got float64'],
  ],
]

function gauge(config: NonNullable<EachConfig['gauge']>): EachConfig {
  return { type: 'Gauge', gauge: config }
}

for (const [name, config, wanted, errors] of each)
  test(`custom resource: ${name}`, () => {
    const found = compileEach(config)(object)
    assert.deepEqual(
      found.values.map(({ value, labels }) => [value, Object.fromEntries(labels)]),
      wanted,
    )
    assert.deepEqual(found.errors, errors)
  })

const paths: readonly [readonly string[], unknown][] = [
  [['status', 'values', '[name=b]', 'value'], 66],
  [['spec', 'order', '0', 'value'], true],
  [['spec', 'order', '-1', 'id'], 3],
  [['spec', 'order', '[value=false]', 'id'], 3],
  [['spec', 'order', '[id=1]', 'value'], true],
  [['metadata', 'labels', 'foo'], 'bar'],
  [['metadata', 'annotations', 'bar=baz'], 'baz'],
  [['spec', 'order', '5'], undefined],
  [['spec', 'order', 'x'], undefined],
  [['metadata', 'constructor'], undefined],
]

for (const [parts, wanted] of paths)
  test(`custom resource: path ${parts.join('.')}`, () => assert.deepEqual(compilePath(parts).get(object), wanted))

test('custom resource: whole objects become labels first, single fields win', () => {
  const labels = new Map<string, string>()
  const compiled = compilePaths({
    bar: ['metadata', 'labels', 'foo'],
    '*1': ['metadata', 'annotations'],
    'x_*': ['metadata', 'annotations'],
    object: ['metadata', 'labels'],
    list: ['spec', 'order'],
  })
  addPathLabels(object, compiled, labels)
  assert.deepEqual(Object.fromEntries(labels), {
    qux: 'quxx',
    bar: 'bar',
    x_qux: 'quxx',
    x_bar: 'baz',
    object: 'map[foo:bar]',
    list: '[map[id:1 value:true] map[id:3 value:false]]',
  })
})

const numbers: readonly [unknown, number | string][] = [
  ['Yes', 1],
  ['unknown', 0],
  ['5Gi', 5368709120],
  ['250m', 0.25],
  ['2022-06-28T00:00:00.5+02:00', 1656367200],
  ['1e3', 1000],
  ['', 'strconv.ParseFloat: parsing "": invalid syntax'],
  [{ a: 1 }, 'expected number but was map[a:1]'],
  [null, 'expected number but found nil value'],
]

for (const [value, wanted] of numbers)
  test(`custom resource: ${JSON.stringify(value)} as a number`, () =>
    assert.deepEqual(toNumber(value), typeof wanted === 'number' ? { value: wanted } : { error: wanted }))

const wrong: readonly [EachConfig, string][] = [
  [gauge({ path: ['[Ready]'] }), 'each.gauge: path: invalid list lookup: [Ready]'],
  [gauge({ labelsFromPath: { c: ['[Ready]'] } }), 'each.gauge: labelsFromPath: c: invalid list lookup: [Ready]'],
  [{ type: 'Info' }, 'expected each.info to not be nil'],
  [{ type: 'Histogram' }, 'unknown metric type histogram'],
]

for (const [config, message] of wrong)
  test(`custom resource: refused: ${message}`, () => assert.throws(() => compileEach(config), { message }))

const definition = {
  spec: {
    group: 'g.io',
    scope: 'Cluster',
    names: { kind: 'Foo', plural: 'foos' },
    versions: [{ name: 'v1', served: true }, { name: 'v2', served: false }, { name: 'v3' }, null],
  },
}

test('custom resource: kinds are those that a definition serves', () => {
  const served = servedKinds(definition)
  const foo = { group: 'g.io', kind: 'Foo', plural: 'foos', namespaced: false }
  assert.deepEqual(served, [
    { ...foo, version: 'v1' },
    { ...foo, version: 'v3' },
  ])
  const matching = (version?: string, kind?: string) =>
    matchingKinds({ groupVersionKind: { group: 'g.io', version, kind } }, served).map((found) => found.version)
  assert.deepEqual(matching('*', 'Foo'), ['v1', 'v3'])
  assert.deepEqual(matching('v3'), ['v3'])
  assert.deepEqual(matching('v1', 'Bar'), [])
  for (const broken of [null, {}, { spec: { group: 'g' } }, { spec: { ...definition.spec, versions: 1 } }])
    assert.deepEqual(servedKinds(broken), [])
})

test('custom resource: families of a configuration', () => {
  const [config] = parseCustomResources(
    `kind: CustomResourceStateMetrics
spec:
  resources:
    - groupVersionKind: { group: g.io, version: v1, kind: Foo }
      commonLabels: { a: 1, b: x }
      labelsFromPath: { name: [metadata, name] }
      metricNamePrefix: foo
      metrics:
        - name: order
          help: Order.
          commonLabels: { b: y }
          each: { type: Gauge, gauge: { path: [spec, order, 0, id] } }
        - name: phase
          help: Phase.
          each: { type: StateSet, stateSet: { path: [status, phase], labelName: phase, list: [foo] } }
`,
    'crs.yaml',
  )
  const resource = compileCustomResource(config, servedKinds(definition)[0])
  const store = new RenderedStore<object>(resource, resource.families)
  store.upsert(object)
  const base = (b: string) =>
    `a="1",b="${b}",customresource_group="g.io",customresource_kind="Foo",customresource_version="v1",name="foo"`
  assert.equal(
    answerOf([store], false).toString(),
    `# HELP foo_order Order.
# TYPE foo_order gauge
foo_order{${base('y')}} 1
# HELP foo_phase Phase.
# TYPE foo_phase gauge
foo_phase{${base('x')},phase="foo"} 1
`,
  )
})

test('custom resource: a mistake in the configuration names its place', () => {
  assert.throws(() => parseCustomResources('spec:\n  resources:\n    - metrics: 5\n', 'crs.yaml'), /^.*crs\.yaml:3:/)
})
