import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { counterResetHint, formatFloat, Labels, type FloatHistogram } from '#lib/model'
import type { QueryResult } from '#lib/promql'
import { putFloat, putSeconds } from './digits.ts'
import { resultAnswer } from './result-json.ts'

const stats = { seriesRead: 2, samplesRead: 6, peakBytes: 0, peakSamples: 3, prepareMs: 1, selectMs: 2, evalMs: 3 }
const plain = { warnings: [], infos: [], stats }
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
const answer = async (result: QueryResult, limit = 0) =>
  text((await resultAnswer(result, { stats: false, limit })).body)

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

/** Inflates to the very bytes of the answer that is not compressed; gives how many it was packed into. */
async function packedSize(result: QueryResult): Promise<number> {
  const extras = { stats: false, limit: 0 }
  const { body, encoding } = await resultAnswer(result, extras, true)
  assert.equal(encoding, 'gzip')
  assert.ok(gunzipSync(body).equals((await resultAnswer(result, extras)).body))
  return body.length
}

test('result-json: large answers that are compressed while they are written are the same ones', async () => {
  const times = Float64Array.from({ length: 200 }, (_, i) => 1_700_000_000_000 + i * 15_000)
  const labels = (s: number) =>
    Labels.from({ __name__: 'x', instance: `10.0.0.${s}:9100`, note: s % 7 === 0 ? 'käse "☃"' : 'plain' })
  const series = Array.from({ length: 3000 }, (_, s) => ({
    labels: labels(s),
    times: s % 5 === 0 ? times.subarray(3) : times,
    values: Float64Array.from({ length: s % 5 === 0 ? 197 : 200 }, (_, i) => (s * i) / (1 + (s % 3))),
  }))
  await packedSize({ type: 'matrix', series, ...plain })
  const short = series.map((one) => ({ ...one, times: times.subarray(0, 2), values: one.values.subarray(0, 2) }))
  await packedSize({ type: 'matrix', series: [...short, ...short, ...short], ...plain })
})

test('result-json: a compressed range answer inflates to itself, whatever its points are', async () => {
  const values = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.nat(3),
    fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1e21, 5e-324, 123_456_789),
  )
  const series = fc.record({
    // Both at the same times and at others, before 1970 too; the longest reach back farther than deflate can.
    count: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 600, max: 2500 })),
    startMs: fc.oneof(fc.constant(1_700_000_000_000), fc.integer({ min: -100_000, max: 2e12 })),
    stepMs: fc.oneof(fc.constant(15_000), fc.integer({ min: 1, max: 1e6 })),
    values: fc.array(values, { minLength: 1, maxLength: 12 }),
    label: fc.string({ maxLength: 200, unit: 'grapheme' }),
  })
  const made = fc.array(series, { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(made, async (list) => {
      // So that there are enough points for it.
      const long = { count: 300, startMs: 0, stepMs: 1, values: [1 / 3], label: 'long' }
      await packedSize({
        type: 'matrix',
        series: [...list, long].map(({ count, startMs, stepMs, values: some, label }) => ({
          labels: Labels.from({ __name__: 'x', label }),
          times: Float64Array.from({ length: count }, (_, i) => startMs + i * stepMs),
          values: Float64Array.from({ length: count }, (_, i) => some[(i * i) % some.length]),
        })),
        ...plain,
      })
    }),
    { numRuns: 300 },
  )
})

test('result-json: a compressed range answer is about as small as what zlib makes of it at its fastest', async (t) => {
  const times = Float64Array.from({ length: 700 }, (_, i) => 1_700_000_000_000 + i * 30_000)
  const kinds = {
    rates: (i: number) => Math.abs(Math.sin(i)),
    whole: (i: number) => 5e7 + Math.round(1e6 * Math.sin(i)),
    flat: () => 3,
  }
  for (const [kind, value] of Object.entries(kinds)) {
    const series = Array.from({ length: 50 }, (_, s) => ({
      labels: Labels.from({ __name__: 'container_memory_working_set_bytes', pod: `app-${s}`, node: `node-${s % 10}` }),
      times,
      values: times.map((_, i) => value(i + s * 1000)),
    }))
    const result: QueryResult = { type: 'matrix', series, ...plain }
    const zlib = gzipSync((await resultAnswer(result, { stats: false, limit: 0 })).body, { level: 1 }).length
    const own = await packedSize(result)
    t.diagnostic(`${kind}: ${own} bytes, ${zlib} of zlib`)
    assert.ok(own <= Math.max(zlib * 1.2, 60_000), `${kind}: ${own} bytes, ${zlib} of zlib`)
  }
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
  const json = JSON.parse(text((await resultAnswer(result, { stats: true, limit: 2 })).body)) as {
    data: { result: unknown[]; stats: { samples: object } }
    warnings: string[]
    infos: string[]
  }
  assert.equal(json.data.result.length, 2)
  assert.deepEqual(json.warnings, ['w', 'results truncated due to limit'])
  assert.deepEqual(json.infos, ['i'])
  assert.equal((json.data.stats.samples as { samplesRead: number }).samplesRead, 6)
})
