import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { exp2, log, log10, log2 } from './go-math.ts'

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
