/*
 * Logarithms and powers of two with the last digits that Prometheus gives: those of Go's library, which follows FreeBSD's msun.
 * JavaScript leaves them to the engine.
 */

const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)
const SMALLEST_NORMAL = 2 ** -1022

const LN2_HIGH = 6.9314718036912381649e-1
const LN2_LOW = 1.90821492927058770002e-10

/** x as fraction × 2^exponent, 0.5 <= fraction < 1, of a positive finite x. */
function split(x: number): [fraction: number, exponent: number] {
  const scale = x < SMALLEST_NORMAL ? 52 : 0
  float[0] = x * 2 ** scale
  const exponent = ((words[1] >>> 20) & 0x7ff) - 1022
  words[1] = (words[1] & 0x800fffff) | (1022 << 20)
  return [float[0], exponent - scale]
}

/** y × 2^k, rounded once. */
function scaled(y: number, k: number): number {
  if (k > 1023) return y * 2 ** 1023 * 2 ** (k - 1023)
  // Two steps down would round twice where the result is subnormal: the first one stays normal.
  return k < -1022 ? y * 2 ** -969 * 2 ** (k + 969) : y * 2 ** k
}

/** Coefficients of the polynomial of log((1 + s) / (1 - s)) (msun, e_log.c). */
const L1 = 6.66666666666673513e-1
const L2 = 3.999999999940941908e-1
const L3 = 2.857142874366239149e-1
const L4 = 2.222219843214978396e-1
const L5 = 1.818357216161805012e-1
const L6 = 1.531383769920937332e-1
const L7 = 1.479819860511658591e-1

/** The natural logarithm. */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log(x)
  let [fraction, k] = split(x)
  if (fraction < Math.SQRT1_2) {
    fraction *= 2
    k--
  }
  const f = fraction - 1
  const s = f / (2 + f)
  const s2 = s * s
  const s4 = s2 * s2
  const odd = s2 * (L1 + s4 * (L3 + s4 * (L5 + s4 * L7)))
  const even = s4 * (L2 + s4 * (L4 + s4 * L6))
  const half = 0.5 * f * f
  return k * LN2_HIGH - (half - (s * (half + (odd + even)) + k * LN2_LOW) - f)
}

export function log2(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log2(x)
  const [fraction, exponent] = split(x)
  // Powers of two are exact.
  return fraction === 0.5 ? exponent - 1 : log(fraction) * Math.LOG2E + exponent
}

export function log10(x: number): number {
  return log(x) * Math.LOG10E
}

/** Coefficients of the rational approximation of e^r (msun, e_exp.c). */
const P1 = 1.66666666666666657415e-1
const P2 = -2.77777777770155933842e-3
const P3 = 6.61375632143793436117e-5
const P4 = -1.6533902205465251539e-6
const P5 = 4.13813679705723846039e-8

/** 2^x. */
export function exp2(x: number): number {
  if (x !== x) return x
  if (x > 1023.9999999999999) return Infinity
  if (x < -1074) return 0
  const k = Math.trunc(x > 0 ? x + 0.5 : x - 0.5)
  const rest = x - k
  const high = rest * LN2_HIGH
  const low = -rest * LN2_LOW
  const r = high - low
  const square = r * r
  const c = r - square * (P1 + square * (P2 + square * (P3 + square * (P4 + square * P5))))
  return scaled(1 - (low - (r * c) / (2 - c) - high), k)
}

/** Exponents that are multiplied out; a larger one leaves nothing but 0, 1 and infinity of most numbers. */
const MAX_WHOLE = 1 << 20

/** x^y; by squaring where y is whole, as Go does it, to the last digit. */
export function pow(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1
  if (!(Math.abs(y) <= MAX_WHOLE) || !Number.isFinite(x) || x === 0 || y === 0) return x ** y
  if (y === 0.5) return Math.sqrt(x)
  if (y === -0.5) return 1 / Math.sqrt(x)
  if (!Number.isInteger(y)) return x ** y
  let [base, exponent] = split(Math.abs(x))
  if (x < 0) base = -base
  let product = 1
  let power = 0
  for (let left = Math.abs(y); left > 0; left = Math.floor(left / 2)) {
    if (Math.abs(exponent) > 4096) {
      power += exponent
      break
    }
    if (left % 2 === 1) {
      product *= base
      power += exponent
    }
    base *= base
    exponent *= 2
    if (base < 0.5) {
      base += base
      exponent--
    }
  }
  return y < 0 ? scaled(1 / product, -power) : scaled(product, power)
}
