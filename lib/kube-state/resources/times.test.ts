import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { secondsOf, timeOf, ZERO_TIME } from './times.ts'

test('times: every second of ten thousand years is read as Date reads it', () => {
  fc.assert(
    fc.property(fc.integer({ min: ZERO_TIME, max: 253_402_300_799 }), (seconds) => {
      const time = new Date(seconds * 1000).toISOString()
      assert.equal(secondsOf(time), seconds)
      assert.equal(secondsOf(time.replace('.000Z', 'Z')), seconds)
    }),
  )
})

const cases: readonly [unknown, number][] = [
  ['1970-01-01T00:00:00Z', 0],
  ['2024-02-29T23:59:59Z', 1_709_251_199],
  ['2024-02-29T23:59:59.999999Z', 1_709_251_199],
  ['2024-03-01T01:59:59+02:00', 1_709_251_199],
  ['0001-01-01T00:00:00Z', ZERO_TIME],
  ['2024-02-2xT23:59:59Z', ZERO_TIME],
  ['+275760-09-13T00:00:00Z', ZERO_TIME],
  ['', ZERO_TIME],
  [undefined, ZERO_TIME],
  [null, ZERO_TIME],
  [5, ZERO_TIME],
]

for (const [time, seconds] of cases) {
  test(`times: ${JSON.stringify(time)} is ${seconds}`, () => assert.equal(secondsOf(time), seconds))
}

test('times: Go’s zero time is none', () => {
  assert.equal(timeOf('0001-01-01T00:00:00Z'), undefined)
  assert.equal(timeOf('1970-01-01T00:00:00Z'), 0)
})
