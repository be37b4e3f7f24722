import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Labels } from '#lib/model'
import { everything, type Querier } from '#lib/storage'
import { ClaimRunner } from './claim-runner.ts'
import { Engine, type QueryRequest } from './engine.ts'
import { MemoryStorage } from './memory-storage.ts'
import { parseExpr } from './parser.ts'
import { plainAnswer } from './reference/evaluator.suite.ts'
import {
  addedHistograms,
  contentOf,
  isHistogram,
  plainHistogram,
  type PlainHistogram,
  type PlainValue,
  storedHistogram,
} from './reference/histograms.suite.ts'
import { keyOf, type PlainSample, type PlainSeries } from './reference/points.suite.ts'

/** More, and others: `PROMQL_PROPERTY_RUNS=100000 PROMQL_PROPERTY_SEED=7`. */
const RUNS = Number(process.env.PROMQL_PROPERTY_RUNS ?? 3000)
const SEED = Number(process.env.PROMQL_PROPERTY_SEED ?? 1)

const names = ['m', 'n_total'] as const
const START_MS = 1_000_000
const STEP_MS = 30_000
const STEPS = 8

/** Values with everything in them that floats have. */
const anyValue = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -20, max: 20 }) },
  { weight: 4, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 1e308, -1e308, 5e-324, 0, -0) },
)
/** Steps of a counter; below zero: it starts again. */
const rises = fc.oneof({ weight: 9, arbitrary: fc.nat(50) }, { weight: 1, arbitrary: fc.constant(-1) })

const buckets = fc.array(fc.tuple(fc.integer({ min: -3, max: 6 }), fc.nat(20)), { maxLength: 4 })
/** What a histogram holds, and what it had more than the one before where it is a counter's. */
const histogram = fc
  .record({
    schema: fc.integer({ min: -1, max: 2 }),
    zero: fc.nat(5),
    sum: anyValue,
    positive: buckets,
    negative: buckets,
  })
  .map(({ schema, zero, sum, positive, negative }): PlainHistogram => {
    const [above, below] = [new Map(positive), new Map(negative)]
    const count = [...above.values(), ...below.values()].reduce((total, one) => total + one, zero)
    return { schema, zero, count, sum, positive: above, negative: below }
  })

const samples = fc
  .record({
    isCounter: fc.boolean(),
    kind: fc.constantFrom('floats', 'floats', 'histograms', 'mixed'),
    points: fc.array(
      fc.record({
        gapMs: fc.oneof(
          { weight: 8, arbitrary: fc.integer({ min: 14_000, max: 16_000 }) },
          { weight: 1, arbitrary: fc.constantFrom(1, 15_000, 30_000, 100_000, 400_000) },
        ),
        value: anyValue,
        histogram,
        isHistogram: fc.boolean(),
        rise: rises,
        isStale: fc.nat(19).map((one) => one === 0),
      }),
      { maxLength: 45 },
    ),
    startMs: fc.integer({ min: START_MS - 400_000, max: START_MS + 100_000 }),
  })
  .map(({ isCounter, kind, points, startMs }) => {
    let [timeMs, counter] = [startMs, 0]
    let total: PlainHistogram | undefined
    return points.map(({ gapMs, value, histogram: more, isHistogram: isOne, rise, isStale }): PlainSample => {
      timeMs += gapMs
      counter = rise < 0 ? 0 : counter + rise
      total = total === undefined || rise < 0 ? more : addedHistograms(total, more, 1)
      if (isStale) return { timeMs, value: undefined }
      if (kind === 'histograms' || (kind === 'mixed' && isOne)) return { timeMs, value: isCounter ? total : more }
      return { timeMs, value: isCounter ? counter : value }
    })
  })

const label = (values: readonly string[]) => fc.constantFrom(...values)
const storage = fc.uniqueArray(
  fc
    .record({ __name__: label(names), a: label(['x', 'y']), b: label(['p', 'q', '']) })
    .map((labels) => Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))),
  { selector: keyOf, minLength: 1, maxLength: 8 },
)
const series = storage.chain((all) =>
  fc.tuple(...all.map((labels) => samples.map((of): PlainSeries => ({ labels, samples: of })))),
)

const selectors = ['m', 'n_total', 'm{a="x"}', '{__name__=~"m|n_total",a!="x"}', 'n_total{b=""}', 'm{b=~"p|q"}', 'none']
const modifiers = ['', '', '', ' offset 20s', ' offset -45s', ' @ 1100', ' @ start()', ' @ end() offset 1m']
const vectorSelector = fc.tuple(label(selectors), label(modifiers)).map((words) => words.join(''))
const scalars = label(['0', '2', '-1.5', '0.5', 'Inf', 'NaN', 'time()', 'scalar(m{a="x"})', '3 % 2', '2 ^ 0.5'])
const ranges = ['[1m]', '[90s]', '[3m]', '[17s]', '[15s]']
const overTime = label([
  'rate',
  'increase',
  'delta',
  'irate',
  'idelta',
  'sum_over_time',
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'count_over_time',
  'present_over_time',
  'last_over_time',
  'first_over_time',
  'changes',
  'resets',
  'stdvar_over_time',
  'stddev_over_time',
  'deriv',
])
const groupings = ['', ' by (a)', ' by (b)', ' without (a)', ' by (a, b)', ' without (b)', ' by (none)']
const matchings = [
  '',
  ' on (a)',
  ' on (a, b)',
  ' ignoring (b)',
  ' on (a) group_left ()',
  ' on (a) group_right (b)',
  ' on ()',
]

/** Which of equal values topk keeps hangs on their order, which the reference knows for what comes straight from the store. */
const storeOrdered = fc.oneof(
  vectorSelector,
  fc
    .tuple(overTime, label(selectors), label(ranges), label(modifiers))
    .map(([func, ...range]) => `${func}(${range.join('')})`),
)

const { vector } = fc.letrec<{ vector: string; range: string }>((tie) => ({
  range: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.tuple(label(selectors), label(ranges), label(modifiers)).map((words) => words.join('')),
    fc
      .tuple(tie('vector'), label(['[2m:30s]', '[1m:]', '[100s:7s]']), label(modifiers))
      .map(([expr, range, more]) => `(${expr})${range}${more}`),
  ),
  vector: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    vectorSelector,
    fc.tuple(overTime, tie('range')).map(([func, range]) => `${func}(${range})`),
    fc.tuple(label(['0.5', '-1', '0.9', '1']), tie('range')).map(([q, range]) => `quantile_over_time(${q}, ${range})`),
    fc.tuple(label(['60', '-3600']), tie('range')).map(([t, range]) => `predict_linear(${range}, ${t})`),
    fc
      .tuple(label(['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar']), label(groupings), tie('vector'))
      .map(([op, by, expr]) => `${op}${by} (${expr})`),
    fc
      .tuple(label(['0.3', '2']), label(groupings), tie('vector'))
      .map(([q, by, expr]) => `quantile${by} (${q}, ${expr})`),
    fc
      .tuple(label(['topk', 'bottomk']), label(groupings), label(['1', '2', '3', '0']), storeOrdered)
      .map(([op, by, k, expr]) => `${op}${by} (${k}, ${expr})`),
    tie('vector').map((expr) => `label_replace(${expr}, "c", "x$1", "a", "(.)")`),
    tie('vector').map((expr) => `label_join(${expr}, "c", "-", "b", "none", "a")`),
    fc
      .tuple(label(['abs', 'ceil', 'floor', 'exp', 'ln', 'sqrt', 'sgn', '-', '+']), tie('vector'))
      .map(([func, expr]) => `${func}(${expr})`),
    fc
      .tuple(label(['clamp_min', 'clamp_max']), tie('vector'), scalars)
      .map(([func, expr, x]) => `${func}(${expr}, ${x})`),
    vectorSelector.map((expr) => `timestamp(${expr})`),
    fc
      .tuple(label(['histogram_count', 'histogram_sum', 'histogram_avg']), tie('vector'))
      .map(([func, expr]) => `${func}(${expr})`),
    fc
      .tuple(tie('vector'), label(['+', '-', '*', '/', '%', '^', '==', '!=', '<', '>=', '> bool', '== bool']), scalars)
      .map(([expr, op, x]) => `(${expr}) ${op} ${x}`),
    fc
      .tuple(scalars, label(['+', '-', '*', '/', '<', '>= bool']), tie('vector'))
      .map(([x, op, expr]) => `${x} ${op} (${expr})`),
    fc
      .tuple(tie('vector'), label(['+', '-', '*', '/', '==', '<', '!= bool']), label(matchings), tie('vector'))
      .map(([a, op, on, b]) => `(${a}) ${op}${on} (${b})`),
    fc
      .tuple(tie('vector'), label(['and', 'or', 'unless']), label(['', ' on (a)', ' ignoring (b)']), tie('vector'))
      .map(([a, op, on, b]) => `(${a}) * 1 ${op}${on} (${b}) * 1`),
  ),
}))

function fill(all: readonly PlainSeries[]): MemoryStorage {
  const into = new MemoryStorage()
  for (const { labels, samples: of } of all) {
    for (const { timeMs, value } of of) {
      if (value === undefined) into.addStale(Labels.from(labels), timeMs)
      else if (isHistogram(value)) into.addHistogram(Labels.from(labels), timeMs, storedHistogram(value))
      else into.add(Labels.from(labels), timeMs, value)
    }
  }
  return into
}

/** Answers what an engine asks for by claims, as a store does that shares its work among threads. */
function claiming(inner: Querier): Querier {
  const { labels } = inner
  return {
    labels,
    select: (scope, request) => inner.select(scope, request),
    async *claim(scope, claim) {
      const runner = new ClaimRunner(claim)
      for await (const batch of inner.select(scope, claim.select)) yield runner.run([batch], batch.count)
    },
    series: (scope, request) => inner.series(scope, request),
    labelNames: (scope, request) => inner.labelNames(scope, request),
    labelValues: (scope, name, request) => inner.labelValues(scope, name, request),
    [Symbol.dispose]: () => inner[Symbol.dispose](),
  }
}

/** Its text: equal for equal answers, whose every NaN is the same. */
function textOf(answer: Awaited<ReturnType<typeof answerOf>>): string {
  const number = (value: number) => (Object.is(value, -0) ? '-0' : String(value))
  if (typeof answer === 'string') return answer
  return JSON.stringify(
    answer.map(({ labels, times, values, histograms = [] }) => {
      const others = histograms.map((one) => [one.timeMs, contentOf(plainHistogram(one.histogram))])
      return [labels, [...times], Array.from(values, number), others]
    }),
  )
}

/** The series of an answer, or the message of its error. */
async function answerOf(querier: Querier, request: QueryRequest) {
  return new Engine().query(querier, request).then(
    ({ series }) => series,
    (error: unknown) => (error as Error).message,
  )
}

/** In any bit; but every NaN is the same, and so are the zeros, whose order in a sort nobody has laid down. */
function differs(a: PlainValue, b: PlainValue | undefined): boolean {
  if (b !== undefined && isHistogram(a) && isHistogram(b)) return contentOf(a) !== contentOf(b)
  return a !== b && !Object.is(a, b)
}

function shown(value: PlainValue | undefined): string {
  return value !== undefined && isHistogram(value) ? contentOf(value) : String(value)
}

const query = fc.oneof(
  { weight: 19, arbitrary: vector },
  { weight: 1, arbitrary: fc.tuple(label(groupings), vector).map(([by, expr]) => `count_values${by} ("v", ${expr})`) },
)

test('promql: the engine answers random queries over random data as the plain reference does, to the last bit', async () => {
  let [answered, failed] = [0, 0]
  await fc.assert(
    fc.asyncProperty(query, series, async (text, all) => {
      const request = { startMs: START_MS, endMs: START_MS + (STEPS - 1) * STEP_MS, stepMs: STEP_MS }
      const expr = parseExpr(text)
      let expected: ReturnType<typeof plainAnswer> | string
      try {
        expected = plainAnswer(expr, { series: all, ...request })
      } catch (error) {
        expected = (error as Error).message
      }
      using querier = fill(all).querier()
      const asked = { expr: text, ...request, scope: everything }
      const result = await answerOf(querier, asked)
      const hasHistograms = all.some((one) =>
        one.samples.some(({ value }) => value !== undefined && isHistogram(value)),
      )
      // A claim is answered of floats.
      if (!hasHistograms)
        assert.equal(textOf(await answerOf(claiming(fill(all).querier()), asked)), textOf(result), 'by claims')
      if (typeof expected === 'string' || typeof result === 'string') {
        failed++
        assert.equal(
          typeof result,
          typeof expected,
          `expected ${JSON.stringify(expected)}, got ${JSON.stringify(result)}`,
        )
        return
      }
      answered++
      const keys = result.map(({ labels }) => keyOf(Object.fromEntries(labels)))
      assert.deepEqual(keys.toSorted(), [...expected.keys()].toSorted())
      for (const [i, { times, values, histograms = [] }] of result.entries()) {
        const plain: Map<number, PlainValue> = expected.get(keys[i]) ?? new Map<number, PlainValue>()
        const found = new Map<number, PlainValue>(Array.from(times, (timeMs, k) => [timeMs, values[k]]))
        for (const one of histograms) found.set(one.timeMs, plainHistogram(one.histogram))
        const inOrder = (map: ReadonlyMap<number, unknown>) => [...map.keys()].toSorted((a, b) => a - b)
        assert.deepEqual(inOrder(found), inOrder(plain), keys[i])
        for (const [timeMs, value] of found)
          if (differs(value, plain.get(timeMs)))
            assert.fail(`${keys[i]} at ${timeMs}: ${shown(value)} is not ${shown(plain.get(timeMs))}`)
      }
    }),
    { numRuns: RUNS, seed: SEED },
  )
  assert.ok(answered > failed, `${answered} answered, ${failed} failed`)
})
