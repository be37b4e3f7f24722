/*
 * The shortest decimal that reads back as the same float, without the string that String(value) makes.
 *
 * A float v of 10^-6 … 2^53 is scaled by the power of ten that gives 17 digits before the point. That power is exact (10^22
 * still is), so the product of both is the sum of two floats, exactly (Dekker, 1971). Any decimal nearer to v than half the
 * distance to the floats beside it reads back as v: the nearest of 15 digits is looked at first, then that of 16, then that of
 * 17, which always is near enough. A candidate so near to the border, or to the middle between two, that the last bit decides
 * is left to String.
 */

/** 10^0 … 10^22, and each in two halves whose products with those of another float are exact. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))
const SPLITTER = 2 ** 27 + 1
const HIGH = POWERS.map((power) => power * SPLITTER - (power * SPLITTER - power))
const LOW = POWERS.map((power, i) => power - HIGH[i])

/** Nearer than this to a border, String decides. Sums of what is compared are exact to less than 10^-13. */
const UNSURE = 1e-9
/** Binary exponents of 10^-6 … 2^53. */
const LEAST_EXPONENT = -20
const MOST_EXPONENT = 53
/** By binary exponent: half the distance between such floats, and the power of ten that scales the smallest of them to 17 digits. */
const HALF_GAP = Float64Array.from({ length: MOST_EXPONENT - LEAST_EXPONENT }, (_, i) => 2 ** (LEAST_EXPONENT + i - 53))
const SCALE = Uint8Array.from(HALF_GAP, (_, i) =>
  Math.min(22, 16 - Math.floor(Math.log10(2 ** (LEAST_EXPONENT + i) * (1 + 1e-15)))),
)

const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)

/** What shortest() found: 17 digits, the last eight apart, the power of ten to divide them by, and whether 15 were too few. */
export const found = { high: 0, low: 0, scale: 0, isLong: false }

/** Fills `found` for a float of 10^-6 … 2^53; false where String has to tell. */
export function shortest(value: number): boolean {
  if (!(value >= 1e-6 && value <= Number.MAX_SAFE_INTEGER)) return false
  float[0] = value
  const exponent = ((words[1] >>> 20) & 0x7ff) - 1023 - LEAST_EXPONENT
  // The float below a power of two is nearer than the one above.
  if ((words[1] & 0xfffff) === 0 && words[0] === 0) return false
  let scale = SCALE[exponent]
  if (value * POWERS[scale] >= 1e17) scale--
  const power = POWERS[scale]
  const half = HALF_GAP[exponent] * power
  // product + error is value * power
  const product = value * power
  const big = value * SPLITTER
  const valueHigh = big - (big - value)
  const valueLow = value - valueHigh
  const error =
    valueLow * LOW[scale] - (product - valueHigh * HIGH[scale] - valueLow * HIGH[scale] - valueHigh * LOW[scale])
  const whole = Math.floor(error)
  const part = error - whole
  // product is whole, and below 10^17: high * 10^8 is exact, and so is what is left.
  let high = Math.floor(product * 1e-8)
  let low = product - high * 1e8 + whole
  if (low < 0 || low >= 1e8) {
    const carry = low < 0 ? -1 : 1
    high += carry
    low -= carry * 1e8
  }
  // Steps to the nearest decimals of 15, 16 and 17 digits.
  const last = low | 0
  const hundred = (last % 100) + part
  const ten = (last % 10) + part
  const by15 = 100 * Math.floor(hundred * 0.01 + 0.5) - hundred
  const by16 = 10 * Math.floor(ten * 0.1 + 0.5) - ten
  const far15 = Math.abs(by15) - half
  const far16 = Math.abs(by16) - half
  if (Math.abs(far15) < UNSURE || Math.abs(far16) < UNSURE) return false
  if (Math.abs(ten - 5) < UNSURE || Math.abs(part - 0.5) < UNSURE) return false
  const by = far15 < 0 ? by15 : far16 < 0 ? by16 : Math.floor(part + 0.5) - part
  low = Math.floor(low + part + by + 0.5)
  if (low >= 1e8) {
    high++
    low -= 1e8
  }
  found.high = high
  found.low = low
  found.scale = scale
  found.isLong = far15 >= 0
  return high < 1e9
}
