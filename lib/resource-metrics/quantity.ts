/**
 * Kubernetes' quantities, exactly: a whole number times a power of ten, and the form that it is written in. What the API
 * prints in numbers that it counts itself is in quantity-text.ts, without big integers.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

/** `unscaled` × 10^`exp10`. */
export interface Quantity {
  readonly unscaled: bigint
  readonly exp10: number
  readonly format: QuantityFormat
}

/** A text that is no quantity. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError'
  readonly code = 'QUANTITY'
}

const FORM = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([KMGTPE]i)|([numkMGTPE]?)|[eE]([+-]?\d{1,9}))$/
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}
const SUFFIXES = new Map(Object.entries(DECIMAL).map(([suffix, power]) => [power, suffix]))
const LARGEST = 2n ** 63n - 1n
const NANO = -9
/** Beyond it no double is, and no quantity that anyone means: powers of ten stay small. */
const MAX_EXPONENT = 400

/** Reads a quantity: what is finer than a billionth is rounded away from zero; binary forms end at 2^63-1. */
export function parseExactQuantity(text: string): Quantity {
  const match = text.length <= 400 ? FORM.exec(text) : null
  if (match === null)
    throw new QuantityError(
      `${JSON.stringify(text.slice(0, 40))} is no quantity: write a number such as 250m, 1.5 or 64Mi`,
    )
  const [, sign, digits, binary, decimal, exponent] = match
  const [whole, fraction = ''] = digits.split('.')
  const mantissa = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n)
  if (binary !== undefined) return binaryQuantity(mantissa << BigInt(10 * BINARY.indexOf(binary)), -fraction.length)
  const power = exponent === undefined ? DECIMAL[decimal] : clamped(Number(exponent))
  const format = exponent === undefined ? 'DecimalSI' : 'DecimalExponent'
  return { ...reduced(toNano(mantissa, power - fraction.length)), format }
}

/** The shortest form that upstream would print it in. */
export function quantityText({ unscaled, exp10, format }: Quantity): string {
  if (unscaled === 0n) return '0'
  if (format === 'BinarySI' && !isBelow1024(unscaled, exp10)) return binaryText(wholeUp(unscaled, exp10))
  let { unscaled: number, exp10: power } = reduced({ unscaled, exp10 })
  for (; ((power % 3) + 3) % 3 !== 0; power--) number *= 10n
  if (format === 'DecimalExponent') return power === 0 ? `${number}` : `${number}e${power}`
  return `${number}${SUFFIXES.get(power) ?? ''}`
}

/** -1, 0 or 1, whatever their forms. */
export function compareQuantities(a: Quantity, b: Quantity): -1 | 0 | 1 {
  const power = Math.min(a.exp10, b.exp10)
  const [left, right] = [a, b].map(({ unscaled, exp10 }) => unscaled * 10n ** BigInt(exp10 - power))
  return left < right ? -1 : left > right ? 1 : 0
}

/** The nearest double. */
export function quantityNumber({ unscaled, exp10 }: Pick<Quantity, 'unscaled' | 'exp10'>): number {
  return Number(`${unscaled}e${exp10}`)
}

/** A sum; it keeps the first one's form. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const power = Math.min(a.exp10, b.exp10)
  const at = ({ unscaled, exp10 }: Quantity) => unscaled * 10n ** BigInt(exp10 - power)
  const format = a.unscaled === 0n ? b.format : a.format
  return { ...reduced({ unscaled: at(a) + at(b), exp10: power }), format }
}

/** A count of at most 64 bits as a quantity; above 2^63-1 its last digit is given up, as upstream does. */
export function quantityOfCount(count: bigint, exp10: number, format: QuantityFormat): Quantity {
  return count <= LARGEST ? { unscaled: count, exp10, format } : { unscaled: count / 10n, exp10: exp10 + 1, format }
}

type Scaled = Pick<Quantity, 'unscaled' | 'exp10'>

function binaryQuantity(unscaled: bigint, exp10: number): Quantity {
  const exact = reduced(toNano(unscaled, exp10))
  const isBelowOne = exact.unscaled > 0n && compareScaled(exact, { unscaled: 1n, exp10: 0 }) < 0
  if (isBelowOne) return { ...exact, format: 'DecimalSI' }
  const isTooLarge = compareScaled(exact, { unscaled: LARGEST, exp10: 0 }) > 0
  return isTooLarge ? { unscaled: LARGEST, exp10: 0, format: 'BinarySI' } : { ...plain(exact), format: 'BinarySI' }
}

function compareScaled(a: Scaled, b: Scaled): number {
  return compareQuantities({ ...a, format: 'DecimalSI' }, { ...b, format: 'DecimalSI' })
}

/** Rounded away from zero to billionths where it is finer. */
function toNano(unscaled: bigint, exp10: number): Scaled {
  if (exp10 >= NANO || unscaled === 0n) return { unscaled, exp10: unscaled === 0n ? 0 : exp10 }
  return { unscaled: divideUp(unscaled, 10n ** BigInt(NANO - exp10)), exp10: NANO }
}

function divideUp(value: bigint, by: bigint): bigint {
  const whole = value / by
  if (whole * by === value) return whole
  return value < 0n ? whole - 1n : whole + 1n
}

/** Without zeros at its end. */
function reduced({ unscaled, exp10 }: Scaled): Scaled {
  if (unscaled === 0n) return { unscaled, exp10: 0 }
  const digits = unscaled.toString()
  let zeros = 0
  while (digits[digits.length - 1 - zeros] === '0') zeros++
  return { unscaled: zeros === 0 ? unscaled : BigInt(digits.slice(0, digits.length - zeros)), exp10: exp10 + zeros }
}

/** With a power of at most 0. */
function plain({ unscaled, exp10 }: Scaled): Scaled {
  return exp10 > 0 ? { unscaled: unscaled * 10n ** BigInt(exp10), exp10: 0 } : { unscaled, exp10 }
}

function wholeUp(unscaled: bigint, exp10: number): bigint {
  return exp10 >= 0 ? unscaled * 10n ** BigInt(exp10) : divideUp(unscaled, 10n ** BigInt(-exp10))
}

function isBelow1024(unscaled: bigint, exp10: number): boolean {
  const size = unscaled < 0n ? -unscaled : unscaled
  return compareScaled({ unscaled: size, exp10 }, { unscaled: 1024n, exp10: 0 }) < 0
}

function binaryText(value: bigint): string {
  let number = value
  let power = 0
  for (; number % 1024n === 0n && power < BINARY.length - 1; power++) number /= 1024n
  return `${number}${BINARY[power]}`
}

function clamped(exponent: number): number {
  return Math.max(-MAX_EXPONENT, Math.min(MAX_EXPONENT, exponent))
}
