import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { CUSTOM_BUCKETS, Labels, type StoredHistogram } from '#lib/model'
import { everything, type SampleGroup } from '#lib/storage'
import { START, TestFolder, TestStore } from './testdata/test-store.ts'

const STEP_MS = 15_000

/** What a series is to hold: a float, a histogram or a stale marker at each of its times. */
type Sample = number | 'stale' | StoredHistogram

function histogramOf(seed: number): StoredHistogram {
  const buckets = Array.from({ length: 1 + (seed % 5) }, (_, i) => (seed * (i + 3)) % 97)
  const zeroCount = seed % 3
  const whole = buckets.reduce((sum, count) => sum + count, zeroCount)
  const positiveSpans = [{ offset: (seed % 4) - 2, length: buckets.length }]
  const shared = { counterResetHint: 0 as const, sum: seed / 7, negativeSpans: [], negativeBuckets: [] }
  if (seed % 4 === 1) {
    const customValues = buckets.map((_, i) => i + 0.5)
    const spans = [{ offset: 0, length: buckets.length }]
    const count = whole - zeroCount
    const custom = { schema: CUSTOM_BUCKETS, zeroThreshold: 0, zeroCount: 0, count, customValues }
    return { ...shared, ...custom, positiveSpans: spans, positiveBuckets: buckets, isInteger: true }
  }
  const exponential = { schema: seed % 2, zeroThreshold: 2 ** -128, customValues: [], positiveSpans }
  if (seed % 4 === 2) {
    const exact = BigUint64Array.of(0n, BigInt(zeroCount), ...buckets.map((count) => BigInt(count) * 2n ** 55n + 1n))
    exact[0] = exact.reduce((sum, count) => sum + count)
    const [count, , ...wide] = Array.from(exact, Number)
    return { ...shared, ...exponential, zeroCount, count, positiveBuckets: wide, isInteger: true, exact }
  }
  const halves = buckets.map((count) => count / 2)
  return { ...shared, ...exponential, zeroCount, count: whole + 0.25, positiveBuckets: halves }
}

function put(group: SampleGroup, labels: Labels, timeMs: number | undefined, sample: Sample): boolean {
  const ref = group.series(labels)
  if (sample === 'stale') return group.addStale(ref)
  if (typeof sample === 'number') {
    return timeMs === undefined ? group.add(ref, sample) : group.addAt(ref, timeMs, sample)
  }
  return timeMs === undefined ? group.addHistogram(ref, sample) : group.addHistogramAt(ref, timeMs, sample)
}

async function histogramsOf(test: TestStore): Promise<Record<string, (number | StoredHistogram)[]>> {
  using querier = test.reader.querier()
  const found: Record<string, (number | StoredHistogram)[]> = {}
  for await (const batch of querier.select(everything, { matchers: [], startMs: -Infinity, endMs: Infinity })) {
    for (let i = 0; i < batch.count; i++) {
      const list = (found[querier.labels.get(batch.labels[i]).get('__name__')] ??= [])
      for (let k = batch.offsets[i]; k < batch.offsets[i + 1]; k++) list.push(batch.histograms?.[k] ?? batch.values[k])
    }
  }
  return found
}

const seeds = fc.array(fc.tuple(fc.nat(3), fc.nat(999)), { minLength: 1, maxLength: 150 })

test('histograms: those of every kind come back from the head, from the log, and from blocks', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, fc.boolean(), async (kinds, bringsTimes) => {
      using folder = new TestFolder()
      const expected: Record<string, Sample[]> = { mixed: [], floats: [], rare: [] }
      {
        await using test = new TestStore(folder.path)
        const group = test.store.appender.openGroup('g')
        for (const [i, [kind, seed]] of kinds.entries()) {
          const timeMs = START + i * STEP_MS
          group.begin(timeMs)
          const sample = kind === 0 ? seed : histogramOf(kind === 3 ? 7 : seed)
          const own = bringsTimes && i % 3 === 1 ? timeMs : undefined
          assert.ok(put(group, Labels.from({ __name__: 'mixed' }), own, sample), group.refusal)
          assert.ok(put(group, Labels.from({ __name__: 'floats' }), undefined, i))
          expected.mixed.push(sample)
          expected.floats.push(i)
          if (seed % 10 === 0) {
            assert.ok(put(group, Labels.from({ __name__: 'rare' }), undefined, histogramOf(seed)))
            expected.rare.push(histogramOf(seed))
          }
          assert.ok(group.commit())
        }
        if (expected.rare.length === 0) delete expected.rare
        assert.deepEqual(await histogramsOf(test), expected)
      }
      await using test = new TestStore(folder.path, { blockRangeMs: 20 * STEP_MS })
      assert.deepEqual(await histogramsOf(test), expected, 'after a restart')
      await test.maintain()
      if (kinds.length > 50) assert.ok(test.store.stats().blocks > 0)
      assert.deepEqual(await histogramsOf(test), expected, 'partly in blocks')
    }),
    { numRuns: 20 },
  )
})

test('histograms: the same again is taken, another one at its time is not, and what contradicts itself is refused', async () => {
  using folder = new TestFolder()
  {
    await using test = new TestStore(folder.path)
    const group = test.store.appender.openGroup('g')
    group.begin(START)
    const ref = group.series(Labels.from({ __name__: 'h' }))
    const good = histogramOf(4)
    const many = Array.from({ length: 2000 }, () => 0)
    const cases: [StoredHistogram, string][] = [
      [good, 'none'],
      [good, 'none'],
      [histogramOf(8), 'duplicate'],
      [{ ...good, positiveBuckets: [1] }, good.positiveBuckets.length === 1 ? 'duplicate' : 'invalid-histogram'],
      [{ ...good, schema: 9 }, 'invalid-histogram'],
      [{ ...good, count: -1 }, 'invalid-histogram'],
      [{ ...good, positiveSpans: [{ offset: 0, length: 2000 }], positiveBuckets: many }, 'too-many-buckets'],
    ]
    for (const [histogram, refusal] of cases) {
      group.addHistogram(ref, histogram)
      assert.equal(group.refusal, refusal)
    }
    assert.equal(group.add(ref, 1), false)
    assert.ok(group.commit())
    group.begin(START)
    assert.ok(group.addHistogram(ref, good))
    assert.ok(group.commit())
    assert.deepEqual(await histogramsOf(test), { h: [good] })
  }
  await using test = new TestStore(folder.path)
  const group = test.store.appender.openGroup('g')
  group.begin(START)
  const ref = group.series(Labels.from({ __name__: 'h' }))
  assert.ok(group.addHistogram(ref, histogramOf(4)), 'known after a restart too')
  assert.equal(group.addHistogram(ref, histogramOf(8)), false)
})
