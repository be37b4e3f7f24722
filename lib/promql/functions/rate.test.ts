import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Labels } from '#lib/model'
import { everything } from '#lib/storage'
import { Engine } from '../engine.ts'
import { MemoryStorage } from '../memory-storage.ts'

interface Sample {
  readonly timeMs: number
  readonly value: number
}

const RANGE_MS = 60_000
const STEP_MS = 7_000
const END_MS = 300_000

const samples = fc
  .uniqueArray(fc.record({ timeMs: fc.integer({ min: 0, max: END_MS }), value: fc.integer({ min: 0, max: 50 }) }), {
    selector: (sample) => sample.timeMs,
    maxLength: 60,
  })
  .map((list) => list.sort((a, b) => a.timeMs - b.timeMs))

/** The increase over (end - range, end] as Prometheus' documentation tells it, straight from the samples. */
function naiveIncrease(all: readonly Sample[], endMs: number): number | undefined {
  const window = all.filter(({ timeMs }) => timeMs > endMs - RANGE_MS && timeMs <= endMs)
  if (window.length < 2) return undefined
  const first = window[0]
  const last = window[window.length - 1]
  let raised = last.value - first.value
  for (let i = 1; i < window.length; i++) if (window[i].value < window[i - 1].value) raised += window[i - 1].value
  const sampled = last.timeMs - first.timeMs
  const interval = sampled / (window.length - 1)
  const gapBefore = first.timeMs - (endMs - RANGE_MS)
  const gapAfter = endMs - last.timeMs
  const before = gapBefore < interval * 1.1 ? gapBefore : interval / 2
  const after = gapAfter < interval * 1.1 ? gapAfter : interval / 2
  const toZero = raised > 0 ? (sampled * first.value) / raised : Infinity
  return (raised * (sampled + Math.min(before, toZero) + after)) / sampled
}

test('rate: the increase over every window is that of the samples in it', async () => {
  const labels = Labels.from({ __name__: 'x_total' })
  await fc.assert(
    fc.asyncProperty(samples, async (list) => {
      const storage = new MemoryStorage()
      for (const { timeMs, value } of list) storage.add(labels, timeMs, value)
      using querier = storage.querier()
      const { series } = await new Engine().query(querier, {
        expr: 'increase(x_total[1m])',
        startMs: 0,
        endMs: END_MS,
        stepMs: STEP_MS,
        scope: everything,
      })
      const answered = new Map([...(series[0]?.times ?? [])].map((time, i) => [time, series[0].values[i]]))
      for (let time = 0; time <= END_MS; time += STEP_MS) {
        const expected = naiveIncrease(list, time)
        const actual = answered.get(time)
        assert.equal(actual === undefined, expected === undefined)
        if (expected !== undefined) assert.ok(Math.abs(actual! - expected) < 1e-9 * (1 + Math.abs(expected)))
      }
    }),
    { numRuns: 60 },
  )
})
