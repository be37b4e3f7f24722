import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { roundSteps, stepLabel } from './round-steps.ts'

test('round-steps: bytes go in powers of two of their unit', () => {
  const gib = 1024 ** 3
  assert.deepEqual(
    roundSteps('bytes', 0, 33 * gib, gib).map((step) => step / gib),
    [0, 8, 16, 24, 32],
  )
})

test('round-steps: others go in 1, 2, 2.5 and 5', () => {
  assert.deepEqual(roundSteps('cores', 0, 8.48, 1), [0, 2, 4, 6, 8])
})

test('round-steps: there are never more than five lines above zero, and none above the top', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (high) => {
      const steps = roundSteps('percent', 0, high, 1)
      assert.ok(steps.length >= 2 && steps.length <= 6, `${steps}`)
      assert.ok(steps[0] === 0 && !Object.is(steps[0], -0))
      assert.ok((steps.at(-1) ?? 0) <= high * 1.0001)
    }),
  )
})

test('round-steps: labels have no more digits than they need to differ', () => {
  assert.deepEqual(labels([0, 0.25, 0.5]), ['0', '0.25', '0.5'])
  assert.deepEqual(labels([0, 2000, 4000]), ['0', '2,000', '4,000'])
})

function labels(steps: number[]): string[] {
  return steps.map((step) => stepLabel(step, steps, 1, 'en'))
}
