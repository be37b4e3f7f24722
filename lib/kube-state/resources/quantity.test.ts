import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { milliOf, readQuantity, valueOf } from './quantity-exact.ts'
import { nearest, units, wholeUnits } from './quantity.ts'

interface Golden {
  readonly text: string
  readonly valid: boolean
  /** Of what is valid, as Go prints them. */
  readonly whole?: string
  readonly units?: string
  readonly nearest?: string
}

const golden: { readonly cases: readonly Golden[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'testdata', 'quantities.json'), 'utf8'),
)

test('quantities: are read and rounded as Kubernetes reads and rounds them, beyond the range of int64 too', () => {
  for (const { text, valid, whole = 'NaN', units: asUnits = 'NaN', nearest: asNearest = 'NaN' } of golden.cases) {
    const want = valid ? [Number(BigInt(whole)), floatOf(asUnits), floatOf(asNearest)] : [NaN, NaN, NaN]
    assert.deepEqual([wholeUnits(text), units(text), nearest(text)].map(withoutSign), want.map(withoutSign), text)
  }
})

test('quantities: the quick way gives what the exact way gives', () => {
  const suffix = fc.constantFrom('', 'm', 'k', 'M', 'G', 'T', 'Ki', 'Mi', 'Gi', 'Ti')
  fc.assert(
    fc.property(fc.nat({ max: 999_999_999_999_999 }), suffix, (digits, suffix) => {
      const exact = readQuantity(`${digits}${suffix}`)
      assert.ok(exact)
      const whole = valueOf(exact)
      assert.equal(wholeUnits(`${digits}${suffix}`), Number(whole))
      if (whole <= 9_223_372_036_854_775n) assert.equal(units(`${digits}${suffix}`), Number(milliOf(exact)) / 1000)
    }),
  )
})

test('quantities: a number of JSON is read as its text; anything else is none', () => {
  assert.equal(units(2), 2)
  assert.equal(wholeUnits(1.5), 2)
  assert.equal(nearest(0.25), 0.25)
  for (const value of [undefined, null, true, {}, []]) {
    assert.deepEqual([wholeUnits(value), units(value), nearest(value)], [NaN, NaN, NaN])
  }
})

test('quantities: no text makes the reader throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^[-+]?[0-9.]{0,30}[eEinumkKMGTP]{0,3}[-+]?[0-9]{0,5}$/)),
      (text) => {
        for (const read of [wholeUnits, units, nearest]) assert.equal(typeof read(text), 'number')
      },
    ),
  )
})

function floatOf(go: string): number {
  return go.endsWith('Inf') ? Number(go.replace('Inf', 'Infinity')) : Number(go)
}

function withoutSign(value: number): number {
  return value === 0 ? 0 : value
}
