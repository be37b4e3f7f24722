import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PATTERN_BUDGET, patternCost } from './pattern-cost.ts'

const dear = ['(((a{99}){9}){99})', '[\\p{L}]{1000}', `(${'a?'.repeat(1500)})`, '\\pL{30}'.repeat(400), '(.{900}){9}']
const cheap = [
  '(.*)',
  'a{900}',
  'go_(gc|memstats).*',
  `(${'some_metric_name|'.repeat(200)}x)`,
  '([^:]+)(?::\\d+)?;(\\d+)',
  '',
  '(',
  '{9}',
  '\\',
]

for (const pattern of dear) {
  test(`pattern cost: ${pattern.slice(0, 20)} is over the budget`, () => {
    assert.ok(patternCost(pattern) > PATTERN_BUDGET)
  })
}

for (const pattern of cheap) {
  test(`pattern cost: ${pattern.slice(0, 20)} is within the budget`, () => {
    assert.ok(patternCost(pattern) <= PATTERN_BUDGET)
  })
}

test('pattern cost: any text has one, and it is counted at once', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => Number.isFinite(patternCost(text))))
})
