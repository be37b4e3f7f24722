import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { goDuration } from './go-duration.ts'
import {
  addQuantities,
  compareQuantities,
  parseExactQuantity,
  QuantityError,
  quantityNumber,
  quantityText,
} from './quantity.ts'
import { bytesText, nanocoresText } from './quantity-text.ts'

const text = (input: string) => quantityText(parseExactQuantity(input))

test('quantity: the shortest form in which it was meant', () => {
  const cases: Record<string, string> = {
    '1024Mi': '1Gi',
    '5000m': '5',
    '0.001T': '1G',
    '.001e12': '1e9',
    '.001Ki': '1024m',
    '1.5Gi': '1536Mi',
    '-2Ki': '-2Ki',
    '0.0000000001': '1n',
    '00': '0',
  }
  for (const [input, expected] of Object.entries(cases)) assert.equal(text(input), expected, input)
})

test('quantity: what is none is refused with its text', () => {
  for (const input of ['', ' 1', '1 ', '1i', '.5i', 'aoeu', '1e', '0x1', '1,5', '.'])
    assert.throws(() => parseExactQuantity(input), QuantityError, input)
})

test('quantity: whatever is written is read without hanging, as a number or an error', () => {
  const piece = fc.constantFrom('0', '9', '.', 'e', 'E', '-', '+', 'K', 'i', 'm', 'n', '999999999999', ' ')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        const quantity = parseExactQuantity(pieces.join(''))
        assert.ok(!Number.isNaN(quantityNumber(quantity)))
      } catch (error) {
        assert.ok(error instanceof QuantityError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('quantity: its text is the same quantity again', () => {
  const suffix = fc.constantFrom('', 'm', 'u', 'n', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'e-3')
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }), suffix, (number, unit) => {
      const quantity = parseExactQuantity(`${number}${unit}`)
      assert.equal(compareQuantities(parseExactQuantity(quantityText(quantity)), quantity), 0)
    }),
  )
})

test('quantity: a sum does not depend on its order', () => {
  const one = fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 50n }), fc.constantFrom('', 'm', 'n', 'Ki', 'Mi'))
  fc.assert(
    fc.property(one, one, ([a, x], [b, y]) => {
      const left = parseExactQuantity(`${a}${x}`)
      const right = parseExactQuantity(`${b}${y}`)
      assert.equal(compareQuantities(addQuantities(left, right), addQuantities(right, left)), 0)
    }),
  )
})

test('quantity: counts are printed as the exact quantities are', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 31 - 1 }), fc.constantFrom(1, 1000, 1024, 1_000_000), (n, times) => {
      const count = n * times
      assert.equal(nanocoresText(count), quantityText({ unscaled: BigInt(count), exp10: -9, format: 'DecimalSI' }))
      assert.equal(bytesText(count), quantityText({ unscaled: BigInt(count), exp10: 0, format: 'BinarySI' }))
    }),
  )
})

test('go duration: is printed as Go does', () => {
  const cases: [bigint, string][] = [
    [0n, '0s'],
    [1n, '1ns'],
    [1_100n, '1.1µs'],
    [2_200_000n, '2.2ms'],
    [10_025_000_000n, '10.025s'],
    [245_000_000_000n, '4m5s'],
    [480_000_000_001n, '8m0.000000001s'],
    [3_600_000_000_000n, '1h0m0s'],
    [-(2n ** 63n), '-2562047h47m16.854775808s'],
  ]
  for (const [ns, expected] of cases) assert.equal(goDuration(ns), expected)
})
