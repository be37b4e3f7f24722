import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Labels } from '#lib/model'
import { everything, JoinedQuerier, type Querier } from '#lib/storage'
import { querierSuite, type SuiteSeries } from '#suite/storage/querier'
import { type RemoteManners, RemoteStore } from '#suite/storage/remote'
import { Engine } from './engine.ts'
import { MemoryStorage } from './memory-storage.ts'
import type { QueryResult } from './result.ts'

function memoryOf(series: readonly SuiteSeries[], keeps: (index: number) => boolean = () => true): MemoryStorage {
  const storage = new MemoryStorage()
  for (const { labels, samples } of series) {
    for (const [i, { timeMs, value, histogram }] of samples.entries()) {
      if (!keeps(i)) continue
      if (histogram) storage.addHistogram(labels, timeMs, histogram)
      else if (value === undefined) storage.addStale(labels, timeMs)
      else storage.add(labels, timeMs, value)
    }
  }
  return storage
}

/** The first sample of each series is in the older store alone, the second in both, the others in the newer one alone. */
function joined(series: readonly SuiteSeries[]): () => Querier {
  const older = memoryOf(series, (i) => i < 2)
  const newer = memoryOf(series, (i) => i > 0)
  return () => new JoinedQuerier(older.querier(), newer.querier())
}

const nothing = { [Symbol.asyncDispose]: () => Promise.resolve() }

querierSuite('memory', async (series) => {
  const storage = memoryOf(series)
  return { querier: () => storage.querier(), ...nothing }
})

querierSuite('two joined in time', async (series) => ({ querier: joined(series), ...nothing }))

querierSuite('slow remote', async (series) => {
  const storage = memoryOf(series)
  const remote = await RemoteStore.start(() => storage.querier(), { delayMs: 5 })
  return { querier: () => remote.querier(), [Symbol.asyncDispose]: () => remote[Symbol.asyncDispose]() }
})

querierSuite('slow remote joined with memory', async (series) => {
  const older = memoryOf(series, (i) => i < 2)
  const newer = memoryOf(series, (i) => i > 0)
  const remote = await RemoteStore.start(() => older.querier(), { delayMs: 2 })
  return {
    querier: () => new JoinedQuerier(remote.querier(), newer.querier()),
    [Symbol.asyncDispose]: () => remote[Symbol.asyncDispose](),
  }
})

const START = 1_700_000_000_000

/** Twenty counters of an hour, with here and there a stale marker. */
const counters = Array.from({ length: 20 }, (_, s): SuiteSeries => ({
  labels: Labels.from({ __name__: 'hits_total', i: String(s), job: s % 2 === 0 ? 'even' : 'odd' }),
  samples: Array.from({ length: 240 }, (_, k) => {
    const timeMs = START + k * 15_000
    return (s + k) % 71 === 0 ? { timeMs } : { timeMs, value: (k % 50) * (s + 1) }
  }),
}))

function ask(querier: Querier, expr: string, more: object = {}): Promise<QueryResult> {
  const request = { expr, startMs: START, endMs: START + 3_600_000, stepMs: 60_000, scope: everything, ...more }
  return new Engine().query(querier, request)
}

function bitsOf({ series }: QueryResult): unknown {
  return series.map(({ labels, times, values }) => [
    labels.key,
    [...times],
    [...new BigUint64Array(values.slice().buffer)],
  ])
}

test('queriers: a query over two joined in time, one of them remote, is answered as over one', async () => {
  const whole = memoryOf(counters)
  const [older, newer] = [memoryOf(counters, (i) => i < 130), memoryOf(counters, (i) => i >= 110)]
  await using remote = await RemoteStore.start(() => older.querier(), { delayMs: 1 })
  for (const expr of [
    'sum by (job) (rate(hits_total[5m]))',
    'hits_total',
    'max_over_time(hits_total[10m] offset 3m)',
  ]) {
    using joined = new JoinedQuerier(remote.querier(), newer.querier())
    using one = whole.querier()
    const expected = await ask(one, expr)
    assert.ok(expected.series.length > 1)
    assert.deepEqual(bitsOf(await ask(joined, expr)), bitsOf(expected), expr)
  }
})

/** No connection is left, soon. */
async function areClosed(remote: RemoteStore): Promise<void> {
  for (let i = 0; i < 100 && (await remote.connections()) > 0; i++)
    await new Promise((resolve) => setTimeout(resolve, 10))
  assert.equal(await remote.connections(), 0)
}

async function stand(manners: RemoteManners): Promise<RemoteStore> {
  const storage = memoryOf(counters)
  return RemoteStore.start(() => storage.querier(), manners)
}

test('queriers: where a remote store fails halfway the query fails, says so and leaves nothing open', async () => {
  await using remote = await stand({ delayMs: 1, failsAfter: 7 })
  using querier = remote.querier()
  await assert.rejects(ask(querier, 'sum(rate(hits_total[5m]))'), (error: Error) => {
    assert.match(error.message, new RegExp(`^remote store ${remote.url}: after 7 series: `))
    return true
  })
  await areClosed(remote)
  using joined = new JoinedQuerier(remote.querier(), memoryOf(counters).querier())
  await assert.rejects(ask(joined, 'count(hits_total)'), /after 7 series/)
  await areClosed(remote)
  remote.manners = { delayMs: 1 }
  using again = remote.querier()
  assert.equal((await ask(again, 'count(hits_total)')).series.length, 1)
})

test('queriers: a query that waits for a slow remote store ends when it is cancelled or its time is over', async () => {
  await using remote = await stand({ delayMs: 3_600_000 })
  const started = performance.now()
  using late = remote.querier()
  await assert.rejects(ask(late, 'count(hits_total)', { timeoutMs: 100 }), /timed out/)
  await areClosed(remote)
  using gone = remote.querier()
  const cancellation = { reason: () => (performance.now() - started > 300 ? 'the client went away' : undefined) }
  await assert.rejects(ask(gone, 'count(hits_total)', { cancellation }), /canceled/)
  await areClosed(remote)
  assert.ok(performance.now() - started < 3000)
})
