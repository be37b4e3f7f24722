import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseQuantity } from './quantity.ts'

const cases: readonly (readonly [string, number | undefined])[] = [
  ['0', 0],
  ['-0', 0],
  ['250m', 0.25],
  ['1500m', 1.5],
  ['0.1', 0.1],
  ['.5', 0.5],
  ['5.', 5],
  ['+3', 3],
  ['-2Mi', -2_097_152],
  ['100n', 1e-7],
  ['3u', 3e-6],
  ['1k', 1000],
  ['1Ki', 1024],
  ['1.5Gi', 1_610_612_736],
  ['129e6', 129_000_000],
  ['1E3', 1000],
  ['1e-3', 0.001],
  ['1E', 1e18],
  ['2Ei', 2 ** 61],
  ['128974848', 128_974_848],
  ['129M', 129_000_000],
  // What is finer than a billionth counts as one; what is larger than int64, as its largest.
  ['0.1n', 1e-9],
  ['-1e-20', -1e-9],
  ['1e400', 2 ** 63],
  ['100Ei', 2 ** 63],
  ['', undefined],
  ['m', undefined],
  ['1K', undefined],
  ['1ki', undefined],
  ['1e', undefined],
  ['1mi', undefined],
  ['1 Gi', undefined],
  ['1Gi ', undefined],
  ['--1', undefined],
  ['0x10', undefined],
  ['Infinity', undefined],
  ['NaN', undefined],
  ['1_000', undefined],
]

test('quantity: every form of Kubernetes is read, and nothing else', () => {
  for (const [text, expected] of cases) assert.equal(parseQuantity(text), expected, JSON.stringify(text))
})

/** The value in billionths, counted without rounding. */
const units: readonly (readonly [string, bigint])[] = [
  ['n', 1n],
  ['u', 10n ** 3n],
  ['m', 10n ** 6n],
  ['', 10n ** 9n],
  ['k', 10n ** 12n],
  ['M', 10n ** 15n],
  ['Ki', 10n ** 9n * 1024n],
  ['Mi', 10n ** 9n * 1024n ** 2n],
  ['Gi', 10n ** 9n * 1024n ** 3n],
]

test('quantity: agrees with exact arithmetic', () => {
  const whole = fc.integer({ min: 0, max: 1_000_000 })
  fc.assert(
    fc.property(
      whole,
      fc.integer({ min: 0, max: 999 }),
      fc.constantFrom(...units),
      (number, fraction, [unit, size]) => {
        const text = `${number}.${String(fraction).padStart(3, '0')}${unit}`
        const billionths = (BigInt(number) * 1000n + BigInt(fraction)) * size
        const exact = Number(billionths) / 1000 / 1e9
        const value = parseQuantity(text) ?? Number.NaN
        assert.ok(Math.abs(value - Math.max(exact, billionths === 0n ? 0 : 1e-9)) <= exact * 1e-12, text)
      },
    ),
  )
})

test('quantity: no text makes it throw or loop, and what it gives is a number within its bounds', () => {
  const parts = fc.constantFrom('1', '0', '.', 'e', 'E', '-', '+', 'K', 'i', 'm', 'G', '9', ' ', 'x')
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(parts).map((list) => list.join('')),
      ),
      (text) => {
        const value = parseQuantity(text)
        assert.ok(value === undefined || Math.abs(value) <= 2 ** 63, text)
      },
    ),
  )
})
