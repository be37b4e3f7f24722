import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject, Sink, Subscription, WatchState } from '#lib/kube'
import { parseCustomResources } from './custom-resource/config.ts'
import { KubeState } from './kube-state.ts'
import { parseAllowList } from './option-values.ts'
import { defaultSettings, type KubeStateSettings } from './settings.ts'

/** A hub whose lists and watches the test plays itself. */
class FakeSource {
  readonly open: { readonly subscription: Subscription; readonly sink: Sink }[] = []

  subscribe(subscription: Subscription, sink: Sink): Disposable {
    const entry = { subscription, sink }
    this.open.push(entry)
    return { [Symbol.dispose]: () => void this.open.splice(this.open.indexOf(entry), 1) }
  }

  of(plural: string): { readonly subscription: Subscription; readonly sink: Sink } {
    const found = this.open.find(({ subscription }) => subscription.resource.plural === plural)
    assert.ok(found, `nobody asked for ${plural}`)
    return found
  }

  state(plural: string, phase: WatchState['phase'], reason = ''): void {
    const well = { failure: '' as const, failingSinceMs: 0, failureText: '' }
    const { subscription, sink } = this.of(plural)
    const state = {
      resource: subscription.resource,
      namespace: '',
      phase,
      reason,
      status: 0,
      objects: 0,
      sinceMs: 0,
      ...well,
    }
    sink.state?.(state)
  }
}

function pod(i: number): KubeObject {
  return { metadata: { name: `p${i}`, namespace: 'ns', uid: `uid-${i}` }, spec: {}, status: { phase: 'Running' } }
}

function start(settings: Partial<KubeStateSettings> = {}): { source: FakeSource; state: KubeState; told: string[] } {
  const source = new FakeSource()
  const told: string[] = []
  const all = { ...defaultSettings, resources: ['pods'], ...settings }
  return { source, told, state: new KubeState(source, all, (message) => told.push(message)) }
}

test('kube-state: a resource is answered once its first list is complete', async () => {
  const { source, state } = start()
  source.of('pods').sink.upsert(pod(1))
  assert.equal((await state.answer()).toString(), '')
  assert.deepEqual(state.waitingFor(), ['pods'])
  source.of('pods').sink.synced?.()
  assert.equal(state.isReady, true)
  assert.match((await state.answer()).toString(), /kube_pod_info\{namespace="ns",pod="p1",uid="uid-1"/)
  assert.match((await state.answer({ openMetrics: true })).toString(), /# EOF\n$/)
  assert.equal((await state.answer({ excluded: ['pods'] })).toString(), '')
  assert.equal((await state.answer({ resources: ['nodes'] })).toString(), '')
})

test('kube-state: what may not be read is not waited for, and is told', () => {
  const { source, state } = start()
  source.state('pods', 'listing')
  assert.equal(state.isReady, false)
  source.state('pods', 'forbidden', 'may not list pods')
  assert.equal(state.isReady, true)
  assert.deepEqual(state.notReadable(), [{ resource: 'pods', reason: 'may not list pods' }])
  const listed = state.telemetry().find(({ name }) => name === 'kube_state_metrics_list_total')
  assert.deepEqual(listed?.metrics, [{ labels: ['result', 'error', 'resource', '*v1.Pod'], value: 1 }])
})

const subscriptions: readonly [string, Partial<KubeStateSettings>, Partial<Subscription>][] = [
  ['all namespaces', {}, {}],
  [
    'some namespaces',
    { namespaces: ['a', 'b'], deniedNamespaces: ['b'] },
    { namespaces: ['a'], fieldSelector: 'metadata.namespace!=b' },
  ],
  ['the pods of a node', { node: 'n1' }, { fieldSelector: 'spec.nodeName=n1' }],
  ['pods without a node', { node: 'n1', unscheduledPods: true }, { fieldSelector: 'spec.nodeName=' }],
]

for (const [name, settings, wanted] of subscriptions)
  test(`kube-state: asks for ${name}`, () => {
    const { subscription } = start(settings).source.of('pods')
    const { resource, ...rest } = subscription
    assert.deepEqual(rest, wanted)
    assert.equal(resource.form, 'object')
  })

const refused: readonly [Partial<KubeStateSettings>, RegExp][] = [
  [{ resources: ['foos'] }, /^resource foos does not exist\. Available resources: /],
  [{ labels: parseAllowList('foos=[a]') }, /^resource foos does not exist/],
  [{ allowedMetrics: ['a'], deniedMetrics: ['b'] }, /mutually exclusive/],
  [{ deniedMetrics: ['('] }, /is no regular expression/],
]

for (const [settings, message] of refused)
  test(`kube-state: refuses ${JSON.stringify(settings)}`, () =>
    assert.throws(() => start(settings), { name: 'OptionError', message }))

test('kube-state: families are chosen by expressions; opted in ones are named', async () => {
  const { source, state } = start({
    allowedMetrics: ['^kube_pod_info$', '^kube_pod_(?!info)node'],
    optInMetrics: ['kube_pod_nodeselectors'],
    labels: parseAllowList('*=[*]'),
  })
  source.of('pods').sink.upsert(pod(1))
  source.of('pods').sink.synced?.()
  const heads = (await state.answer()).toString().match(/(?<=# TYPE )\S+/g)
  assert.deepEqual(heads?.sort(), ['kube_pod_info', 'kube_pod_nodeselectors'])
})

test('kube-state: shards share the objects', async () => {
  const texts: string[] = []
  for (const shard of [0, 1]) {
    const { source, state } = start({ shard, totalShards: 2, allowedMetrics: ['^kube_pod_info$'] })
    for (let i = 0; i < 20; i++) source.of('pods').sink.upsert(pod(i))
    source.of('pods').sink.synced?.()
    texts.push((await state.answer()).toString())
    state[Symbol.dispose]()
    assert.equal(source.open.length, 0)
  }
  const names = texts.map((text) => text.match(/pod="p\d+"/g) ?? [])
  assert.equal(new Set(names.flat()).size, 20)
  assert.ok(names.every((list) => list.length > 0 && list.length < 20))
})

test('kube-state: no more objects than the limit, and what it left out is counted', async () => {
  const { source, state } = start({ objectLimit: 2, allowedMetrics: ['^kube_pod_info$'] })
  for (let i = 0; i < 5; i++) source.of('pods').sink.upsert(pod(i))
  source.of('pods').sink.synced?.()
  assert.equal((await state.answer()).toString().match(/kube_pod_info\{/g)?.length, 2)
  const dropped = state.telemetry().find(({ name }) => name === 'binnacle_kube_state_objects_over_limit')
  assert.equal(dropped?.metrics[0].value, 3)
})

const CONFIG = `spec:
  resources:
    - groupVersionKind: { group: g.io, version: "*", kind: Foo }
      metrics:
        - { name: n, help: N., each: { type: Gauge, gauge: { path: [spec, n] } } }
`

function definition(versions: readonly string[]): KubeObject {
  const spec = { group: 'g.io', names: { kind: 'Foo', plural: 'foos' }, versions: versions.map((name) => ({ name })) }
  return { metadata: { name: 'foos.g.io', uid: 'd1' }, spec }
}

test('kube-state: custom resources come and go with their definitions', async () => {
  const { source, state, told } = start({
    customResourcesOnly: true,
    customResources: parseCustomResources(CONFIG, 'crs.yaml'),
  })
  assert.deepEqual(state.waitingFor(), ['customresourcedefinitions'])
  const definitions = source.of('customresourcedefinitions').sink
  definitions.synced?.()
  assert.match(told.join(), /no definition in the cluster serves g\.io/)
  definitions.upsert(definition(['v1']))
  const { sink, subscription } = source.of('foos')
  assert.equal(subscription.resource.version, 'v1')
  sink.upsert({ metadata: { name: 'a', uid: 'a' }, spec: { n: 5 } })
  sink.synced?.()
  assert.match((await state.answer()).toString(), /kube_customresource_n\{.*customresource_version="v1"\} 5\n/)
  definitions.upsert(definition(['v2']))
  assert.deepEqual(
    source.open.map((open) => open.subscription.resource.version),
    ['v1', 'v2'],
  )
  definitions.remove({ namespace: '', name: 'foos.g.io', uid: 'd1' })
  assert.equal(source.open.length, 1)
  const { metrics } = state.telemetry().find(({ name }) => name.endsWith('_update_events_total')) ?? {}
  assert.equal(metrics?.[0].value, 1)
})

test('kube-state: a wrong custom resource is refused at the start', () => {
  const customResources = parseCustomResources(CONFIG.replace('spec, n', '"[n]"'), 'crs.yaml')
  assert.throws(() => start({ customResources }), /invalid list lookup/)
})
