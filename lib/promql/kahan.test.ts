import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kahanMean, kahanSum, kahanVariance } from './kahan.ts'

test('kahan: a sum keeps what large terms hide', () => {
  assert.equal(kahanSum(Float64Array.of(1, 1e100, 1, -1e100), 0, 4), 2)
})

test('kahan: a mean of numbers whose sum overflows is finite', () => {
  assert.equal(kahanMean(Float64Array.of(1e308, 1e308, 1e308), 0, 3), 1e308)
})

test('kahan: infinities of both signs have no sum and no mean', () => {
  assert.ok(Number.isNaN(kahanSum(Float64Array.of(Infinity, -Infinity), 0, 2)))
  assert.ok(Number.isNaN(kahanMean(Float64Array.of(Infinity, -Infinity), 0, 2)))
})

test('kahan: the variance of equal numbers is zero', () => {
  assert.equal(kahanVariance(Float64Array.of(1.3, 1.3, 1.3), 0, 3), 0)
})
