import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { ClusterWatch, type ClusterWatchOptions } from './cluster-watch.ts'
import { FakeApiServer, refuse } from './fake-api-server.suite.ts'
import type { KubeObject } from './object.ts'
import { openKubeApi } from './open-api.ts'
import { resources } from './resources.ts'
import type { Sink, Subscription, WatchState } from './sink.ts'

/** Short waits, so that every failure is seen within a moment. */
const timings = {
  silentMs: 60_000,
  silentListMs: 60_000,
  backoffMs: [5, 20],
  shortWatchMs: 0,
  rareMs: 60_000,
} as const

/** Writes down what it is told, and keeps what exists as a sink of ours would. */
class Recorder implements Sink {
  readonly told: string[] = []
  readonly objects = new Map<string, KubeObject>()
  readonly states: WatchState[] = []

  upsert(object: KubeObject): void {
    const { name, uid = '' } = object.metadata
    assert.equal(this.objects.get(name)?.metadata.uid ?? uid, uid, `${name} was made again without a remove`)
    this.objects.set(name, object)
    this.told.push(`+${name}`)
  }

  remove({ name, uid }: { name: string; uid: string }): void {
    assert.equal(this.objects.get(name)?.metadata.uid, uid)
    this.objects.delete(name)
    this.told.push(`-${name}`)
  }

  synced(): void {
    this.told.push('synced')
  }

  state(state: WatchState): void {
    this.states.push(state)
  }

  get names(): string {
    return [...this.objects.keys()].sort().join(' ')
  }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  assert.fail(`never: ${what}`)
}

interface Setup {
  readonly fake: FakeApiServer
  readonly hub: ClusterWatch
  readonly sink: Recorder
}

/** A server with two pods and a hub with one sink, not started. */
async function setUp(
  t: TestContext,
  options: Partial<ClusterWatchOptions> & { subscription?: Partial<Subscription> } = {},
): Promise<Setup> {
  const fake = await FakeApiServer.start()
  const api = openKubeApi(fake.access())
  const hub = new ClusterWatch({ api, ...options, timings: { ...timings, ...options.timings } })
  t.after(async () => {
    await hub[Symbol.asyncDispose]()
    await api[Symbol.asyncDispose]()
    await fake[Symbol.asyncDispose]()
  })
  const sink = new Recorder()
  hub.subscribe({ resource: resources.pods, ...options.subscription }, sink)
  fake.put({ metadata: { name: 'a', namespace: 'x' } })
  fake.put({ metadata: { name: 'b', namespace: 'x' } })
  return { fake, hub, sink }
}

const isSynced = (sink: Recorder, times = 1) => sink.told.filter((one) => one === 'synced').length >= times

function restarts(hub: ClusterWatch, reason: string): number {
  const family = hub.telemetry().find(({ name }) => name === 'binnacle_kube_watch_restarts_total')
  return family?.metrics.filter(({ labels }) => labels[3] === reason).reduce((sum, { value }) => sum + value, 0) ?? 0
}

test('cluster watch: one streaming list tells what exists and goes on as the watch', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  hub.start()
  await until('synced', () => isSynced(sink))
  assert.deepEqual(sink.told, ['+a', '+b', 'synced'])
  fake.put({ metadata: { name: 'c', namespace: 'x' } })
  fake.delete('a', 'x')
  await until('changes', () => sink.names === 'b c')
  assert.deepEqual(fake.kinds(), ['stream'])
  const [state] = hub.states()
  assert.equal(state.phase, 'watching')
  assert.equal(state.objects, 2)
})

test('cluster watch: equal subscriptions share one list and one watch, others have their own', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  const [same, selected, inOne] = [new Recorder(), new Recorder(), new Recorder()]
  hub.subscribe({ resource: resources.pods }, same)
  hub.subscribe({ resource: resources.pods, labelSelector: 'app=x' }, selected)
  hub.subscribe({ resource: resources.pods, namespaces: ['x', 'x'] }, inOne)
  hub.start()
  await until('all synced', () => [sink, same, selected, inOne].every((one) => isSynced(one)))
  assert.equal(hub.states().length, 3)
  assert.deepEqual(fake.kinds(), ['stream', 'stream'])
  assert.deepEqual(fake.kinds('/api/v1/namespaces/x/pods'), ['stream'])
  assert.deepEqual(same.told, sink.told)
})

test('cluster watch: whoever comes late is told all that exists, by one new list for all who come at once', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  hub.start()
  await until('synced', () => isSynced(sink))
  const late = [new Recorder(), new Recorder()]
  for (const one of late) hub.subscribe({ resource: resources.pods }, one)
  await until('late ones synced', () => late.every((one) => isSynced(one)))
  assert.deepEqual(
    late.map(({ names }) => names),
    ['a b', 'a b'],
  )
  assert.deepEqual(fake.kinds(), ['stream', 'stream'])
  assert.ok(!sink.told.includes('-a'))
})

test('cluster watch: whoever leaves is told nothing more, and the last one ends the watch', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  const other = new Recorder()
  const leave = hub.subscribe({ resource: resources.pods, labelSelector: 'app' }, other)
  hub.start()
  await until('both synced', () => isSynced(sink) && isSynced(other))
  leave[Symbol.dispose]()
  await until('one watch', () => fake.watches === 1)
  assert.equal(hub.states().length, 1)
})

for (const streaming of ['status', 'event', 'ignored'] as const) {
  test(`cluster watch: pages serve where a streaming list is refused (${streaming}), and no other kind tries again`, async (t) => {
    const { fake, hub, sink } = await setUp(t, { timings: { pageSize: 1 }, listsAtOnce: 1 })
    fake.streaming = streaming
    const nodes = new Recorder()
    hub.subscribe({ resource: resources.nodes }, nodes)
    hub.start()
    await until('synced', () => isSynced(sink) && isSynced(nodes))
    await until('watched', () => fake.watches === 2)
    assert.equal(sink.names, 'a b')
    const kinds = fake.kinds()
    assert.deepEqual(kinds, ['stream', 'list', 'page', 'watch'])
    assert.deepEqual(fake.kinds('/api/v1/nodes').slice(-2), ['list', 'watch'])
    fake.put({ metadata: { name: 'c', namespace: 'x' } })
    await until('the change', () => sink.names === 'a b c')
    assert.equal(restarts(hub, 'stream-refused'), fake.kinds('/api/v1/nodes').includes('stream') ? 2 : 1)
  })
}

test('cluster watch: a dropped watch resumes from its last version, without a new list', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  hub.start()
  await until('synced', () => isSynced(sink))
  fake.drop()
  fake.delete('a', 'x')
  fake.put({ metadata: { name: 'c', namespace: 'x' } })
  await until('what was missed', () => sink.names === 'b c')
  fake.close()
  fake.put({ metadata: { name: 'd', namespace: 'x' } })
  await until('what was missed again', () => sink.names === 'b c d')
  assert.deepEqual(fake.kinds(), ['stream', 'watch', 'watch'])
  assert.equal(sink.told.filter((one) => one === 'synced').length, 1)
  assert.equal(restarts(hub, 'dropped'), 1)
  assert.equal(restarts(hub, 'closed'), 1)
})

test('cluster watch: bookmarks move the version on, so that a compaction in between costs no list', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  hub.start()
  await until('synced', () => isSynced(sink))
  fake.compact()
  fake.bookmark()
  fake.put({ metadata: { name: 'c', namespace: 'x' } })
  await until('the event after the bookmark', () => sink.names === 'a b c')
  fake.drop()
  await until('watched again', () => fake.watches === 1)
  assert.deepEqual(fake.kinds(), ['stream', 'watch'])
})

test('cluster watch: a version that is gone (410) starts over, and nothing is missing for a moment', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  hub.start()
  await until('synced', () => isSynced(sink))
  fake.delete('a', 'x')
  await until('a is gone', () => sink.names === 'b')
  const before = sink.told.length
  fake.drop()
  fake.put({ metadata: { name: 'c', namespace: 'x' } })
  fake.delete('c', 'x')
  fake.put({ metadata: { name: 'd', namespace: 'x' } })
  fake.compact()
  await until('listed again', () => isSynced(sink, 2))
  assert.deepEqual(sink.told.slice(before), ['+b', '+d', 'synced'])
  assert.equal(restarts(hub, 'expired'), 1)
})

test('cluster watch: a 410 inside an ERROR event starts over; what vanished meanwhile is removed at the end', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  hub.start()
  await until('synced', () => isSynced(sink))
  const before = sink.told.length
  fake.script = ({ query }, answer) => {
    if (query.has('sendInitialEvents')) return false
    fake.script = () => false
    fake.delete('a', 'x')
    answer.writeHead(200)
    answer.end('{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}\n')
    return true
  }
  fake.drop()
  await until('listed again', () => isSynced(sink, 2))
  assert.deepEqual(sink.told.slice(before), ['+b', '-a', 'synced'])
})

test('cluster watch: a 410 between pages starts over with larger pages', async (t) => {
  const { fake, hub, sink } = await setUp(t, { timings: { pageSize: 1 } })
  fake.streaming = 'status'
  fake.script = ({ query }) => {
    if (query.has('continue')) {
      fake.script = () => false
      fake.compact()
    }
  }
  hub.start()
  await until('synced', () => isSynced(sink))
  assert.deepEqual(sink.told, ['+a', '+a', '+b', 'synced'])
  assert.deepEqual(
    fake.requests.map(({ query }) => query.get('limit')).filter((one) => one !== null),
    ['1', '1', '4'],
  )
})

test('cluster watch: an object made again under its name is removed first, seen by the watch or by a list', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  hub.start()
  await until('synced', () => isSynced(sink))
  fake.drop()
  fake.put({ metadata: { name: 'a', namespace: 'x', uid: 'other' } })
  fake.compact()
  await until('listed again', () => isSynced(sink, 2))
  assert.deepEqual(sink.told.slice(3), ['-a', '+a', '+b', 'synced'])
  fake.say(
    '{"type":"MODIFIED","object":{"metadata":{"name":"a","namespace":"x","uid":"third","resourceVersion":"999"}}}\n',
  )
  await until('told', () => sink.objects.get('a')?.metadata.uid === 'third')
})

for (const [status, headers, least] of [
  [429, { 'retry-after': '1' }, 1000],
  [503, { 'retry-after': '1' }, 1000],
  [500, {}, 0],
] as const) {
  test(`cluster watch: ${status} waits ${least > 0 ? 'as Retry-After says' : 'by itself'}, with the reason`, async (t) => {
    const { fake, hub, sink } = await setUp(t)
    let refused = 0
    fake.streaming = 'status'
    let refusedAt = 0
    fake.script = ({ query }, answer) => {
      if (query.get('watch') === '1' || refused++ > 0) return false
      refusedAt = performance.now()
      refuse(answer, status, 'Because', 'slow down', headers)
      return true
    }
    hub.start()
    await until('waiting', () => sink.states.some(({ phase }) => phase === 'waiting'))
    const waiting = sink.states.find(({ phase }) => phase === 'waiting')!
    assert.equal(waiting.status, status)
    assert.match(waiting.reason, status === 429 ? /throttles us: .*slow down/ : /slow down/)
    await until('synced', () => isSynced(sink))
    assert.ok(performance.now() - refusedAt >= least)
    assert.equal(restarts(hub, status === 429 ? 'throttled' : 'server-error'), 1)
  })
}

test('cluster watch: a watch that is silent for too long is opened again, without a new list', async (t) => {
  const { fake, hub, sink } = await setUp(t, { timings: { silentMs: 60 } })
  hub.start()
  await until('synced', () => isSynced(sink))
  await until('opened again', () => fake.kinds().includes('watch'))
  assert.ok(!fake.kinds().slice(1).includes('stream'))
  assert.ok(restarts(hub, 'silent') >= 1)
})

test('cluster watch: what is forbidden is told with verb, resource and namespace, and asked for rarely', async (t) => {
  const { fake, hub, sink } = await setUp(t, { subscription: { namespaces: ['x', 'y'] } })
  fake.put({ metadata: { name: 'p', namespace: 'x' } }, '/api/v1/namespaces/x/pods')
  let isAllowed = false
  fake.script = ({ path }, answer) => {
    if (path !== '/api/v1/namespaces/y/pods' || isAllowed) return false
    refuse(answer, 403, 'Forbidden', 'no')
    return true
  }
  hub.start()
  await until('synced without the forbidden one', () => isSynced(sink))
  assert.equal(sink.names, 'p')
  await until('forbidden', () => sink.states.some(({ phase }) => phase === 'forbidden'))
  const forbidden = sink.states.find(({ phase }) => phase === 'forbidden')!
  assert.equal(
    forbidden.reason,
    'tester may not list pods in namespace y: grant it the verbs list and watch on pods in namespace y',
  )
  assert.equal(forbidden.status, 403)
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(fake.kinds('/api/v1/namespaces/y/pods').length, 1)
  isAllowed = true
  hub.recheck(resources.pods)
  await until('watched', () => hub.states().every(({ phase }) => phase === 'watching'))
})

test('cluster watch: what was watched and is refused after a restart of the API server is asked for again soon', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  fake.put({ metadata: { name: 'p', namespace: 'x' } })
  hub.start()
  await until('synced', () => isSynced(sink))
  const { names } = sink
  let refusals = 0
  fake.script = (_, answer) => {
    if (refusals >= 2) return false
    refusals++
    refuse(answer, 403, 'Forbidden', 'no roles are known yet')
    return true
  }
  fake.drop()
  await until('watched again', () => refusals === 2 && hub.states().every(({ phase }) => phase === 'watching'))
  assert.ok(!sink.states.some(({ phase }) => phase === 'forbidden'))
  assert.equal(sink.names, names)
})

test('cluster watch: a kind that is absent is asked for rarely, at once when told, and its objects go with it', async (t) => {
  const path = '/apis/monitoring.coreos.com/v1/servicemonitors'
  const { fake, hub, sink } = await setUp(t, { subscription: { resource: resources.servicemonitors } })
  let exists = false
  fake.script = (_, answer) => {
    if (exists) return false
    refuse(answer, 404, 'NotFound', 'the server could not find the requested resource')
    return true
  }
  hub.start()
  await until('absent', () => hub.states()[0].phase === 'absent')
  assert.match(hub.states()[0].reason, /the cluster has no servicemonitors\.monitoring\.coreos\.com/)
  exists = true
  fake.put({ metadata: { name: 'm', namespace: 'x' } }, path)
  hub.recheck(resources.servicemonitors)
  await until('synced', () => isSynced(sink))
  assert.equal(sink.names, 'm')
  exists = false
  fake.drop()
  await until('absent again', () => hub.states()[0].phase === 'absent')
  assert.equal(sink.names, '')
  assert.equal(hub.states()[0].objects, 0)
})

test('cluster watch: a custom resource is there as soon as its definition comes', async (t) => {
  const { fake, hub, sink } = await setUp(t, { subscription: { resource: resources.probes } })
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  hub.subscribe({ resource: resources.customresourcedefinitions }, new Recorder())
  let exists = false
  fake.script = ({ path }, answer) => {
    if (exists || path === definitions) return false
    refuse(answer, 404, 'NotFound', 'the server could not find the requested resource')
    return true
  }
  hub.start()
  await until(
    'absent',
    () =>
      hub
        .states()
        .map(({ phase }) => phase)
        .join() === 'absent,watching',
  )
  exists = true
  fake.put({ metadata: { name: 'probes.monitoring.coreos.com' } }, definitions)
  await until('synced', () => isSynced(sink))
})

test('cluster watch: an API server that goes away and comes back is told of, and everything resumes by itself', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  hub.start()
  await until('synced', () => isSynced(sink))
  const { port } = fake
  await fake[Symbol.asyncDispose]()
  await until('waiting', () => hub.states()[0].phase === 'waiting')
  assert.match(
    hub.states()[0].reason,
    new RegExp(`cannot reach the API server http://127\\.0\\.0\\.1:${port}: connection refused`),
  )
  assert.equal(sink.names, 'a b', 'what was known stays')
  await using again = await FakeApiServer.start(port)
  again.compact()
  again.put({ metadata: { name: 'b', namespace: 'x' } })
  for (let i = 0; i < 3; i++) again.put({ metadata: { name: 'new', namespace: 'x' } })
  again.script = ({ query }, answer) => {
    if (query.has('sendInitialEvents')) return false
    refuse(answer, 410, 'Expired', 'too old')
    return true
  }
  await until('resumed', () => sink.names === 'b new')
  assert.equal(hub.states()[0].phase, 'watching')
})

test('cluster watch: secrets come as a table, config maps as metadata: no value crosses the wire', async (t) => {
  for (const streaming of ['yes', 'status'] as const) {
    const { fake, hub } = await setUp(t)
    fake.streaming = streaming
    const [secrets, maps] = [new Recorder(), new Recorder()]
    hub.subscribe({ resource: resources.secrets }, secrets)
    hub.subscribe({ resource: resources.configmaps }, maps)
    fake.put({ metadata: { name: 's' }, type: 'kubernetes.io/tls', data: { key: 'hidden' } }, '/api/v1/secrets')
    fake.put({ metadata: { name: 'm' }, data: { key: 'hidden' } }, '/api/v1/configmaps')
    hub.start()
    await until('synced', () => isSynced(secrets) && isSynced(maps))
    await until('watched', () => fake.watches === 3)
    fake.put({ metadata: { name: 's2' }, type: 'Opaque', data: { key: 'hidden' } }, '/api/v1/secrets')
    await until('the change', () => secrets.names === 's s2')
    assert.deepEqual(
      [...secrets.objects.values()].map(({ type, kind, apiVersion }) => [type, kind, apiVersion]),
      [
        ['kubernetes.io/tls', 'Secret', 'v1'],
        ['Opaque', 'Secret', 'v1'],
      ],
    )
    assert.equal(maps.objects.get('m')?.data, undefined)
    const accepts = fake.requests.filter(({ path }) => path === '/api/v1/secrets').map(({ headers }) => headers.accept)
    for (const accept of accepts) assert.equal(accept, 'application/json;as=Table;g=meta.k8s.io;v=v1')
  }
})

test('cluster watch: last-applied-configuration and managed fields are dropped from every object', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"secret":1}', kept: 'yes' }
  const managedFields = [{ manager: 'kubectl', fieldsV1: { 'f:a]': { '.': {} } } }]
  for (const name of ['c', 'd']) {
    fake.put({ metadata: { name, annotations, managedFields, after: 1 } })
    if (name === 'c') {
      hub.start()
      await until('synced', () => isSynced(sink))
    }
  }
  await until('both', () => sink.names === 'a b c d')
  for (const name of ['c', 'd']) {
    const { uid: _, resourceVersion: __, ...rest } = sink.objects.get(name)!.metadata
    assert.deepEqual(rest, { name, annotations: { kept: 'yes' }, after: 1 })
  }
})

test('cluster watch: a sink that fails is counted and told once, and the others go on', async (t) => {
  const errors: unknown[] = []
  const { hub, sink } = await setUp(t, { log: { error: (...args: unknown[]) => errors.push(args) } })
  const broken = { upsert: () => assert.fail('broken'), remove: () => undefined }
  hub.subscribe({ resource: resources.pods }, broken)
  hub.start()
  await until('synced', () => isSynced(sink))
  assert.equal(errors.length, 1)
  const family = hub.telemetry().find(({ name }) => name === 'binnacle_kube_sink_errors_total')
  assert.equal(family?.metrics[0].value, 2)
})

test('cluster watch: an event that cannot be read lists again', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  hub.start()
  await until('synced', () => isSynced(sink))
  fake.say('{"type":"MODIFIED","object":{"metadata":\n')
  await until('listed again', () => isSynced(sink, 2))
  assert.equal(restarts(hub, 'unreadable'), 1)
})

test('cluster watch: a list that ends early is made again, and no one is told that it was complete', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  fake.streaming = 'status'
  let cut = 0
  fake.script = ({ query }, answer) => {
    if (query.get('watch') === '1' || cut++ > 0) return false
    answer
      .writeHead(200)
      .end('{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a","namespace":"x","uid":"uid-1"}},{"met')
    return true
  }
  hub.start()
  await until('synced', () => isSynced(sink))
  assert.deepEqual(sink.told, ['+a', '+a', '+b', 'synced'])
})

test('cluster watch: what a failed list told and no later one tells is removed', async (t) => {
  const { fake, hub, sink } = await setUp(t)
  fake.streaming = 'status'
  let cut = 0
  fake.script = ({ query }, answer) => {
    if (query.get('watch') === '1' || cut++ > 0) return false
    answer.writeHead(200).end('{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"ghost","uid":"u"}}')
    return true
  }
  hub.start()
  await until('synced', () => isSynced(sink))
  assert.deepEqual(sink.told, ['+ghost', '+a', '+b', '-ghost', 'synced'])
})

test('cluster watch: only so many lists run at once', async (t) => {
  const { fake, hub } = await setUp(t, { listsAtOnce: 2 })
  const held: (() => void)[] = []
  let running = 0
  let most = 0
  fake.script = ({ query }, answer) => {
    most = Math.max(most, ++running)
    held.push(() => {
      running--
      const name = 'k8s.io/initial-events-end'
      answer
        .writeHead(200)
        .write(`{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"1","annotations":{"${name}":"true"}}}}\n`)
    })
    return query.has('sendInitialEvents')
  }
  const kinds = [resources.nodes, resources.services, resources.jobs, resources.leases]
  const sinks = kinds.map((resource) => {
    const sink = new Recorder()
    hub.subscribe({ resource }, sink)
    return sink
  })
  hub.start()
  for (let i = 0; i < 5; i++) {
    await until('a list', () => held.length > 0)
    await new Promise((resolve) => setTimeout(resolve, 5))
    held.shift()!()
  }
  await until('all synced', () => sinks.every((sink) => isSynced(sink)))
  assert.equal(most, 2)
})
