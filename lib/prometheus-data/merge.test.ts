import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { seriesList } from './arbitrary.suite.ts'
import { goldenOf, type GoldenSample } from './golden.suite.ts'
import { mergeSeries } from './merge-series.ts'
import { TimeSlices } from './time-slices.ts'

test('merge: series of several sources are one, and of one time the first source counts', () => {
  fc.assert(
    fc.property(fc.array(seriesList, { maxLength: 4 }), (sources) => {
      const expected = new Map<string, Map<number, GoldenSample>>()
      for (const { labels, samples } of sources.flat()) {
        const byTime = expected.get(labels.key) ?? new Map<number, GoldenSample>()
        expected.set(labels.key, byTime)
        for (const sample of goldenOf(samples)) if (!byTime.has(sample.t)) byTime.set(sample.t, sample)
      }
      const given = sources.map((source) => source.map((series) => ({ ...series, exemplars: [] })))
      let before: string | undefined
      for (const { labels, samples } of mergeSeries(given)) {
        const wanted = [...expected.get(labels.key)!.values()].sort((a, b) => a.t - b.t)
        assert.deepEqual(goldenOf(samples), wanted)
        assert.notEqual(labels.key, before)
        before = labels.key
        expected.delete(labels.key)
      }
      assert.equal(expected.size, 0)
    }),
    { numRuns: 30 },
  )
})

test('time slices: windows cover all of time, none holds more than a minute may', () => {
  const entries = fc.array(fc.tuple(fc.nat(3_600_000), fc.integer({ min: 1, max: 50 })))
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 500 }), (list, most) => {
      const slices = new TimeSlices()
      for (const [timeMs, weight] of list) slices.add(timeMs, weight)
      slices.cut(most)
      const { windows } = slices
      assert.equal(windows[0].fromMs, -Infinity)
      assert.equal(windows.at(-1)!.toMs, Infinity)
      for (const [i, { fromMs, toMs }] of windows.entries()) {
        if (i > 0) assert.equal(fromMs, windows[i - 1].toMs)
        const inside = list.filter(([timeMs]) => timeMs >= fromMs && timeMs < toMs)
        const minutes = new Set(inside.map(([timeMs]) => Math.floor(timeMs / 60_000)))
        const held = inside.reduce((sum, [, weight]) => sum + weight, 0)
        assert.ok(held <= most || minutes.size === 1)
      }
    }),
  )
})
