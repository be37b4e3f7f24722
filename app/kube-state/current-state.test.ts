import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeApi, KubeObject, Sink, Subscription } from '#lib/kube'
import { defaultSettings } from '#lib/kube-state'
import { Autosharding, type Share } from './autosharding.ts'
import { CurrentState } from './current-state.ts'
import { optionsOfFlags } from './options.ts'
import { SettingsSource } from './settings-source.ts'

class FakeSource {
  readonly open: { readonly subscription: Subscription; readonly sink: Sink }[] = []

  subscribe(subscription: Subscription, sink: Sink): Disposable {
    const entry = { subscription, sink }
    this.open.push(entry)
    return { [Symbol.dispose]: () => void this.open.splice(this.open.indexOf(entry), 1) }
  }
}

function pod(name: string): KubeObject {
  return { metadata: { name, namespace: 'ns', uid: name }, spec: {}, status: {} }
}

const pods = { ...defaultSettings, resources: ['pods'] }

test('kube-state role: other settings are in force once all that they ask for is there', async () => {
  const source = new FakeSource()
  using state = new CurrentState(source, pods, () => undefined)
  source.open[0].sink.upsert(pod('a'))
  source.open[0].sink.synced?.()
  const replaced = state.replace({ ...pods, deniedMetrics: ['labels'] })
  await sleep(150)
  assert.match((await state.now.answer()).toString(), /kube_pod_labels/)
  assert.equal(source.open.length, 2)
  source.open[1].sink.upsert(pod('b'))
  source.open[1].sink.synced?.()
  await replaced
  const text = (await state.now.answer()).toString()
  assert.doesNotMatch(text, /kube_pod_labels/)
  assert.match(text, /pod="b"/)
  assert.equal(source.open.length, 1)
})

test('kube-state role: settings that cannot be leave everything as it was; later ones overtake earlier ones', async () => {
  const source = new FakeSource()
  using state = new CurrentState(source, pods, () => undefined)
  source.open[0].sink.synced?.()
  const before = state.now
  await assert.rejects(state.replace({ ...pods, resources: ['foos'] }), /does not exist/)
  assert.equal(state.now, before)
  const first = state.replace({ ...pods, shard: 1, totalShards: 2 })
  const second = state.replace({ ...pods, shard: 0, totalShards: 3 })
  source.open.at(-1)?.sink.synced?.()
  await Promise.all([first, second])
  assert.equal(state.now.settings.totalShards, 3)
  assert.equal(source.open.length, 1)
})

test('kube-state role: files of settings are seen when they change, and may come later', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'binnacle-kube-state-'))
  try {
    const file = join(folder, 'options.yaml')
    const files = new SettingsSource(optionsOfFlags({ config: file, 'continue-without-config': 'true' }))
    assert.deepEqual((await files.load()).settings.resources, [])
    writeFileSync(file, 'resources: [pods]\n')
    assert.equal(files.hasChanged(), true)
    assert.deepEqual((await files.load()).settings.resources, ['pods'])
    assert.equal(files.hasChanged(), false)
    writeFileSync(file, 'resources: 5\n')
    await assert.rejects(files.load(), /options\.yaml:1/)
    const success = files.telemetry().find(({ name }) => name.endsWith('_reload_successful'))
    assert.equal(success?.metrics[0].value, 0)
    const strict = new SettingsSource(optionsOfFlags({ config: join(folder, 'none.yaml') }))
    await assert.rejects(strict.load(), /none\.yaml/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

const set = { metadata: { name: 'state' }, spec: { replicas: 3 } }

function apiOf(owners: readonly object[]): KubeApi {
  const json = async (path: string) => (path.includes('/pods/') ? { metadata: { ownerReferences: owners } } : set)
  return { identity: {}, json, request: () => assert.fail() } as unknown as KubeApi
}

test('kube-state role: the shard is the number of the pod in its StatefulSet, and follows its size', async () => {
  const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'state', controller: true }
  const sharding = new Autosharding(apiOf([owner]), 'state-2', 'ns')
  assert.deepEqual(await sharding.detect(), { shard: 2, totalShards: 3, set: 'state' })
  const source = new FakeSource()
  const shares: Share[] = []
  using _ = sharding.follow(source, 'state', (share) => shares.push(share))
  const [{ subscription, sink }] = source.open
  assert.deepEqual([subscription.namespaces, subscription.fieldSelector], [['ns'], 'metadata.name=state'])
  sink.upsert({ metadata: { name: 'state' }, spec: { replicas: 5 } })
  assert.deepEqual(shares, [{ shard: 2, totalShards: 5 }])
})

test('kube-state role: a pod outside of a StatefulSet has no shard, which is said', async () => {
  await assert.rejects(new Autosharding(apiOf([]), 'state-2', 'ns').detect(), /no StatefulSet owns the pod ns\/state-2/)
  const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'state', controller: true }
  await assert.rejects(new Autosharding(apiOf([owner]), 'state-x', 'ns').detect(), /does not end in a number/)
})
