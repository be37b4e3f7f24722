import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixedRange, isLive, liveRange, parseTime, rateWindow, shiftRange, spanOf, stepFor } from './time-range.ts'

const now = Date.parse('2026-11-23T16:00:00Z')
const minute = 60_000

test('time-range: a range that ends now is live, a fixed one is not', () => {
  assert.equal(isLive({ from: 'now-1h', to: 'now' }), true)
  assert.equal(isLive({ from: '2026-11-23T15:00:00Z', to: '2026-11-23T16:00:00Z' }), false)
  assert.equal(isLive({ from: '2026-11-23T15:00:00Z', to: 'now' }), false)
})

test('time-range: times are read as people write them', () => {
  assert.equal(parseTime('now-90m', now), now - 90 * minute)
  assert.equal(parseTime('2026-11-23T15:00:00Z', now), now - 60 * minute)
  assert.equal(parseTime(String(now), 0), now)
  assert.equal(parseTime('yesterdayish', now), null)
})

test('time-range: an address that makes no sense shows the last 15 minutes', () => {
  for (const range of [
    { from: 'x', to: 'now' },
    { from: 'now', to: 'now-1h' },
    { from: 'now-9999999w', to: 'now' },
  ]) {
    assert.deepEqual(spanOf(range, now), { fromMs: now - 15 * minute, toMs: now })
  }
})

test('time-range: a fixed range is readable and covers what it was made from', () => {
  const range = fixedRange({ fromMs: now - 1500, toMs: now - 1 })
  assert.deepEqual(range, { from: '2026-11-23T15:59:58Z', to: '2026-11-23T16:00:00Z' })
})

test('time-range: earlier goes back by half, and later ends in live', () => {
  const earlier = shiftRange({ from: 'now-1h', to: 'now' }, -1, now)
  assert.deepEqual(earlier, { from: '2026-11-23T14:30:00Z', to: '2026-11-23T15:30:00Z' })
  assert.deepEqual(shiftRange(earlier, 1, now), { from: 'now-1h', to: 'now' })
  assert.deepEqual(liveRange(earlier, now), { from: 'now-1h', to: 'now' })
})

test('time-range: steps are round, no finer than what is collected, and few enough to draw', () => {
  assert.equal(stepFor(15 * minute, 5), 5000)
  assert.equal(stepFor(15 * minute, 15), 15_000)
  assert.equal(stepFor(6 * 60 * minute, 15), 120_000)
  for (const range of [1, 15, 60, 1440, 43_200]) assert.ok((range * minute) / stepFor(range * minute, 5) <= 520)
})

test('time-range: a rate looks back over four samples, or over a whole step', () => {
  assert.equal(rateWindow(5000, 5), '20s')
  assert.equal(rateWindow(120_000, 15), '120s')
})
