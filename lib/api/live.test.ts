import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everything } from '#lib/storage'
import { errorAnswer } from './error.ts'
import { LiveStream } from './live.ts'
import type { ReadRequest } from './read-api.ts'

const POINT = { metric: {}, values: [[1, '1']] }

/** A stream whose reads are taken down and answered with one point, or with none. */
function harness() {
  const sent: Record<string, unknown>[] = []
  const reads: ReadRequest[] = []
  const clock = { now: 100_500, fails: false, empty: false }
  const list = { version: 3 }
  const stream = new LiveStream({
    scope: everything,
    read: async (request) => {
      reads.push(request)
      if (clock.fails) return errorAnswer(new Error('broken'))
      return {
        status: 200,
        body: new Uint8Array(
          Buffer.from(
            JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: clock.empty ? [] : [POINT] } }),
          ),
        ),
      }
    },
    sources: {
      verdict: async () => ({ ok: true }),
      bad: () => Promise.reject(new Error('no verdict')),
      odd: async () => 1n,
      list: {
        whole: async (_, { kind }) => ({ version: list.version, rows: kind }),
        since: async (_, __, version) =>
          version < list.version ? { version: list.version, changed: [version] } : undefined,
      },
    },
    send: (message) => sent.push(JSON.parse(message) as Record<string, unknown>),
    now: () => clock.now,
  })
  const subscribe = async (...subscribe: object[]) => {
    stream.receive(JSON.stringify({ subscribe }))
    await settled()
  }
  return { sent, reads, clock, list, stream, subscribe }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve()
}

const spans = (reads: readonly ReadRequest[]) => reads.map(({ params }) => [params.start?.[0], params.end?.[0]])
const range = { id: 'r', kind: 'range', query: 'up', rangeMs: 60_000, stepMs: 1000 }

test('live: a range is sent whole once, then only the new points', async () => {
  const { sent, reads, clock, stream, subscribe } = harness()
  await subscribe(range)
  clock.now += 3000
  await stream.tick()
  await stream.tick()
  assert.deepEqual(spans(reads), [
    ['40', '100'],
    ['101', '103'],
  ])
  assert.deepEqual(sent, [
    { id: 'r', data: { append: false, resultType: 'matrix', result: [POINT] } },
    { id: 'r', data: { append: true, resultType: 'matrix', result: [POINT] } },
  ])
})

test('live: a new list keeps what a chart has; a chart that changed starts anew', async () => {
  const { reads, clock, subscribe } = harness()
  await subscribe(range)
  clock.now += 1000
  await subscribe(range, { id: 'i', kind: 'instant', query: 'up' })
  await subscribe({ ...range, query: 'down' })
  assert.deepEqual(spans(reads.filter(({ endpoint }) => endpoint === 'query_range')), [
    ['40', '100'],
    ['101', '101'],
    ['41', '101'],
  ])
})

test('live: after a pause longer than the chart it is sent whole again', async () => {
  const { sent, reads, clock, stream, subscribe } = harness()
  await subscribe(range)
  clock.now += 3_600_000
  await stream.tick()
  assert.deepEqual(spans(reads).at(-1), ['3640', '3700'])
  assert.deepEqual(sent.at(-1), sent[0])
})

test('live: a failed read is told and asked again, whole', async () => {
  const { sent, reads, clock, stream, subscribe } = harness()
  clock.fails = true
  await subscribe(range)
  clock.fails = false
  await stream.tick()
  assert.deepEqual(sent[0], { id: 'r', error: 'broken' })
  assert.deepEqual(spans(reads), [
    ['40', '100'],
    ['40', '100'],
  ])
})

test('live: a source that fails and a kind that is unknown leave the others alone', async () => {
  const { sent, stream, subscribe } = harness()
  await subscribe(...['bad', 'odd', 'toString', 'verdict'].map((kind) => ({ id: kind, kind })))
  const expected = [
    { id: 'bad', error: 'no verdict' },
    { id: 'odd', error: 'Do not know how to serialize a BigInt' },
    { id: 'toString', error: 'unknown kind "toString"' },
    { id: 'verdict', data: { ok: true } },
  ]
  assert.deepEqual(sent, expected)
  await stream.tick()
  assert.deepEqual(sent, [...expected, ...expected])
})

test('live: a message that makes no sense is answered with what is expected', async () => {
  const { sent, stream } = harness()
  const wrong = [
    'x',
    '[]',
    'null',
    '{"subscribe":{}}',
    '{"subscribe":[{"id":1,"kind":"range"}]}',
    JSON.stringify({ subscribe: [{ ...range, stepMs: 0 }] }),
    '{"subscribe":[{"id":"a","kind":"list","params":{"kind":1}}]}',
    '{"subscribe":[{"id":"a","kind":"list","params":"pod"}]}',
    JSON.stringify({ subscribe: [{ ...range, rangeMs: 1e12 }] }),
    JSON.stringify({ subscribe: Array.from({ length: 201 }, () => range) }),
  ]
  for (const text of wrong) stream.receive(text)
  await settled()
  assert.equal(sent.length, wrong.length)
  for (const message of sent) assert.match(String(message.error), /^expected \{"subscribe"/)
})

test('live: nothing is sent after the end', async () => {
  const { sent, stream, subscribe } = harness()
  stream.close()
  await subscribe(range, { id: 'v', kind: 'verdict' })
  await stream.tick()
  assert.deepEqual(sent, [])
})

test('live: an empty answer soon after the start is asked for again whole, in steps from now', async () => {
  const { reads, clock, stream, subscribe } = harness()
  clock.empty = true
  await subscribe({ ...range, stepMs: 5000 })
  clock.now += 1000
  clock.empty = false
  await stream.tick(false)
  clock.now += 1000
  await stream.tick(false)
  assert.deepEqual(spans(reads), [
    ['40', '100'],
    ['41', '101'],
  ])
})

test('live: a list is sent whole once, then only its changes, and nothing while there are none', async () => {
  const { sent, list, stream, subscribe } = harness()
  const wish = { id: 'l', kind: 'list', params: { kind: 'pod' } }
  await subscribe(wish)
  await stream.tick()
  list.version = 7
  await subscribe(wish, { id: 'v', kind: 'verdict' })
  assert.deepEqual(sent, [
    { id: 'l', data: { version: 3, rows: ['pod'] } },
    { id: 'l', data: { version: 7, changed: [3] } },
    { id: 'v', data: { ok: true } },
  ])
})

test('live: what changes in a list is told at every tick, values only with everything', async () => {
  const { sent, list, stream, subscribe } = harness()
  await subscribe({ id: 'l', kind: 'list' }, { id: 'v', kind: 'verdict' }, { id: 'x', kind: 'unknown' })
  list.version = 8
  await stream.tick(false)
  assert.deepEqual(
    sent.map(({ id }) => id),
    ['l', 'v', 'x', 'l'],
  )
})

test('live: a list with other parameters, or asked for again after it was left, is sent whole', async () => {
  const { sent, subscribe } = harness()
  await subscribe({ id: 'l', kind: 'list', params: { kind: 'pod' } })
  await subscribe({ id: 'l', kind: 'list', params: { kind: 'node' } })
  await subscribe()
  await subscribe({ id: 'l', kind: 'list', params: { kind: 'node' } })
  assert.deepEqual(
    sent.map(({ data }) => (data as { rows: string[] }).rows),
    [['pod'], ['node'], ['node']],
  )
})
