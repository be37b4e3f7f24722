import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { exp2, log, log10, log2, pow } from './go-math.ts'

test('go-math: logarithms and powers are right to a few units of the last digit', () => {
  const near = (a: number, b: number) => a === b || Math.abs(a - b) <= 4e-16 * Math.max(Math.abs(a), Math.abs(b), 1)
  fc.assert(
    fc.property(fc.double({ min: 0, noNaN: true }), (x) => {
      assert.ok(near(log(x), Math.log(x)) && near(log2(x), Math.log2(x)) && near(log10(x), Math.log10(x)))
    }),
  )
  fc.assert(
    fc.property(fc.double({ min: -1080, max: 1030, noNaN: true }), (x) => {
      const [own, other] = [exp2(x), 2 ** x]
      assert.ok(own === other || Math.abs(own - other) <= Math.max(4e-16 * other, 5e-324))
    }),
  )
})

test('go-math: powers of two are exact, and what has no logarithm has none', () => {
  for (let e = -1074; e < 1024; e++) {
    assert.equal(log2(2 ** e), e)
    assert.equal(exp2(e), 2 ** e)
  }
  for (const logarithm of [log, log2, log10]) {
    assert.equal(logarithm(0), -Infinity)
    assert.equal(logarithm(Infinity), Infinity)
    assert.ok(Number.isNaN(logarithm(-1)) && Number.isNaN(logarithm(NaN)))
  }
  assert.ok(Number.isNaN(exp2(NaN)))
  assert.deepEqual([exp2(Infinity), exp2(-Infinity)], [Infinity, 0])
})

test('go-math: powers are right to a few units of the last digit for each squaring, and exact where they can be', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.integer({ min: -60, max: 60 }), (x, y) => {
      const [own, other] = [pow(x, y), x ** y]
      assert.ok(Object.is(own, other) || Math.abs(own - other) <= Math.max(1e-13 * Math.abs(other), 1e-323))
    }),
  )
  for (let y = 0; y <= 33; y++) assert.equal(pow(3, y), Number(3n ** BigInt(y)))
  for (let y = -1074; y < 1024; y++) assert.equal(pow(2, y), 2 ** y)
  assert.deepEqual([pow(-2, 3), pow(-2, -1), pow(4, 0.5), pow(4, -0.5)], [-8, -0.5, 2, 0.5])
  assert.deepEqual(
    [pow(1, NaN), pow(-1, Infinity), pow(-1, 1e300), pow(2, 1e300), pow(0, -1)],
    [1, 1, 1, Infinity, Infinity],
  )
  assert.ok(Number.isNaN(pow(-8, 1 / 3)))
})
