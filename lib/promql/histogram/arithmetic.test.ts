import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { counterResetHint, type FloatHistogram } from '#lib/model'
import { addHistograms, scaleHistogram, subtractHistograms } from './arithmetic.ts'
import { compact } from './buckets.ts'
import { detectReset, equalHistograms } from './compare.ts'

const buckets = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 6 })

const histogram = fc
  .record({
    schema: fc.integer({ min: -2, max: 3 }),
    offset: fc.integer({ min: -4, max: 4 }),
    positive: buckets,
    negative: buckets,
    zeroCount: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ schema, offset, positive, negative, zeroCount }): FloatHistogram => ({
    counterResetHint: counterResetHint.unknown,
    schema,
    zeroThreshold: 1e-9,
    zeroCount,
    count: zeroCount + total(positive) + total(negative),
    sum: total(positive) - total(negative),
    positiveSpans: positive.length > 0 ? [{ offset, length: positive.length }] : [],
    positiveBuckets: positive,
    negativeSpans: negative.length > 0 ? [{ offset, length: negative.length }] : [],
    negativeBuckets: negative,
    customValues: [],
  }))

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

test('arithmetic: addition does not care for the order', () => {
  fc.assert(
    fc.property(histogram, histogram, (a, b) => {
      assert.ok(equalHistograms(addHistograms(a, b)!, addHistograms(b, a)!))
    }),
  )
})

test('arithmetic: what was added can be taken away, at the coarser resolution', () => {
  fc.assert(
    fc.property(histogram, histogram, (a, b) => {
      const back = subtractHistograms(addHistograms(a, b)!, b)!
      const coarse = addHistograms(a, scaleHistogram(b, 0))!
      assert.ok(equalHistograms(compact(back), compact(coarse)))
    }),
  )
})

test('arithmetic: a counter that grew by another histogram was not reset', () => {
  fc.assert(
    fc.property(histogram, histogram, (a, b) => {
      fc.pre(b.schema >= a.schema)
      assert.equal(detectReset(addHistograms(a, b)!, a), false)
    }),
  )
})
