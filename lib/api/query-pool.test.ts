import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { everything } from '#lib/storage'
import { type Lane, QueryPool } from './query-pool.ts'
import type { PoolMember } from './query-slot.ts'
import type { ReadRequest } from './read-api.ts'

/** A query thread that answers with the query, waits for its cancellation, or dies. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads')
parentPort.on('message', async ({ call, args: [request, token] }) => {
  const query = request.params.query[0]
  if (query === 'die') throw new Error('out of memory')
  if (query === 'exit') process.exit(3)
  let text = query
  if (query === 'hang') for (;;);
  if (query === 'wait') {
    while (Math.abs(Atomics.load(workerData, 0)) !== token) await new Promise((done) => setTimeout(done, 5))
    text = Atomics.load(workerData, 0) < 0 ? 'late' : 'gone'
  }
  const body = new Uint8Array(new TextEncoder().encode(text))
  parentPort.postMessage({ answer: call, value: { status: 200, body } }, [body.buffer])
})`

async function open(t: TestContext, threads: number, maxQueued: number, timeoutMs = 60_000) {
  const members: PoolMember[] = []
  const pool = new QueryPool({
    threads,
    maxQueued,
    timeoutMs,
    graceMs: 100,
    open: async () => {
      const cancelled = new Int32Array(new SharedArrayBuffer(4))
      const member = { worker: new Worker(THREAD, { eval: true, workerData: cancelled }), cancelled }
      members.push(member)
      return member
    },
  })
  t.after(() => pool[Symbol.asyncDispose]())
  await pool.start()
  const read = async (query: string, signal = new AbortController().signal, lane: Lane = 'clients') => {
    const request: ReadRequest = { endpoint: 'query', params: { query: [query] }, scope: everything, nowMs: 0 }
    const { status, body } = await pool.read(request, signal, lane)
    return `${status} ${Buffer.from(body).toString('utf8')}`
  }
  const replaced = () => pool.telemetry()[0].metrics.map(({ labels, value }) => [...labels, value])
  return { pool, read, members, replaced }
}

const limits = { timeout: 20_000 }

test('query-pool: reads are answered in order, by as many threads as there are', limits, async (t) => {
  const { read, members } = await open(t, 2, 100)
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => read(`q${i}`)))
  assert.deepEqual(
    answers,
    Array.from({ length: 40 }, (_, i) => `200 q${i}`),
  )
  for (const { worker } of members) assert.ok(worker.listenerCount('exit') < 5, 'reads leave no listeners behind')
})

test('query-pool: a client that goes away cancels its read, running or waiting', limits, async (t) => {
  const { pool, read } = await open(t, 1, 10)
  const running = new AbortController()
  const waiting = new AbortController()
  const first = read('wait', running.signal)
  const second = read('never', waiting.signal)
  const third = read('after')
  assert.equal(pool.queued, 2)
  waiting.abort()
  assert.match(await second, /^503 .*"errorType":"canceled"/)
  assert.equal(pool.queued, 1)
  running.abort()
  assert.equal(await first, '200 gone')
  assert.equal(await third, '200 after')
  assert.match(await read('x', AbortSignal.abort()), /^503 .*canceled/)
})

test('query-pool: a read whose time is over is told so', limits, async (t) => {
  const { read, replaced } = await open(t, 1, 0, 10)
  assert.equal(await read('wait'), '200 late')
  assert.equal(await read('after'), '200 after')
  assert.deepEqual(replaced(), [])
})

test('query-pool: what finds the queue full is refused', limits, async (t) => {
  const { read } = await open(t, 1, 0)
  const running = new AbortController()
  const first = read('wait', running.signal)
  assert.match(await read('x'), /^503 .*"errorType":"unavailable"/)
  running.abort()
  await first
  assert.equal(await read('y'), '200 y')
})

for (const end of ['die', 'exit']) {
  test(`query-pool: a thread that ends (${end}) fails its read, and the others go on`, limits, async (t) => {
    const { read } = await open(t, 2, 10)
    assert.match(await read(end), /^500 .*"errorType":"internal".*the query thread stopped/)
    assert.deepEqual(await Promise.all([read('a'), read('b')]), ['200 a', '200 b'])
  })
}

test('query-pool: whatever ends a thread, another one takes its place', limits, async (t) => {
  const { read, members, replaced } = await open(t, 1, 10)
  const answers = await Promise.all([read('die'), read('a'), read('exit'), read('b')])
  assert.deepEqual([answers[1], answers[3]], ['200 a', '200 b'])
  assert.equal(members.length, 3)
  await members[2].worker.terminate()
  assert.equal(await read('c'), '200 c', 'also where it had nothing to do')
  assert.deepEqual(replaced(), [['reason', 'failed', 3]])
})

test('query-pool: a thread that does not stop is replaced, and what waited goes on', limits, async (t) => {
  const { read, members, replaced } = await open(t, 1, 10)
  const client = new AbortController()
  const stuck = read('hang', client.signal)
  const next = read('after')
  setTimeout(() => client.abort(), 50)
  assert.match(await stuck, /^503 .*the client went away/)
  assert.equal(await next, '200 after')
  assert.equal(members.length, 2)
  assert.deepEqual(replaced(), [['reason', 'stuck', 1]])
})

test(
  'query-pool: a read whose time is over is given up, though its thread does not look at the time',
  limits,
  async (t) => {
    const { read } = await open(t, 1, 10, 100)
    assert.match(await read('hang'), /^503 .*"errorType":"timeout"/)
    assert.equal(await read('after'), '200 after')
  },
)

test('query-pool: clients cannot fill the lane of the rules', limits, async (t) => {
  const { read, members } = await open(t, 2, 10)
  const client = new AbortController()
  const waiting = [1, 2, 3, 4].map(() => read('wait', client.signal))
  assert.equal(await read('a', undefined, 'rules'), '200 a')
  assert.equal(await read('b', undefined, 'rules'), '200 b')
  assert.equal(members.length, 3, 'it has one thread, which is started once')
  client.abort()
  await Promise.all(waiting)
})

test('query-pool: where the first threads cannot be started, that is said', limits, async () => {
  const fail = () => Promise.reject(new Error('no memory'))
  const pool = new QueryPool({ threads: 1, maxQueued: 1, timeoutMs: 1000, open: fail })
  await assert.rejects(pool.start(), /no memory/)
})
