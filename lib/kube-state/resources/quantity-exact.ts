/**
 * Quantities as `resource.Quantity` of Kubernetes holds them, with its limits, which show in the samples: an int64 with a
 * decimal exponent as long as digits are few, else an unlimited decimal, rounded up to nanos and, of a binary suffix, capped.
 */

/** A quantity: `unscaled * 10 ** exponent`. */
export interface ExactQuantity {
  readonly unscaled: bigint
  readonly exponent: number
  /** Whether it is held as an int64 or as a decimal. */
  readonly int64: boolean
}

const SYNTAX = /^([+-]?)(0*)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[+-]?\d*)$/
const DECIMAL: Readonly<Record<string, number>> = { '': 0, n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }
const EXPONENT = /^[eE]([+-]?\d+)$/

const INT64_DIGITS = 18
const NANO = -9
const MAX_INT64 = 2n ** 63n - 1n

/** Reads a quantity; undefined where it is none. */
export function readQuantity(quantity: string): ExactQuantity | undefined {
  const match = quantity === '' ? null : SYNTAX.exec(quantity)
  if (match === null) return undefined
  const [, sign, zeros, digits, fraction = '', suffix] = match
  const binary = BINARY[suffix]
  const exponent = binary ?? decimalExponent(suffix)
  if (exponent === undefined) return undefined
  const magnitude = { digits: digits === '' ? '0' : digits, fraction, exponent }
  const held = binary === undefined ? holdDecimal(magnitude) : holdBinary(magnitude)
  if (!held.int64 && zeros + digits + fraction === '') return undefined // a suffix alone is 0 only as an int64
  return sign === '-' ? { ...held, unscaled: -held.unscaled } : held
}

/** Beyond this, a decimal is rounded up to a nano, or is a number whose lowest 64 bits are all zero. */
const FARTHEST = 1000

function decimalExponent(suffix: string): number | undefined {
  const known = DECIMAL[suffix]
  if (known !== undefined) return known
  const written = EXPONENT.exec(suffix)
  if (written === null) return undefined
  const exponent = BigInt(written[1])
  if (BigInt.asIntN(64, exponent) !== exponent) return undefined
  return Math.max(-FARTHEST, Math.min(FARTHEST, Number(BigInt.asIntN(32, exponent))))
}

/** Without its sign. */
interface Magnitude {
  readonly digits: string
  readonly fraction: string
  readonly exponent: number
}

function holdDecimal({ digits, fraction, exponent }: Magnitude): ExactQuantity {
  const unscaled = BigInt(digits + fraction)
  const scaled = exponent - fraction.length
  const fits = digits.length + fraction.length <= INT64_DIGITS && scaled >= NANO
  return fits ? { unscaled, exponent: scaled, int64: true } : toNanos(unscaled, scaled)
}

function holdBinary({ digits, fraction, exponent }: Magnitude): ExactQuantity {
  const unscaled = BigInt(digits + fraction) * 2n ** BigInt(exponent)
  const fewDigits = fraction === '' && digits.length <= 14 - Math.trunc((exponent * 3) / 10)
  if (fewDigits && unscaled <= MAX_INT64) return { unscaled, exponent: 0, int64: true }
  const decimal = toNanos(unscaled, -fraction.length)
  const cap = MAX_INT64 * 10n ** BigInt(-decimal.exponent)
  return decimal.unscaled > cap ? { unscaled: MAX_INT64, exponent: 0, int64: false } : decimal
}

/** Rounded up, so that whoever asks for little gets something. */
function toNanos(unscaled: bigint, exponent: number): ExactQuantity {
  if (unscaled === 0n) return { unscaled, exponent, int64: false }
  const shift = exponent - NANO
  const nanos = shift >= 0 ? unscaled * 10n ** BigInt(shift) : roundedUp(unscaled, 10n ** BigInt(-shift))
  return { unscaled: nanos, exponent: NANO, int64: false }
}

/** For what is not negative. */
function roundedUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor
}

/** In whole units, as an int64. */
export function valueOf(quantity: ExactQuantity): bigint {
  return scaled(quantity, 0)
}

/** In thousandths, as an int64. */
export function milliOf(quantity: ExactQuantity): bigint {
  return scaled(quantity, -3)
}

/** The nearest float, or one beside it. */
export function approximate({ unscaled, exponent }: ExactQuantity): number {
  return exponent === 0 ? Number(unscaled) : Number(unscaled) * 10 ** exponent
}

function scaled({ unscaled, exponent, int64 }: ExactQuantity, to: number): bigint {
  const shift = exponent - to
  return int64 ? scaledInt64(unscaled, shift) : scaledDecimal(unscaled, shift)
}

/** Powers of ten that upstream multiplies by in one step, so that what is too large wraps; elsewhere it becomes 0. */
const WRAPS = new Set([1, 2, 3, 6, 9])

function scaledInt64(unscaled: bigint, shift: number): bigint {
  if (shift < 0) {
    const divisor = 10n ** BigInt(-shift)
    return unscaled < 0n ? -roundedUp(-unscaled, divisor) : roundedUp(unscaled, divisor)
  }
  const value = unscaled * 10n ** BigInt(shift)
  const wrapped = BigInt.asIntN(64, value)
  return wrapped === value || WRAPS.has(shift) ? wrapped : 0n
}

/** Truncates and adds one to what had a rest, below zero too, where that is one too much: upstream does. */
function scaledDecimal(unscaled: bigint, shift: number): bigint {
  if (shift >= 0) return BigInt.asIntN(64, BigInt.asIntN(64, unscaled) * 10n ** BigInt(shift))
  const divisor = 10n ** BigInt(-shift)
  const isLarge = unscaled >= MAX_INT64
  const value = isLarge ? unscaled : BigInt.asIntN(64, unscaled)
  const whole = BigInt.asIntN(64, value / divisor)
  return value % divisor === 0n ? whole : whole + 1n
}
