import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { CUSTOM_BUCKETS, type CounterResetHint, histogramMistake, type StoredHistogram } from '#lib/model'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { CodecError } from './codec-error.ts'
import { decodeHistograms, encodeHistograms } from './histograms.ts'
import { decodeSamples, encodeSamples } from './samples.ts'

const span = fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 4 })).map(([offset, length]) => ({ offset, length }))
const spans = fc.array(span, { maxLength: 3 })
const lengthOf = (list: { length: number }[]) => list.reduce((sum, { length }) => sum + length, 0)
const odd = fc.constantFrom(NaN, Infinity, -0, 5e-324, 1.7976931348623157e308)

/** Histograms of one shape, as a series has them one after the other. */
const runs = fc
  .record({
    kind: fc.constantFrom('integer', 'float', 'wide'),
    isCustom: fc.boolean(),
    schema: fc.integer({ min: -4, max: 8 }),
    zeroThreshold: fc.double({ min: 0, noNaN: true }),
    positiveSpans: spans,
    negativeSpans: spans,
    seeds: fc.array(fc.tuple(fc.nat(2 ** 31 - 1), fc.nat(3), fc.oneof(fc.double(), odd)), {
      minLength: 1,
      maxLength: 9,
    }),
  })
  .map(({ kind, isCustom, schema, zeroThreshold, positiveSpans, negativeSpans, seeds }) => {
    const positive = lengthOf(positiveSpans)
    const negative = isCustom ? 0 : lengthOf(negativeSpans)
    const bounds = positiveSpans.reduce((sum, { offset, length }) => sum + offset + length, 0)
    return seeds.map(([seed, hint, sum]): StoredHistogram => {
      const bucketOf = (i: number) => (isCustom && i === 0 ? 0 : (seed * (i + 1)) % 1009)
      const exact = BigUint64Array.from({ length: 2 + positive + negative }, (_, i) =>
        i === 0 ? 0n : BigInt(bucketOf(i - 1)) * 2n ** 48n + BigInt(bucketOf(i - 1)),
      )
      exact[0] = exact.reduce((total, count) => total + count, 0n)
      const count = (i: number) => (kind === 'wide' ? Number(exact[i]) : i === 0 ? total : bucketOf(i - 1) / divisor)
      const divisor = kind === 'float' ? 8 : 1
      const total = Array.from({ length: 1 + positive + negative }, (_, i) => bucketOf(i) / divisor).reduce(
        (a, b) => a + b,
      )
      return {
        counterResetHint: hint as CounterResetHint,
        schema: isCustom ? CUSTOM_BUCKETS : schema,
        zeroThreshold: isCustom ? 0 : zeroThreshold,
        zeroCount: count(1),
        count: count(0),
        sum,
        positiveSpans,
        positiveBuckets: Array.from({ length: positive }, (_, i) => count(2 + i)),
        negativeSpans: isCustom ? [] : negativeSpans,
        negativeBuckets: Array.from({ length: negative }, (_, i) => count(2 + positive + i)),
        customValues: isCustom ? Array.from({ length: bounds }, (_, i) => i * 0.5) : [],
        ...(kind === 'float' ? {} : { isInteger: true }),
        ...(kind === 'wide' ? { exact } : {}),
      }
    })
  })
const lists = fc.array(runs, { minLength: 1, maxLength: 3 }).map((list) => list.flat())

test('histograms: every one comes back, whatever its shape and kind', () => {
  fc.assert(
    fc.property(lists, (list) => {
      for (const histogram of list) assert.equal(histogramMistake(histogram), undefined)
      const out = new ByteWriter(16)
      encodeHistograms(list, out)
      const reader = new ByteReader(out.written(), 0)
      assert.deepEqual(decodeHistograms(reader, list.length), list)
      assert.equal(reader.at, out.at)
    }),
    { numRuns: 300 },
  )
})

test('samples: floats and histograms of one column come back at their places', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.double(), runs), { minLength: 1, maxLength: 20 }), fc.nat(3), (parts, at) => {
      const samples = parts.flat()
      const values = Float64Array.from(samples, (one) => (typeof one === 'number' ? one : 0))
      const histograms = samples.map((one) => (typeof one === 'number' ? undefined : one))
      const out = new ByteWriter(16)
      encodeSamples(values, histograms, 0, samples.length, out)
      const back = new Float64Array(samples.length + at)
      const sink: { histograms: (StoredHistogram | undefined)[] } = { histograms: [] }
      decodeSamples(new ByteReader(out.written(), 0), samples.length, back, at, sink)
      for (const [i, sample] of samples.entries()) {
        assert.deepEqual(sink.histograms[at + i], histograms[i])
        if (typeof sample === 'number') assert.ok(Object.is(back[at + i], sample))
      }
    }),
  )
})

test('histograms: bytes that no encoder wrote are refused, soon and in few bytes', () => {
  fc.assert(
    fc.property(lists, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }), (list, changes) => {
      const out = new ByteWriter(16)
      encodeHistograms(list, out)
      const bytes = out.written().slice()
      for (const [place, byte] of changes) bytes[place % bytes.length] = byte
      for (const damaged of [bytes, bytes.subarray(0, changes[0][0] % bytes.length)]) {
        try {
          decodeHistograms(new ByteReader(damaged, 0), list.length)
        } catch (error) {
          assert.ok(error instanceof CodecError, String(error))
        }
      }
    }),
    { numRuns: 2000 },
  )
})
