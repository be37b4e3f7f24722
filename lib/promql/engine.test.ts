import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Labels } from '#lib/model'
import { everything, onlyNamespaces, type Querier, type SelectRequest } from '#lib/storage'
import { Engine, type QueryRequest } from './engine.ts'
import { MemoryStorage } from './memory-storage.ts'
import { QueryError } from './query-error.ts'
import type { QueryResult } from './result.ts'

const MINUTE = 60_000

/** Counters of two namespaces that rise by 60 and 120 a minute. */
function storageOfCounters(): MemoryStorage {
  const storage = new MemoryStorage()
  for (const [namespace, step] of [
    ['a', 60],
    ['b', 120],
  ] as const) {
    const labels = Labels.from({ __name__: 'x_total', namespace })
    for (let i = 0; i <= 30; i++) storage.add(labels, i * MINUTE, i * step)
  }
  return storage
}

async function ask(expr: string, request: Partial<QueryRequest> = {}, engine = new Engine()): Promise<QueryResult> {
  using querier = storageOfCounters().querier()
  return await engine.query(querier, {
    expr,
    startMs: 10 * MINUTE,
    endMs: 20 * MINUTE,
    stepMs: 0,
    scope: everything,
    ...request,
  })
}

/** Counts the selects that go through. */
function counted(querier: Querier, seen: SelectRequest[]): Querier {
  return {
    labels: querier.labels,
    series: (scope, request) => querier.series(scope, request),
    labelNames: (scope, request) => querier.labelNames(scope, request),
    labelValues: (scope, name, request) => querier.labelValues(scope, name, request),
    [Symbol.dispose]: () => querier[Symbol.dispose](),
    select: (scope, request) => {
      seen.push(request)
      return querier.select(scope, request)
    },
  }
}

test('engine: a range query answers every step, ordered by labels', async () => {
  const { type, series } = await ask('rate(x_total[5m])', { stepMs: MINUTE })
  assert.equal(type, 'matrix')
  assert.deepEqual(
    series.map((s) => [s.labels.get('namespace'), s.times.length, s.values[0]]),
    [
      ['a', 11, 1],
      ['b', 11, 2],
    ],
  )
})

test('engine: an instant query answers at its end', async () => {
  const { series } = await ask('sum(x_total)')
  assert.deepEqual([series[0].times[0], series[0].values[0]], [20 * MINUTE, 3600])
})

test('engine: selectors of the same series are read once', async () => {
  const seen: SelectRequest[] = []
  using querier = storageOfCounters().querier()
  await new Engine().query(counted(querier, seen), {
    expr: 'rate(x_total[5m]) / increase(x_total[10m]) + rate(x_total[5m])',
    startMs: 10 * MINUTE,
    endMs: 20 * MINUTE,
    stepMs: MINUTE,
    scope: everything,
  })
  assert.equal(seen.length, 1)
})

test('engine: what @ fixes is the same at every step', async () => {
  const { series } = await ask('sum(x_total @ 600)', { stepMs: MINUTE })
  assert.deepEqual(new Set(series[0].values), new Set([1800]))
})

test('engine: a parameter may come out of another selector', async () => {
  const { series } = await ask('quantile_over_time(scalar(x_total{namespace="a"}) * 0, x_total{namespace="b"}[5m])')
  assert.equal(series[0].values[0], 16 * 120)
})

test('engine: a scope hides what it does not name', async () => {
  const { series } = await ask('count by (namespace)(x_total)', { scope: onlyNamespaces(['b']) })
  assert.deepEqual(
    series.map((s) => s.labels.get('namespace')),
    ['b'],
  )
})

const failures: [name: string, expr: string, options: object, code: string, message: RegExp][] = [
  ['too many samples', 'x_total', { maxSamples: 1 }, 'execution', /^query processing would load too many samples/],
  ['a late query', 'x_total', { timeoutMs: -1 }, 'timeout', /^query timed out in expression evaluation/],
  ['two partners', 'x_total * on() x_total', {}, 'execution', /^found duplicate series for the match group \{\}/],
  ['equal labels', 'label_replace(x_total, "namespace", "", "", "")', {}, 'execution', /^vector cannot contain/],
  ['text that is no query', 'sum(', {}, 'bad_data', /parse error/],
]

for (const [name, expr, options, code, message] of failures) {
  test(`engine: ${name} fails with ${code}`, async () => {
    await assert.rejects(ask(expr, {}, new Engine(options)), (error: unknown) => {
      assert.ok(error instanceof QueryError)
      assert.equal(error.code, code)
      assert.match(error.message, message)
      return true
    })
  })
}

test('engine: a raised flag cancels', async () => {
  await assert.rejects(ask('x_total', { cancellation: { reason: () => 'gone' } }), { code: 'canceled' })
})

test('engine: a limit cuts the answer', async () => {
  assert.equal((await ask('x_total', { limit: 1 })).series.length, 1)
})

test('engine: a range selector answers its samples', async () => {
  const { type, series } = await ask('x_total{namespace="a"}[2m]')
  assert.equal(type, 'matrix')
  assert.deepEqual([...series[0].times], [19 * MINUTE, 20 * MINUTE])
})

test('engine: values that nothing needs any more do not count against the limit', async () => {
  const { stats } = await ask('abs(abs(abs(abs(abs(abs(x_total))))))', { stepMs: MINUTE })
  assert.equal(stats.peakSamples, 2 * 2 * 11)
})

test('engine: a value that two need is kept for both', async () => {
  const { series } = await ask('sum(abs(x_total)) - min(abs(x_total)) + max(abs(x_total) - abs(x_total))', {
    stepMs: 0,
  })
  assert.equal(series[0].values[0], 2400)
})
