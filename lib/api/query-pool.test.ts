import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { everything } from '#lib/storage'
import { QueryPool } from './query-pool.ts'
import type { ReadRequest } from './read-api.ts'

/** A query thread that answers with the query, waits for its cancellation, or dies. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads')
parentPort.on('message', async ({ call, args: [request, token] }) => {
  const query = request.params.query[0]
  if (query === 'die') throw new Error('out of memory')
  if (query === 'exit') process.exit(3)
  let text = query
  if (query === 'wait') {
    while (Atomics.load(workerData, 0) !== token) await new Promise((done) => setTimeout(done, 5))
    text = 'cancelled'
  }
  const body = new Uint8Array(new TextEncoder().encode(text))
  parentPort.postMessage({ answer: call, value: { status: 200, body } }, [body.buffer])
})`

function open(t: TestContext, threads: number, maxQueued: number) {
  const members = Array.from({ length: threads }, () => {
    const cancelled = new Int32Array(new SharedArrayBuffer(4))
    return { worker: new Worker(THREAD, { eval: true, workerData: cancelled }), cancelled }
  })
  t.after(() => Promise.all(members.map(({ worker }) => worker.terminate())))
  const pool = new QueryPool({ members, maxQueued })
  const read = async (query: string, signal = new AbortController().signal) => {
    const request: ReadRequest = { endpoint: 'query', params: { query: [query] }, scope: everything, nowMs: 0 }
    const { status, body } = await pool.read(request, signal)
    return `${status} ${Buffer.from(body).toString('utf8')}`
  }
  return { pool, read, members }
}

const limits = { timeout: 20_000 }

test('query-pool: reads are answered in order, by as many threads as there are', limits, async (t) => {
  const { read, members } = open(t, 2, 100)
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => read(`q${i}`)))
  assert.deepEqual(
    answers,
    Array.from({ length: 40 }, (_, i) => `200 q${i}`),
  )
  for (const { worker } of members) assert.ok(worker.listenerCount('exit') < 5, 'reads leave no listeners behind')
})

test('query-pool: a client that goes away cancels its read, running or waiting', limits, async (t) => {
  const { pool, read } = open(t, 1, 10)
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
  assert.equal(await first, '200 cancelled')
  assert.equal(await third, '200 after')
  assert.match(await read('x', AbortSignal.abort()), /^503 .*canceled/)
})

test('query-pool: what finds the queue full is refused', limits, async (t) => {
  const { read } = open(t, 1, 0)
  const running = new AbortController()
  const first = read('wait', running.signal)
  assert.match(await read('x'), /^503 .*"errorType":"unavailable"/)
  running.abort()
  await first
  assert.equal(await read('y'), '200 y')
})

for (const end of ['die', 'exit']) {
  test(`query-pool: a thread that ends (${end}) fails its read, and the others go on`, limits, async (t) => {
    const { read } = open(t, 2, 10)
    assert.match(await read(end), /^500 .*"errorType":"internal".*the query thread stopped/)
    assert.deepEqual(await Promise.all([read('a'), read('b')]), ['200 a', '200 b'])
  })
}

test('query-pool: without a thread every read is refused, also those that wait', limits, async (t) => {
  const { read, members } = open(t, 1, 10)
  const answers = [read('die'), read('a'), read('b')]
  await new Promise((done) => members[0].worker.once('exit', done))
  for (const answer of await Promise.all(answers)) assert.match(answer, /^500 /)
  assert.match(await read('c'), /^500 .*queries are not available: out of memory/)
})
