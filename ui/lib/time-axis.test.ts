import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tickLabels, timeTicks } from './time-axis.ts'

test('time-axis: ticks are round times, no more than there is room for', () => {
  const from = Date.parse('2026-11-23T15:00:10Z')
  const ticks = timeTicks(from, from + 15 * 60_000, 6, true)
  assert.deepEqual(tickLabels(ticks, true, 'en'), ['15:05', '15:10', '15:15'])
})

test('time-axis: a midnight is named by its date', () => {
  const from = Date.parse('2026-11-22T18:00:00Z')
  const labels = tickLabels(timeTicks(from, from + 12 * 3_600_000, 5, true), true, 'en')
  assert.deepEqual(labels, ['18:00', '21:00', 'Nov 23', '03:00', '06:00'])
})

test('time-axis: a short range shows seconds', () => {
  const from = Date.parse('2026-11-23T15:00:00Z')
  assert.deepEqual(tickLabels(timeTicks(from, from + 60_000, 5, true), true, 'en'), [
    '15:00:00',
    '15:00:15',
    '15:00:30',
    '15:00:45',
    '15:01:00',
  ])
})
