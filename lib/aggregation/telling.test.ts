import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { API_SERVICE_PATH, type ApiService } from './api-service.ts'
import { Completeness, conditionOf } from './condition.ts'
import { MissingEvents } from './events.ts'
import { FakeObjects, unreachable } from './fake-objects.suite.ts'
import type { MissingFigures } from './missing.ts'

const names = { namespace: 'binnacle', service: 's', secret: 'x', clusterRole: 'r', instance: 'replica-1' }

let fake: FakeObjects
let nowMs: number

beforeEach(() => {
  fake = new FakeObjects()
  nowMs = Date.parse('2026-01-01T10:30:00Z')
  fake.put(API_SERVICE_PATH, { metadata: { uid: 'u' }, spec: { service: { name: 's', namespace: 'binnacle' } } })
})

const now = () => nowMs
const seen = () => structuredClone(fake.objects.get(API_SERVICE_PATH)) as unknown as ApiService
const node = (name: string, reason = 'kubelet-unreachable', text = 'ECONNREFUSED'): MissingFigures => ({
  kind: 'node',
  node: name,
  namespace: '',
  pod: '',
  reason,
  text,
})
const pod = (name: string, reason = 'no-counters', text = 'the kubelet tells none'): MissingFigures => ({
  kind: 'pod',
  node: 'n1',
  namespace: 'shop',
  pod: name,
  reason,
  text,
})

/** As the API server notes when a manager wrote last. */
function wroteNow(): void {
  const managedFields = [{ manager: 'binnacle-metrics-api-condition', time: new Date(nowMs).toISOString() }]
  fake.patch(API_SERVICE_PATH, { metadata: { managedFields } })
}

test('aggregation: the condition counts what has no figures and says why the first has none', () => {
  assert.equal(conditionOf([]).status, 'True')
  assert.equal(conditionOf([{ ...pod('new'), isExpected: true }]).status, 'True')
  const { status, message = '' } = conditionOf([pod('a'), pod('b'), node('n2')])
  assert.equal(status, 'False')
  assert.equal(message, '1 node and 2 pods without figures; the first: node n2: ECONNREFUSED')
  assert.ok((conditionOf([node('n1', 'x', 'y'.repeat(5000))]).message ?? '').length <= 1000)
})

test('aggregation: the condition is written on change and at most once a minute', async () => {
  const completeness = new Completeness({ api: fake.api, names, now, tellMs: 60_000 })
  const look = async (missing: MissingFigures[]) => {
    const before = fake.writes.length
    await completeness.look(seen(), missing)
    if (fake.writes.length > before) wroteNow()
    return fake.writes.length - before
  }
  assert.equal(await look([node('n1')]), 1)
  nowMs += 60_000
  assert.equal(await look([node('n1')]), 0, 'nothing has changed')
  assert.equal(await look([node('n2')]), 1)
  nowMs += 30_000
  assert.equal(await look([]), 0, 'it was written half a minute ago')
  nowMs += 30_000
  assert.equal(await look([]), 1)
})

test('aggregation: a view from before the own writing is not taken for the words of another replica', async () => {
  const completeness = new Completeness({ api: fake.api, names, now, tellMs: 60_000 })
  await completeness.look(seen(), [node('n1')])
  wroteNow()
  const before = seen()
  nowMs += 60_000
  await completeness.look(before, [])
  wroteNow()
  await completeness.look(before, [node('n1')])
  assert.equal(fake.writes.length, 2)
  nowMs += 60_000
  await completeness.look(seen(), [node('n1')])
  assert.equal(fake.writes.length, 3)
})

test('aggregation: replicas that see things differently do not take turns', async () => {
  const [a, b] = [1, 2].map(() => new Completeness({ api: fake.api, names, now, tellMs: 60_000 }))
  const look = async (one: Completeness, missing: MissingFigures[]) => {
    const before = fake.writes.length
    await one.look(seen(), missing)
    if (fake.writes.length > before) wroteNow()
  }
  for (let minute = 0; minute < 9; minute++) {
    await look(a, [node('n1')])
    await look(b, [])
    nowMs += 60_000
  }
  assert.equal(fake.writes.length, 2)
  nowMs += 600_000
  await look(a, [node('n1')])
  assert.equal(fake.writes.length, 3, 'what one said that may be gone is corrected in the end')
})

test("aggregation: nothing is said in another program's APIService; what we said there is taken back once", async () => {
  const completeness = new Completeness({ api: fake.api, names, now, tellMs: 60_000 })
  await completeness.look(seen(), [node('n1')])
  fake.patch(API_SERVICE_PATH, { spec: { service: { name: 'metrics-server', namespace: 'kube-system' } } })
  await completeness.look(seen(), [node('n1')])
  await completeness.look(seen(), [node('n1')])
  assert.deepEqual(
    fake.writes.map(({ body }) => (body.status as { conditions: unknown[] }).conditions.length),
    [1, 0],
  )
})

const told = () =>
  fake.writes.map(({ body }) => `${(body.involvedObject as { name: string }).name} ${String(body.reason)}`)

test('aggregation: one event per node and reason an hour, also over replicas', async () => {
  const [a, b] = ['a', 'b'].map((instance) => new MissingEvents({ api: fake.api, instance, now }))
  const missing = [pod('x'), pod('y'), node('n1'), node('n2'), { ...pod('z', 'unscheduled'), node: '' }]
  for (let tries = 0; tries < 3; tries++) for (const one of [a, b]) await one.look(missing)
  assert.deepEqual(told(), ['n1 NoCounters', 'n1 KubeletUnreachable', 'n2 KubeletUnreachable'])
  assert.equal(fake.writes[0].body.message, 'pod shop/x has no figures (and 1 more): the kubelet tells none')
  nowMs += 3_600_000
  for (const one of [a, b]) await one.look([node('n2')])
  assert.equal(told().length, 4)
})

test('aggregation: an event that could not be written is told later', async () => {
  const events = new MissingEvents({ api: fake.api, instance: 'a', now })
  fake.before = () => unreachable()
  await assert.rejects(events.look([node('n1')]))
  fake.before = () => {}
  await events.look([node('n1')])
  assert.deepEqual(told(), ['n1 KubeletUnreachable'])
})

test('aggregation: a cluster without its network floods nobody, and names of any length make events', async () => {
  const events = new MissingEvents({ api: fake.api, instance: 'a', now })
  const many = Array.from({ length: 100 }, (_, i) => node(`${'n'.repeat(240)}.${i}`))
  await events.look(many)
  assert.equal(fake.writes.length, 20)
  for (let looks = 0; looks < 10; looks++) await events.look(many)
  assert.equal(fake.writes.length, 100)
  for (const { body } of fake.writes) assert.match(String(body.metadata.name), /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])$/)
})
