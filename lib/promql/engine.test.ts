import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Labels } from '#lib/model'
import { everything, onlyNamespaces, type Querier, type SelectRequest } from '#lib/storage'
import { Engine, type QueryRequest } from './engine.ts'
import { MemoryStorage } from './memory-storage.ts'
import type { ParseOptions } from './parser-cursor.ts'
import type { PlanNode } from './plan-trace.ts'
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

test('engine: a plan tells what each operator read, made and took, and what stands in it twice', async () => {
  using querier = storageOfCounters().querier()
  const expr = 'sum(rate(x_total[5m])) / on () sum(rate(x_total[5m])) + scalar(x_total)'
  const request = { expr, startMs: 10 * MINUTE, endMs: 20 * MINUTE, stepMs: MINUTE, scope: everything }
  const { plan, stats } = await new Engine().explain(querier, request)
  assert.ok(plan)
  const lines = (node: PlanNode, depth = 0): string[] => {
    const { operator, series, samples, isShared, read } = node
    const text = isShared ? 'again' : `${series} ${samples}${read ? ` of ${read.series} ${read.samples}` : ''}`
    return [`${'  '.repeat(depth)}${operator}: ${text}`, ...node.inputs.flatMap((one) => lines(one, depth + 1))]
  }
  assert.deepEqual(lines(plan), [
    '+: 1 11',
    '  / on (): 1 11',
    '    sum: 1 11',
    '      rate: 2 22 of 2 30',
    '    sum: again',
    '  scalar: 0 11',
    '    selector: 2 22 of 2 30',
  ])
  assert.equal(stats.seriesRead, 2, 'both selectors read at once')
  const all = (node: PlanNode): PlanNode[] => [node, ...node.inputs.flatMap(all)]
  for (const { ms, steps } of all(plan)) assert.ok(ms >= 0 && ms < 1000 && steps === 11)
})

const experimental: readonly [query: string, option: keyof ParseOptions, message: string][] = [
  ['max_of(1, 2)', 'experimentalFunctions', '1:1: parse error: function "max_of" is not enabled'],
  [
    'limitk(1, x)',
    'experimentalFunctions',
    '1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions',
  ],
  ['x offset -step()', 'durationExpressions', '1:10: parse error: experimental duration expression is not enabled'],
  ['rate(x[5m * 2])', 'durationExpressions', '1:8: parse error: experimental duration expression is not enabled'],
  ['x offset (1m)', 'durationExpressions', '1:11: parse error: experimental duration expression is not enabled'],
  [
    'rate(x[5m] anchored)',
    'extendedRangeSelectors',
    '1:6: parse error: anchored modifier is experimental and not enabled',
  ],
  ['x smoothed', 'extendedRangeSelectors', '1:1: parse error: smoothed modifier is experimental and not enabled'],
  ['x + fill(0) y', 'fillModifiers', '1:1: parse error: binop fill modifiers are experimental and not enabled'],
]

test('engine: what is experimental is refused where it is switched off, and plain durations are not', () => {
  for (const [query, option, message] of experimental) {
    assert.doesNotThrow(() => new Engine().parse(query))
    assert.throws(() => new Engine({ syntax: { [option]: false } }).parse(query), { message })
  }
  const none = {
    experimentalFunctions: false,
    durationExpressions: false,
    extendedRangeSelectors: false,
    fillModifiers: false,
  }
  for (const query of [
    'rate(x[5m] offset -1m)',
    'max_over_time(x[1h:5m] @ 12.5)',
    'x offset 300',
    'a + on (b) fill',
    'first_over_time(x[5m])',
  ])
    assert.doesNotThrow(() => new Engine({ syntax: none }).parse(query), query)
})
