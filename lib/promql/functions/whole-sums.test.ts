import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Labels } from '#lib/model'
import { kahanSum } from '../kahan.ts'
import { newEdges, slideWindows } from '../windows.ts'
import { WholeSums } from './whole-sums.ts'

const RANGE_MS = 300_000
const STEPS = 40

const samples = fc.array(
  fc.record({
    gapMs: fc.constantFrom(15_000, 15_000, 15_000, 1000, 120_000, 15_001),
    value: fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.maxSafeInteger(),
      fc.nat(1e9),
      fc.constantFrom(-0, 0.5, NaN, Infinity),
    ),
  }),
  { minLength: 2, maxLength: 60 },
)

test('whole-sums: what is taken has the compensated sums of every window, bit for bit', () => {
  const whole = new WholeSums()
  let taken = 0
  let timesTaken = 0
  fc.assert(
    fc.property(samples, (list) => {
      let timeMs = 1_700_000_000_000
      const times = Float64Array.from(list, ({ gapMs }) => (timeMs += gapMs))
      const values = Float64Array.from(list, ({ value }) => value)
      const windows = newEdges(STEPS)
      slideWindows(windows, times, times[0], 15_000, RANGE_MS)
      if (!whole.take(values, windows)) return
      taken++
      const input = { times, values, labels: Labels.empty, falls: undefined, dropName: false, starts: undefined }
      const empty = new Float64Array(0)
      const series = { ...input, histogramTimes: empty, histograms: [], histogramStarts: undefined }
      const hasTimes = whole.takeTimes(series, times[0], times[times.length - 1])
      if (hasTimes) timesTaken++
      for (let step = 0; step < STEPS; step++) {
        const [lo, hi] = [windows.lo[step], windows.hi[step]]
        if (lo === hi) continue
        assert.ok(Object.is(whole.sum(lo, hi), kahanSum(values, lo, hi)))
        assert.equal(
          whole.isConstant(lo, hi),
          values.subarray(lo, hi).every((value) => value === values[lo]),
        )
        if (!hasTimes) continue
        const products = values.slice(lo, hi).map((value, i) => ((times[lo + i] - times[lo]) / 1000) * value)
        assert.equal(whole.sumOfProducts(lo, hi, (times[lo] - times[0]) / 1000), kahanSum(products, 0, hi - lo))
      }
    }),
    { numRuns: 5000 },
  )
  assert.ok(taken > 100 && timesTaken > 20, `${taken} series were taken, ${timesTaken} with their times`)
})
