import { approximate, type ExactQuantity, milliOf, readQuantity, valueOf } from './quantity-exact.ts'

/**
 * Kubernetes quantities (`250m`, `1Gi`) as samples. What API servers write in practice, digits and one suffix, is read by
 * comparing character codes, because each pod has a handful of them; anything else goes the exact way.
 */

/** In whole units, rounded up as Go's `Value()` does: bytes, counts. NaN where it is no quantity. */
export function wholeUnits(quantity: unknown): number {
  if (typeof quantity !== 'string') return typeof quantity === 'number' ? wholeUnits(String(quantity)) : NaN
  const factor = readSimple(quantity)
  if (factor > 0) return simple * factor
  if (factor === MILLI) return Math.ceil(simple / 1000)
  return exactly(quantity, valueOf)
}

/** In units with thousandths, as upstream makes floats of cores; beyond the range of thousandths in whole units. NaN where it is no quantity. */
export function units(quantity: unknown): number {
  if (typeof quantity !== 'string') return typeof quantity === 'number' ? units(String(quantity)) : NaN
  const factor = readSimple(quantity)
  if (factor > 0) return (simple * factor * 1000) / 1000 // upstream's rounding of large numbers comes from just this
  if (factor === MILLI) return simple / 1000
  return exactly(quantity, thousandths)
}

/** The nearest float, as Go's `AsApproximateFloat64` finds it. NaN where it is no quantity. */
export function nearest(quantity: unknown): number {
  return exactly(typeof quantity === 'number' ? String(quantity) : quantity, approximate)
}

function exactly(quantity: unknown, convert: (exact: ExactQuantity) => number | bigint): number {
  const exact = typeof quantity === 'string' ? readQuantity(quantity) : undefined
  return exact === undefined ? NaN : Number(convert(exact))
}

/** The largest int64 that has an int64 of thousandths. */
const MAX_WITH_THOUSANDTHS = 9_223_372_036_854_775n

function thousandths(exact: ExactQuantity): number {
  const whole = valueOf(exact)
  return whole > MAX_WITH_THOUSANDTHS ? Number(whole) : Number(milliOf(exact)) / 1000
}

const MILLI = -1
const OTHER = -2

/** The digits that `readSimple` read last. */
let simple = 0

/** Reads at most 15 digits and a suffix into `simple`; returns the suffix' factor, MILLI, or OTHER where that would not be exact. */
function readSimple(quantity: string): number {
  let value = 0
  let at = 0
  const end = quantity.length
  for (; at < end; at++) {
    const digit = quantity.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
  }
  if (at === 0 || at > 15) return OTHER
  simple = value
  const factor = at === end ? 1 : factorOf(quantity, at, end)
  return factor < 0 || value * factor <= Number.MAX_SAFE_INTEGER ? factor : OTHER
}

function factorOf(quantity: string, at: number, end: number): number {
  const binary = end - at === 2 && quantity.charCodeAt(at + 1) === 105 // i
  if (!binary && end - at !== 1) return OTHER
  switch (quantity.charCodeAt(at)) {
    case 75: // K
      return binary ? 2 ** 10 : OTHER
    case 77: // M
      return binary ? 2 ** 20 : 1e6
    case 71: // G
      return binary ? 2 ** 30 : 1e9
    case 84: // T
      return binary ? 2 ** 40 : 1e12
    case 107: // k
      return binary ? OTHER : 1e3
    case 109: // m
      return binary ? OTHER : MILLI
    default:
      return OTHER
  }
}
