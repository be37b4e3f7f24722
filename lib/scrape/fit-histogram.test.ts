import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { CUSTOM_BUCKETS, histogramMistake, type StoredHistogram } from '#lib/model'
import { fitHistogram, schemaOfFactor } from './fit-histogram.ts'

/** A histogram with these buckets, by their indexes. */
function histogramOf(buckets: ReadonlyMap<number, bigint>, schema: number, isExact: boolean): StoredHistogram {
  const sorted = [...buckets].sort(([a], [b]) => a - b)
  const spans = sorted.map(([index], i) => ({ offset: index - (i === 0 ? 0 : sorted[i - 1][0] + 1), length: 1 }))
  const counts = sorted.map(([, count]) => count)
  const all = counts.reduce((sum, count) => sum + count, 0n)
  return {
    counterResetHint: 0,
    schema,
    zeroThreshold: 0.001,
    zeroCount: 0,
    count: Number(all),
    sum: 1,
    positiveSpans: spans,
    positiveBuckets: counts.map(Number),
    negativeSpans: [],
    negativeBuckets: [],
    customValues: [],
    isInteger: true,
    exact: isExact ? BigUint64Array.from([all, 0n, ...counts]) : undefined,
  }
}

function bucketsOf(h: StoredHistogram): Map<number, bigint> {
  const found = new Map<number, bigint>()
  let index = 0
  let n = 0
  for (const { offset, length } of h.positiveSpans) {
    index += offset
    for (let i = 0; i < length; i++, n++) found.set(index++, h.exact ? h.exact[n + 2] : BigInt(h.positiveBuckets[n]))
  }
  return found
}

const buckets = fc
  .dictionary(fc.integer({ min: -400, max: 400 }).map(String), fc.bigInt(1n, 2n ** 40n), { minKeys: 1, maxKeys: 30 })
  .map((found) => new Map(Object.entries(found).map(([index, count]) => [Number(index), count])))

test('scrape: a histogram in less detail counts each observation in the bucket that holds its own', () => {
  fc.assert(
    fc.property(buckets, fc.integer({ min: -3, max: 20 }), fc.nat(6), fc.boolean(), (given, schema, down, isExact) => {
      const fitting = fitHistogram(histogramOf(given, schema, isExact), 0, Math.max(-4, schema - down))
      assert.ok(fitting)
      const expected = new Map<number, bigint>()
      for (const [index, count] of [...given].sort(([a], [b]) => a - b)) {
        const target = Math.ceil(index / 2 ** (schema - fitting.schema))
        expected.set(target, (expected.get(target) ?? 0n) + count)
      }
      assert.deepEqual(bucketsOf(fitting), expected)
      if (fitting.schema <= 8) assert.equal(histogramMistake(fitting), undefined)
    }),
  )
})

test('scrape: a histogram has as few buckets as the limit wants, or is refused', () => {
  const wide = histogramOf(new Map(Array.from({ length: 64 }, (_, i) => [i + 1, 1n])), 3, false)
  assert.equal(fitHistogram(wide, 64, 8), wide)
  assert.deepEqual([fitHistogram(wide, 20, 8)?.schema, fitHistogram(wide, 20, 8)?.positiveBuckets.length], [1, 16])
  assert.equal(fitHistogram({ ...wide, schema: -4 }, 20, 8), undefined)
  assert.equal(fitHistogram({ ...wide, schema: CUSTOM_BUCKETS }, 20, 8), undefined)
})

test('scrape: the factor between buckets chooses the schema as in Prometheus', () => {
  const cases: [number, number][] = [
    [0, 8],
    [1, 8],
    [1.0027, 8],
    [1.1, 2],
    [2, 0],
    [65_536, -4],
    [1e30, -4],
  ]
  for (const [factor, schema] of cases) assert.equal(schemaOfFactor(factor), schema, String(factor))
})
