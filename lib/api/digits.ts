import { formatFloat } from '#lib/model'

/*
 * Numbers as ASCII digits, written where they belong without a string for each: most values that are stored are whole or
 * have a few decimals, and times share all but their last digits. Watched by json-bytes.bench.ts; the strings of
 * formatFloat are the reference.
 */

export const QUOTE = 0x22
export const COMMA = 0x2c
export const BRACKET = 0x5b
export const BRACKET_END = 0x5d
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30

/** Writes milliseconds as seconds (`1435781430.781`, `1435781430`) and gives the place after it; at most 20 bytes. */
export function putSeconds(bytes: Uint8Array, at: number, ms: number): number {
  if (ms < 0) {
    bytes[at++] = MINUS
    ms = -ms
  }
  const whole = Math.floor(ms / 1000)
  return putDecimals(bytes, putWhole(bytes, at, whole), ms - whole * 1000)
}

/** Writes a float in Prometheus' form and gives the place after it; at most 32 bytes. */
export function putFloat(bytes: Uint8Array, at: number, value: number): number {
  if (Object.is(value, -0)) return putAscii(bytes, at, '-0')
  const size = Math.abs(value)
  if (size <= Number.MAX_SAFE_INTEGER && Math.floor(size) === size) {
    if (value < 0) bytes[at++] = MINUS
    return putWhole(bytes, at, size)
  }
  const thousandths = Math.round(size * 1000)
  // A decimal of at most 15 digits is the shortest text that reads back as this float, if it reads back at all.
  if (thousandths <= 999_999_999_999_999 && thousandths / 1000 === size) {
    if (value < 0) bytes[at++] = MINUS
    const whole = Math.floor(thousandths / 1000)
    return putDecimals(bytes, putWhole(bytes, at, whole), thousandths - whole * 1000)
  }
  return putAscii(bytes, at, formatFloat(value))
}

function putAscii(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i)
  return at
}

/** A whole number of at most 16 digits. */
function putWhole(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 1e9) {
    const high = Math.floor(value / 1e9)
    return putPadded(bytes, putInt(bytes, at, high), value - high * 1e9, 9)
  }
  return putInt(bytes, at, value)
}

/** A whole number below 2^31. */
function putInt(bytes: Uint8Array, at: number, value: number): number {
  let digits = 1
  for (let limit = 10; digits < 10 && value >= limit; limit *= 10) digits++
  return putPadded(bytes, at, value, digits)
}

function putPadded(bytes: Uint8Array, at: number, value: number, digits: number): number {
  let rest = value | 0
  for (let i = at + digits - 1; i >= at; i--) {
    const next = (rest / 10) | 0
    bytes[i] = ZERO + rest - next * 10
    rest = next
  }
  return at + digits
}

/** `.781`, `.78`, `.7` or nothing for 781, 780, 700, 0 thousandths. */
function putDecimals(bytes: Uint8Array, at: number, thousandths: number): number {
  if (thousandths === 0) return at
  bytes[at++] = POINT
  if (thousandths % 100 === 0) return putPadded(bytes, at, thousandths / 100, 1)
  if (thousandths % 10 === 0) return putPadded(bytes, at, thousandths / 10, 2)
  return putPadded(bytes, at, thousandths, 3)
}
