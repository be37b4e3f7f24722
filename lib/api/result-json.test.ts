import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { counterResetHint, formatFloat, Labels, type FloatHistogram } from '#lib/model'
import type { QueryResult } from '#lib/promql'
import { putFloat, putSeconds } from './digits.ts'
import { Gzip } from './gzip.ts'
import { resultAnswer } from './result-json.ts'

const stats = { seriesRead: 2, samplesRead: 6, peakBytes: 0, peakSamples: 3, prepareMs: 1, selectMs: 2, evalMs: 3 }
const plain = { warnings: [], infos: [], stats }
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
const answer = async (result: QueryResult, limit = 0) => text(await resultAnswer(result, { stats: false, limit }))

function written(put: (view: DataView, at: number, x: number) => number, x: number): string {
  const bytes = new Uint8Array(64)
  return Buffer.from(bytes.subarray(0, put(new DataView(bytes.buffer), 0, x))).toString('latin1')
}

test('digits: a float is written as formatFloat prints it', () => {
  const floats = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.integer().map((x) => x / 1000),
    fc.integer().map((x) => x / 100),
    fc.maxSafeInteger().map((x) => x / 1000),
    fc.integer().map((x) => x / 1e6),
    fc.nat(100).map((x) => x / 1e6),
    fc.maxSafeInteger().map((x) => x / 1e6),
    fc.nat(16).map((x) => 10 ** x),
    fc.nat(16).map((x) => 10 ** x - 1),
    fc.tuple(fc.maxSafeInteger(), fc.nat(22)).map(([x, power]) => x / 10 ** power),
    fc.tuple(fc.maxSafeInteger(), fc.integer({ min: 1, max: 1000 })).map(([x, y]) => x / y),
    fc.tuple(fc.nat(75), fc.integer({ min: -3, max: 3 })).map(([e, n]) => 2 ** (e - 20) * (1 + n * 2 ** -52)),
    fc.constantFrom(
      0,
      -0,
      NaN,
      Infinity,
      -Infinity,
      1e21,
      1e-7,
      5e-324,
      2 ** 53,
      999_999_999_999.999,
      1e9,
      999_999_999,
    ),
  )
  fc.assert(
    fc.property(floats, (x) => written(putFloat, x) === formatFloat(x)),
    { numRuns: 6000 },
  )
})

test('digits: milliseconds are written as exact seconds', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0'],
    [1_435_781_430_781, '1435781430.781'],
    [1_435_781_430_780, '1435781430.78'],
    [1_435_781_430_700, '1435781430.7'],
    [1_435_781_430_000, '1435781430'],
    [1_435_781_430_001, '1435781430.001'],
    [-1, '-0.001'],
    [-1500, '-1.5'],
    [Number.MAX_SAFE_INTEGER, '9007199254740.991'],
  ]
  for (const [ms, expected] of cases) assert.equal(written(putSeconds, ms), expected)
  fc.assert(fc.property(fc.maxSafeInteger(), (ms) => Number(written(putSeconds, ms)) === ms / 1000))
})

test('result-json: a matrix is what JSON.stringify makes of the same result', async () => {
  const labels = fc.dictionary(
    fc.string({ minLength: 1, unit: 'grapheme' }),
    fc.string({ minLength: 1, unit: 'grapheme' }),
  )
  const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 2e12 }), fc.double()), { minLength: 1, maxLength: 20 })
  const series = fc.array(fc.tuple(labels, points), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(series, async (list) => {
      const result: QueryResult = {
        type: 'matrix',
        series: list.map(([pairs, rows]) => ({
          labels: Labels.from(Object.entries(pairs)),
          times: Float64Array.from(rows, ([time]) => time),
          values: Float64Array.from(rows, ([, value]) => value),
        })),
        ...plain,
      }
      const expected = list.map(([pairs, rows]) => ({
        metric: Object.fromEntries(Labels.from(Object.entries(pairs))),
        values: rows.map(([time, value]) => [time / 1000, formatFloat(value)]),
      }))
      // Parsed, because JavaScript moves keys that look like numbers to the front of an object.
      assert.deepEqual(JSON.parse(await answer(result)), {
        status: 'success',
        data: { resultType: 'matrix', result: JSON.parse(JSON.stringify(expected)) as unknown },
      })
    }),
  )
})

test('result-json: a large answer that is compressed while it is written is the same one', async () => {
  const times = Float64Array.from({ length: 200 }, (_, i) => 1_700_000_000_000 + i * 15_000)
  const series = Array.from({ length: 3000 }, (_, s) => ({
    labels: Labels.from({ __name__: 'x', instance: `10.0.0.${s}:9100`, note: s % 7 === 0 ? 'käse "☃"' : 'plain' }),
    times: s % 5 === 0 ? times.subarray(3) : times,
    values: Float64Array.from({ length: s % 5 === 0 ? 197 : 200 }, (_, i) => (s * i) / (1 + (s % 3))),
  }))
  const result: QueryResult = { type: 'matrix', series, ...plain }
  const extras = { stats: false, limit: 0 }
  const whole = await resultAnswer(result, extras)
  const gzip = new Gzip()
  gzip.add(await resultAnswer(result, extras, gzip))
  assert.ok(gunzipSync(await gzip.finish()).equals(whole))
})

function one(value: number) {
  return {
    labels: Labels.from({ __name__: 'x', note: 'käse "☃"\n' }),
    times: Float64Array.of(1500),
    values: Float64Array.of(value),
  }
}

test('result-json: NaN and infinities, a vector, a scalar and a string have exact bytes', async () => {
  assert.equal(
    await answer({ type: 'vector', series: [one(NaN), one(Infinity), one(-Infinity)], ...plain }),
    `{"status":"success","data":{"resultType":"vector","result":[${['NaN', '+Inf', '-Inf']
      .map((value) => `{"metric":{"__name__":"x","note":"käse \\"☃\\"\\n"},"value":[1.5,"${value}"]}`)
      .join(',')}]}}`,
  )
  assert.equal(
    await answer({ type: 'scalar', series: [], scalar: { timeMs: 1000, value: 2 }, ...plain }),
    '{"status":"success","data":{"resultType":"scalar","result":[1,"2"]}}',
  )
  assert.equal(
    await answer({ type: 'string', series: [], string: { timeMs: 1000, value: 'ü' }, ...plain }),
    '{"status":"success","data":{"resultType":"string","result":[1,"ü"]}}',
  )
})

test('result-json: a histogram has its buckets from the lowest, each with the rule of its borders', async () => {
  const histogram: FloatHistogram = {
    counterResetHint: counterResetHint.unknown,
    schema: 0,
    zeroThreshold: 0.001,
    zeroCount: 2,
    count: 9,
    sum: 12.5,
    positiveSpans: [{ offset: 0, length: 2 }],
    positiveBuckets: [1, 3],
    negativeSpans: [{ offset: 1, length: 1 }],
    negativeBuckets: [3],
    customValues: [],
  }
  const result: QueryResult = {
    type: 'matrix',
    series: [
      {
        labels: Labels.empty,
        times: new Float64Array(0),
        values: new Float64Array(0),
        histograms: [{ timeMs: 2000, histogram }],
      },
    ],
    ...plain,
  }
  assert.equal(
    await answer(result),
    '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"histograms":[[2,{"count":"9","sum":"12.5","buckets":' +
      '[[1,"-2","-1","3"],[3,"-0.001","0.001","2"],[0,"0.5","1","1"],[0,"1","2","3"]]}]]}]}}',
  )
})

test('result-json: a limit cuts the series and a warning says so; infos and stats stand where Prometheus has them', async () => {
  const series = [1, 2, 3].map((n) => ({
    labels: Labels.from({ n: String(n) }),
    times: Float64Array.of(0),
    values: Float64Array.of(n),
  }))
  const result: QueryResult = { type: 'vector', series, warnings: ['w'], infos: ['i'], stats }
  const json = JSON.parse(text(await resultAnswer(result, { stats: true, limit: 2 }))) as {
    data: { result: unknown[]; stats: { samples: object } }
    warnings: string[]
    infos: string[]
  }
  assert.equal(json.data.result.length, 2)
  assert.deepEqual(json.warnings, ['w', 'results truncated due to limit'])
  assert.deepEqual(json.infos, ['i'])
  assert.equal((json.data.stats.samples as { samplesRead: number }).samplesRead, 6)
})
