import * as fc from 'fast-check'
import { compareLabels, counterResetHint, Labels } from '#lib/model'
import type { SeriesToWrite } from './block-writer.ts'
import { absolute, integerCounts } from './integer-counts.ts'
import { type NativeHistogram, staleHistogram } from './native-histogram.ts'
import { SampleColumns } from './sample-columns.ts'
import { HIGH, LOW } from './words.ts'

const STALE = 0x7ff0000000000002n
const view = new DataView(new ArrayBuffer(8))

/** Bits of floats: any, and those that are easily lost. */
export const floatBits: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt(0n, 2n ** 64n - 1n),
  fc.double().map((value) => {
    view.setFloat64(0, value)
    return view.getBigUint64(0)
  }),
  fc.constantFrom(
    STALE,
    2n ** 63n,
    0x7ff8000000000001n,
    0xfff0000000000005n,
    0x7ff0000000000000n,
    0xfff0000000000000n,
    1n,
  ),
)

const gap = fc.oneof(
  fc.constant(15_000),
  fc.integer({ min: 14_990, max: 15_010 }),
  fc.integer({ min: 1, max: 2 ** 31 }),
  fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
)

/** Ascending times, mostly at one distance, up to the ends of what a double counts. */
export const times: fc.Arbitrary<number[]> = fc
  .tuple(
    fc.oneof(fc.constant(1_700_000_000_000), fc.constant(0), fc.maxSafeInteger(), fc.constant(Number.MIN_SAFE_INTEGER)),
    fc.array(gap, { minLength: 0, maxLength: 300 }),
  )
  .map(([first, gaps]) => {
    const list = [first]
    for (const distance of gaps) {
      const next = list[list.length - 1] + distance
      if (Number.isSafeInteger(next)) list.push(next)
    }
    return list
  })

const bucketCount = fc.oneof(fc.bigInt(0n, 1000n), fc.bigInt(0n, 2n ** 63n - 1n))
const finite = fc.double({ noNaN: true })

function spansOf(lengths: readonly number[]) {
  return lengths.map((length, i) => ({ offset: i * 3 - 2, length }))
}

const layout = fc.record({
  schema: fc.constantFrom(-4, 0, 3, 8, -53),
  zeroThreshold: fc.oneof(fc.constantFrom(0, 2 ** -128, 0.001, 2 ** 10, 2 ** -243, -0), finite),
  positive: fc.array(fc.nat(4), { maxLength: 3 }),
  negative: fc.array(fc.nat(4), { maxLength: 2 }),
  bounds: fc.array(fc.oneof(finite, fc.constantFrom(0, 0.005, 33554.43, 33554.431, -1, -0, Infinity)), {
    maxLength: 5,
  }),
})

/** Counts, and buckets of three and two spans of four at most. */
const MOST_NUMBERS = 22

const histogram: fc.Arbitrary<NativeHistogram> = fc
  .tuple(
    layout,
    fc.boolean(),
    fc.constantFrom(counterResetHint.unknown, counterResetHint.gauge, counterResetHint.reset),
    fc.array(bucketCount, { minLength: MOST_NUMBERS, maxLength: MOST_NUMBERS }),
    fc.array(finite, { minLength: MOST_NUMBERS, maxLength: MOST_NUMBERS }),
  )
  .map(([{ schema, zeroThreshold, positive, negative, bounds }, isInteger, hint, counts, floats]) => {
    let taken = 0
    const take = <T>(list: readonly T[], count: number) => list.slice(taken, (taken += count))
    const [p, n] = [positive, negative].map((lengths) => lengths.reduce((sum, length) => sum + length, 0))
    const common = {
      counterResetHint: hint,
      schema,
      zeroThreshold,
      sum: 0,
      positiveSpans: spansOf(positive),
      negativeSpans: spansOf(negative),
      customValues: schema === -53 ? bounds : [],
    }
    const differences = (count: number) => take(counts, count).map((value, i, all) => value - (all[i - 1] ?? 0n))
    if (isInteger) {
      const [count, zeroCount] = take(counts, 2)
      const positiveBuckets = absolute(differences(p))
      return {
        ...common,
        ...integerCounts({ count, zeroCount, positiveBuckets, negativeBuckets: absolute(differences(n)) }),
      }
    }
    const [count, zeroCount] = take(floats, 2)
    return {
      ...common,
      isInteger,
      count,
      zeroCount,
      positiveBuckets: take(floats, p),
      negativeBuckets: take(floats, n),
    }
  })

/** A sample without its time; of a histogram the value is the sum. */
const sample = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(floatBits, fc.constant(undefined)) },
  { weight: 1, arbitrary: fc.tuple(floatBits, histogram) },
)

/** Samples of floats, of histograms, or of both. */
export const samples: fc.Arbitrary<SampleColumns> = fc
  .tuple(
    times,
    fc.oneof(
      fc.array(sample, { minLength: 1, maxLength: 6 }),
      floatBits.map((bits) => [[bits, undefined] as const]),
    ),
    fc.array(floatBits, { minLength: 1 }),
  )
  .map(([list, kinds, values]) => {
    const columns = new SampleColumns()
    for (const [i, timeMs] of list.entries()) {
      const [first, kind] = kinds[Math.floor(i / 7) % kinds.length]
      const bits = i % 2 === 0 ? values[i % values.length] : first
      addBits(columns, timeMs, bits, kind)
    }
    return columns
  })

/** Adds a sample of a value's bits. A stale marker ends a series of histograms with nothing but itself. */
export function addBits(columns: SampleColumns, timeMs: number, bits: bigint, kind: NativeHistogram | undefined): void {
  const words = [0, 0]
  words[HIGH] = Number(bits >> 32n)
  words[LOW] = Number(bits & 0xffffffffn)
  const stale = kind?.isInteger ? staleHistogram.integer : staleHistogram.float
  columns.add(timeMs, words[0], words[1], 0, kind && bits === STALE ? stale : kind)
}

const label = fc.tuple(
  fc.string({ minLength: 1, maxLength: 4 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }),
)

/** Series in order of their labels. */
export const seriesList: fc.Arbitrary<SeriesToWrite[]> = fc
  .uniqueArray(
    fc.tuple(
      fc.array(label, { maxLength: 4 }).map((pairs) => Labels.from({ ...Object.fromEntries(pairs), __name__: 'name' })),
      samples,
    ),
    { selector: ([labels]) => labels.key, minLength: 1, maxLength: 5 },
  )
  .map((list) =>
    list.map(([labels, columns]) => ({ labels, samples: columns })).sort((a, b) => compareLabels(a.labels, b.labels)),
  )
