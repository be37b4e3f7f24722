import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KubeStatusError, type KubeApi, type KubeRequest } from './api.ts'
import { ConfigMapPins } from './config-map-pins.ts'
import { verifiedPin } from './kubelet-pins.ts'

const pin = (sha: string, sinceMs = 1_700_000_000_000) => ({
  node: 'n1',
  sha256: sha.repeat(32),
  notAfterMs: 1_800_000_000_000,
  sinceMs,
})

/** One ConfigMap, as the API server keeps it. */
class Cluster {
  data: Record<string, string> | undefined
  fails = 0
  readonly asked: string[] = []

  readonly api = { json: async (path: string, request: KubeRequest = {}) => this.#answer(path, request) } as KubeApi

  #answer(path: string, { method = 'GET', headers = {}, body }: KubeRequest): unknown {
    const isApply = headers['content-type']?.includes('apply') ?? false
    this.asked.push(`${isApply ? 'APPLY' : method} ${path.split('/').at(-1)}`)
    if (this.fails > 0) throw new KubeStatusError(this.fails, 'Failed', 'no')
    if (isApply) return (this.data ??= {})
    if (this.data === undefined) throw new KubeStatusError(404, 'NotFound', 'none')
    for (const [key, value] of Object.entries((body as { data?: Record<string, string | null> })?.data ?? {})) {
      if (value === null) delete this.data[key]
      else this.data[key] = value
    }
    return { data: { ...this.data } }
  }
}

function pinsOf({ api }: Cluster) {
  const failures: string[] = []
  const pins = new ConfigMapPins({ api, namespace: 'binnacle', name: 'pins', onFailure: (text) => failures.push(text) })
  return { pins, failures }
}

test('config map pins: the first pin makes the ConfigMap, and another program reads it', async () => {
  const cluster = new Cluster()
  const { pins } = pinsOf(cluster)
  await pins.refresh()
  assert.equal(pins.get('u1'), undefined)
  pins.set('u1', pin('aa'))
  pins.set('u1:10259', pin('bb'))
  assert.deepEqual(pins.get('u1'), pin('aa'))
  await pins.refresh()
  assert.deepEqual(Object.keys(cluster.data ?? {}), ['u1', 'u1.10259'])
  assert.equal(cluster.asked.filter((one) => one.startsWith('APPLY')).length, 1)
  const other = pinsOf(cluster).pins
  await other.refresh()
  assert.deepEqual(other.get('u1:10259'), pin('bb'))
})

test('config map pins: two that write at once lose nothing', async () => {
  const cluster = new Cluster()
  const [a, b] = [pinsOf(cluster).pins, pinsOf(cluster).pins]
  await Promise.all([a.refresh(), b.refresh()])
  a.set('u1', pin('aa'))
  b.set('u2', pin('bb'))
  await Promise.all([a.refresh(), b.refresh()])
  assert.deepEqual(Object.keys(cluster.data ?? {}).toSorted(), ['u1', 'u2'])
})

test('config map pins: nothing is trusted before they were read, nor when they cannot be', async () => {
  const cluster = new Cluster()
  const { pins } = pinsOf(cluster)
  assert.throws(() => pins.get('u1'), /has not been read/)
  cluster.fails = 403
  await assert.rejects(pins.refresh(), KubeStatusError)
  assert.throws(() => pins.get('u1'), /has not been read/)
})

test('config map pins: what cannot be written is told, known meanwhile, and written later', async () => {
  const cluster = new Cluster()
  const { pins, failures } = pinsOf(cluster)
  await pins.refresh()
  cluster.fails = 403
  pins.set('u1', pin('aa'))
  await assert.rejects(pins.refresh())
  assert.match(failures[0], /ConfigMap binnacle\/pins cannot be written: grant get, create and patch on it/)
  assert.deepEqual(pins.get('u1'), pin('aa'))
  cluster.fails = 0
  await pins.refresh()
  assert.deepEqual(Object.keys(cluster.data ?? {}), ['u1'])
})

test('config map pins: an entry that was removed is trusted anew, one that nobody can read never', async () => {
  const cluster = new Cluster()
  const { pins } = pinsOf(cluster)
  cluster.data = { u1: 'garbage' }
  await pins.refresh()
  assert.equal(pins.get('u1')?.sha256, 'unreadable')
  assert.equal(
    pins.acceptCommand('u1'),
    `kubectl -n binnacle patch configmap pins --type=merge -p '{"data":{"u1":null}}'`,
  )
  cluster.data = {}
  await pins.refresh()
  assert.equal(pins.get('u1'), undefined)
})

test('config map pins: those of nodes that are gone are forgotten after a while', async () => {
  const cluster = new Cluster()
  const { pins } = pinsOf(cluster)
  await pins.refresh()
  pins.set('u1', pin('aa', 1_000_000))
  pins.set('u2', pin('bb', 1_000_000))
  pins.set('u2:10259', pin('bb', 1_000_000))
  pins.set('u3', pin('cc', 9_000_000))
  await pins.refresh()
  await pins.prune((uid) => uid === 'u1', 5_000_000)
  assert.deepEqual(Object.keys(cluster.data ?? {}).toSorted(), ['u1', 'u3'])
})

test('config map pins: that an authority vouches for a node is written once, however its certificates come and go', async () => {
  const cluster = new Cluster()
  const { pins } = pinsOf(cluster)
  pins.recordVerified('u1', 'n1', 0)
  await pins.refresh()
  assert.equal(pins.get('u1'), undefined, 'what was not read yet is not added to')
  for (let times = 0; times < 3; times++) {
    pins.recordVerified('u1', 'n1', times * 1000)
    await pins.refresh()
  }
  assert.equal(cluster.asked.filter((one) => one.startsWith('PATCH')).length, 2, 'one finds no ConfigMap, one writes')
  const other = pinsOf(cluster).pins
  await other.refresh()
  assert.deepEqual(other.get('u1'), verifiedPin('n1', 0))
})
