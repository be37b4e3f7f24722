import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  counterResetHint,
  type FloatHistogram,
  isStaleAt,
  Labels,
  newMatcher,
  wordsOf,
  type Matcher,
  type MatchOp,
} from '#lib/model'
import { everything, onlyNamespaces } from './scope.ts'
import type { Querier, SelectRequest } from './querier.ts'
import type { Scope } from './scope.ts'

/** A sample of the suite; neither value nor histogram: a stale marker. */
export interface SuiteSample {
  readonly timeMs: number
  readonly value?: number
  readonly histogram?: FloatHistogram
}

export interface SuiteSeries {
  readonly labels: Labels
  readonly samples: readonly SuiteSample[]
}

/** A store under test that holds the suite's series. */
export interface SuiteStore extends AsyncDisposable {
  querier(): Querier
}

const START = 1_690_000_000_000
/** More series than a batch has. */
const MANY = 600

const suiteSeries: readonly SuiteSeries[] = [
  series({ __name__: 'up', job: 'node', namespace: 'a' }, [1, 1, 0]),
  series({ __name__: 'up', job: 'web', namespace: 'b', zone: 'ü' }, [1, undefined, 1]),
  series({ __name__: 'up', job: 'alone' }, [1]),
  series({ __name__: 'load', job: 'node', namespace: 'a', zone: 'x' }, [NaN, -0, 1e-300, Infinity]),
]

/** What every Querier does. `open` makes a store that holds these series. */
export function querierSuite(name: string, open: (series: readonly SuiteSeries[]) => Promise<SuiteStore>): void {
  const ask = async (use: (querier: Querier) => Promise<void>) => {
    await using store = await open(suiteSeries)
    using querier = store.querier()
    await use(querier)
  }

  for (const [matchers, jobs] of selections) {
    const text = matchers.map(({ name, op, value }) => `${name}${op}"${value}"`).join(',')
    test(`${name}: {${text}} selects ${jobs.join(' ') || 'nothing'}`, () =>
      ask(async (querier) => {
        const found = await read(querier, everything, { ...always, matchers })
        assert.deepEqual([...found.keys()].sort(), [...jobs].sort())
      }))
  }

  test(`${name}: gives each sample back, stale markers by their bits`, () =>
    ask(async (querier) => {
      const found = await read(querier, everything, { ...always, matchers: [] })
      for (const { labels, samples } of suiteSeries) assert.deepEqual(found.get(keyOf(labels)), samples)
    }))

  test(`${name}: gives the samples of the range, its ends among them, and no series without any`, () =>
    ask(async (querier) => {
      const range = { startMs: START + 15_000, endMs: START + 30_000, matchers: [newMatcher('__name__', '=', 'up')] }
      const found = await read(querier, everything, range)
      assert.deepEqual([...found.keys()].sort(), ['up node', 'up web'])
      assert.deepEqual(
        found.get('up node')?.map((sample) => sample.timeMs),
        [START + 15_000, START + 30_000],
      )
    }))

  test(`${name}: a scope shows its namespaces alone, whatever is asked`, () =>
    ask(async (querier) => {
      const scope = onlyNamespaces(['b', ''])
      assert.deepEqual([...(await read(querier, scope, { ...always, matchers: [] })).keys()], ['up web'])
      const request = { ...always, matcherSets: [] }
      assert.deepEqual(await querier.labelValues(scope, 'job', request), ['web'])
      assert.equal((await querier.series(scope, request)).length, 1)
      assert.deepEqual(await querier.labelNames(onlyNamespaces([]), request), [])
      const withCluster = [onlyNamespaces([], true), onlyNamespaces(['b'], true)]
      const seen = await Promise.all(
        withCluster.map(async (one) => [...(await read(querier, one, { ...always, matchers: [] })).keys()].sort()),
      )
      assert.deepEqual(seen, [['up alone'], ['up alone', 'up web']])
    }))

  test(`${name}: names and values come once, in UTF-8 order, within the limit`, () =>
    ask(async (querier) => {
      const request = { ...always, matcherSets: [] }
      assert.deepEqual(await querier.labelNames(everything, request), ['__name__', 'job', 'namespace', 'zone'])
      assert.deepEqual(await querier.labelValues(everything, 'zone', request), ['x', 'ü'])
      assert.deepEqual(await querier.labelValues(everything, 'job', { ...request, limit: 2 }), ['alone', 'node'])
      assert.deepEqual(await querier.labelValues(everything, 'none', request), [])
    }))

  test(`${name}: a series that several lists of matchers select comes once`, () =>
    ask(async (querier) => {
      const matcherSets = [[newMatcher('job', '=', 'node')], [newMatcher('namespace', '=', 'a')]]
      const found = await querier.series(everything, { ...always, matcherSets })
      assert.deepEqual(found.map(keyOf).sort(), ['load node', 'up node'])
    }))

  test(`${name}: gives each of many series once, in batches of some hundred, with ids that stay`, async () => {
    const many = Array.from({ length: MANY }, (_, i) => series({ __name__: 'many', job: `j${i}` }, [i, undefined, -i]))
    await using store = await open(many)
    using querier = store.querier()
    const ids: number[] = []
    for await (const { count, labels, offsets } of querier.select(everything, { ...always, matchers: [] })) {
      assert.ok(count > 0 && count <= 500, `${count} series in a batch`)
      assert.equal(offsets[0], 0)
      assert.equal(offsets[count], 3 * count)
      ids.push(...labels.subarray(0, count))
    }
    const found = ids.map((id) => querier.labels.get(id).key)
    assert.deepEqual(found.sort(), many.map(({ labels }) => labels.key).sort())
    const all = await read(querier, everything, { ...always, matchers: [] })
    for (const { labels, samples } of many) assert.deepEqual(all.get(keyOf(labels)), samples)
  })

  test(`${name}: gives histograms among floats, at their places`, async () => {
    const mixed = [mixedSeries('one', 1), series({ __name__: 'floats', job: 'x' }, [1, 2, 3]), mixedSeries('two', 7)]
    await using store = await open(mixed)
    using querier = store.querier()
    const all = await read(querier, everything, { ...always, matchers: [] })
    for (const { labels, samples } of mixed) assert.deepEqual(all.get(keyOf(labels)), samples)
    const part = await read(querier, everything, { startMs: START + 30_000, endMs: START + 60_000, matchers: [] })
    assert.deepEqual(part.get('mixed two'), mixed[2].samples.slice(2, 5))
  })

  test(`${name}: a querier that is closed twice, or in the middle of a select, does no harm`, () =>
    ask(async (querier) => {
      for await (const batch of querier.select(everything, { ...always, matchers: [] })) {
        assert.ok(batch.count > 0)
        break
      }
      querier[Symbol.dispose]()
    }))

  test(`${name}: a select that is cancelled ends`, () =>
    ask(async (querier) => {
      const found = await read(querier, everything, { ...always, matchers: [], cancellation: { reason: () => 'gone' } })
      assert.equal(found.size, 0)
    }))
}

const always = { startMs: START - 1, endMs: START + 3_600_000 }

const selections: readonly (readonly [readonly Matcher[], readonly string[]])[] = [
  [[match('__name__', '=', 'up')], ['up node', 'up web', 'up alone']],
  [
    [match('__name__', '=', 'up'), match('job', '!=', 'web')],
    ['up node', 'up alone'],
  ],
  [
    [match('__name__', '=~', 'up|load'), match('job', '=~', 'n.*')],
    ['up node', 'load node'],
  ],
  [[match('job', '!~', 'n.*|web')], ['up alone']],
  [[match('namespace', '=', '')], ['up alone']],
  [[match('namespace', '!=', '')], ['up node', 'up web', 'load node']],
  [
    [match('zone', '=~', '.*'), match('job', '=', 'node')],
    ['up node', 'load node'],
  ],
  [
    [match('zone', '=~', '|x'), match('job', '=', 'node')],
    ['up node', 'load node'],
  ],
  [[match('job', '=', 'other')], []],
  [[match('other', '=', 'x')], []],
]

function match(name: string, op: MatchOp, value: string): Matcher {
  return newMatcher(name, op, value)
}

function series(labels: Record<string, string>, values: readonly (number | undefined)[]): SuiteSeries {
  const samples = values.map((value, i) =>
    value === undefined ? { timeMs: START + i * 15_000 } : { timeMs: START + i * 15_000, value },
  )
  return { labels: Labels.from(labels), samples }
}

/** A gauge, as its histograms say of themselves: no reader adds what it knows of resets. */
function mixedSeries(job: string, scale: number): SuiteSeries {
  const samples = Array.from({ length: 40 }, (_, i): SuiteSample => {
    const timeMs = START + i * 15_000
    if (i % 13 === 3) return { timeMs }
    return i % 7 === 2 ? { timeMs, value: i } : { timeMs, histogram: histogramOf(i * scale) }
  })
  return { labels: Labels.from({ __name__: 'mixed', job }), samples }
}

function histogramOf(n: number): FloatHistogram {
  return {
    counterResetHint: counterResetHint.gauge,
    schema: n % 40 < 20 ? 0 : 3,
    zeroThreshold: 1e-9,
    zeroCount: n,
    count: 2 * n + 5.5,
    sum: n / 3,
    positiveSpans: [
      { offset: -2, length: 1 },
      { offset: 3, length: 2 },
    ],
    positiveBuckets: [n, 2, 3],
    negativeSpans: [{ offset: 0, length: 1 }],
    negativeBuckets: [0.5],
    customValues: [],
  }
}

function keyOf(labels: Labels): string {
  return `${labels.get('__name__')} ${labels.get('job')}`
}

async function read(querier: Querier, scope: Scope, request: SelectRequest): Promise<Map<string, SuiteSample[]>> {
  const found = new Map<string, SuiteSample[]>()
  for await (const batch of querier.select(scope, request)) {
    const words = wordsOf(batch.values)
    for (let i = 0; i < batch.count; i++) {
      const samples: SuiteSample[] = []
      const toTimes = batch.timeOffsets[i] - batch.offsets[i]
      for (let k = batch.offsets[i]; k < batch.offsets[i + 1]; k++) {
        const timeMs = batch.times[k + toTimes]
        const histogram = batch.histograms?.[k]
        if (histogram) samples.push({ timeMs, histogram: { ...histogram, counterResetHint: counterResetHint.gauge } })
        else samples.push(isStaleAt(words, k) ? { timeMs } : { timeMs, value: batch.values[k] })
      }
      const key = keyOf(querier.labels.get(batch.labels[i]))
      assert.ok(!found.has(key), `${key} came twice`)
      found.set(key, samples)
    }
  }
  return found
}
