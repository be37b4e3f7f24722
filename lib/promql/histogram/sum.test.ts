import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { counterResetHint, type FloatHistogram } from '#lib/model'
import { kahanMean, kahanSum } from '../kahan.ts'
import { positiveSide } from './buckets.ts'
import { HistogramSum } from './sum.ts'

/** A histogram of these buckets from index 0 up, its zero bucket and its sums. */
function histogram(buckets: readonly number[], form: Partial<FloatHistogram> = {}): FloatHistogram {
  return {
    counterResetHint: counterResetHint.unknown,
    schema: 0,
    zeroThreshold: 0.001,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [{ offset: 0, length: buckets.length }],
    positiveBuckets: [...buckets],
    negativeSpans: [],
    negativeBuckets: [],
    customValues: [],
    ...form,
  }
}

function totalOf(list: readonly FloatHistogram[], isMean: boolean): FloatHistogram {
  const total = new HistogramSum(isMean)
  for (const one of list) total.add(one)
  return total.result() ?? assert.fail('no result')
}

function bucketsOf(h: FloatHistogram): Record<number, number> {
  const { indexes, counts } = positiveSide(h)
  return Object.fromEntries(indexes.map((index, i) => [index, counts[i]]))
}

const count = fc.oneof(fc.double({ min: -1e18, max: 1e18, noNaN: true }), fc.constantFrom(0, 1, 1e100, -1e100, 0.1))

test('histogram sum: each count is summed up with compensation, as floats are', () => {
  const row = fc.array(count, { minLength: 6, maxLength: 6 })
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 9 }), fc.boolean(), (rows, isMean) => {
      const [zeros, counts, sums, ...buckets] = rows[0].map((_, i) => Float64Array.from(rows, (one) => one[i]))
      const of = (values: Float64Array) => (isMean ? kahanMean : kahanSum)(values, 0, values.length)
      const total = totalOf(
        rows.map(([zeroCount, of, sum, ...own]) => histogram(own, { zeroCount, count: of, sum })),
        isMean,
      )
      const found = bucketsOf(total)
      for (const [i, column] of buckets.entries()) assert.equal(found[i] ?? 0, of(column))
      assert.deepEqual([total.zeroCount, total.count, total.sum], [of(zeros), of(counts), of(sums)])
    }),
  )
})

test('histogram sum: what is lost is kept where buckets are merged', () => {
  const big = histogram([0, 1e100, 0], { zeroCount: 1e100 })
  const small = histogram([0, 1, 0.5], { zeroCount: 1 })
  const less = histogram([0, -1e100, 0], { zeroCount: -1e100 })
  // Finer: its buckets 1 and 2 lie in bucket 1 of the others.
  const finer = histogram([0, 2, 3], { schema: 1 })
  assert.deepEqual(bucketsOf(totalOf([big, small, finer, less], false)), { 1: 6, 2: 0.5 })
  assert.deepEqual(bucketsOf(totalOf([finer, big, small, less], false)), { 1: 6, 2: 0.5 })
  // The zero bucket of the last one, up to 2, takes bucket 1 in.
  const wide = histogram([0, 0, 4], { zeroThreshold: 2, zeroCount: 8 })
  const total = totalOf([big, small, less, wide], false)
  assert.equal(total.zeroCount, 1 + 1 + 8)
  assert.deepEqual(bucketsOf(total), { 2: 4.5 })
})

test('histogram sum: custom buckets come to the bounds in common', () => {
  const custom = (buckets: number[], customValues: number[]) =>
    histogram(buckets, { schema: -53, zeroThreshold: 0, customValues })
  const list = [custom([1e100, 1, 2, 3], [1, 2, 5]), custom([1, 5, 7], [1, 5]), custom([-1e100], [1, 2, 5])]
  const total = totalOf(list, false)
  assert.deepEqual(total.customValues, [1, 5])
  assert.deepEqual(bucketsOf(total), { 0: 1, 1: 8, 2: 10 })
})

test('histogram sum: where it would overflow the mean is kept', () => {
  const values = Float64Array.of(Number.MAX_VALUE, 1e308, 1.5e308)
  const total = totalOf(
    Array.from(values, (value) => histogram([value])),
    true,
  )
  assert.deepEqual(bucketsOf(total), { 0: kahanMean(values, 0, 3) })
})
