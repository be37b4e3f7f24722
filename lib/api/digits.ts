import { formatFloat } from '#lib/model'
import { found, shortest } from './shortest.ts'

/*
 * Numbers as ASCII digits, written where they belong without a string for each: most values that are stored are whole or
 * have a few decimals. Four digits go at a time. Watched by json-bytes.bench.ts; the strings of formatFloat are the reference.
 */

const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30

/** The digits of 0000 … 9999, the first in the lowest byte. */
const FOUR = Uint32Array.from({ length: 10_000 }, (_, n) => {
  const digits = String(n).padStart(4, '0')
  let word = 0
  for (let i = 3; i >= 0; i--) word = word * 256 + digits.charCodeAt(i)
  return word
})

/** Writes milliseconds as seconds (`1435781430.781`, `1435781430`) and gives the place after it; at most 24 bytes. */
export function putSeconds(view: DataView, at: number, ms: number): number {
  if (ms < 0) {
    view.setUint8(at++, MINUS)
    ms = -ms
  }
  const whole = Math.floor(ms / 1000)
  return putDecimals(view, putWhole(view, at, whole), ms - whole * 1000, 3)
}

/** Writes a float in Prometheus' form and gives the place after it; at most 32 bytes. */
export function putFloat(view: DataView, at: number, value: number): number {
  const size = Math.abs(value)
  if (size <= Number.MAX_SAFE_INTEGER && Math.floor(size) === size) {
    if (value < 0 || Object.is(value, -0)) view.setUint8(at++, MINUS)
    return putWhole(view, at, size)
  }
  // Values that follow one another are of a kind: one with a few decimals is not looked for where the one before had none.
  if (!found.isLong) {
    // A decimal of at most 15 digits is the shortest text that reads back as this float, if it reads back at all.
    const thousandths = Math.round(size * 1e3)
    if (thousandths <= 999_999_999_999_999 && thousandths / 1e3 === size)
      return putParts(view, at, value, thousandths, 1e3, 3)
    const millionths = Math.round(size * 1e6)
    if (millionths <= 999_999_999_999_999 && millionths / 1e6 === size)
      return putParts(view, at, value, millionths, 1e6, 6)
  }
  if (shortest(size)) {
    if (value < 0) view.setUint8(at++, MINUS)
    return found.scale < 17 ? putAroundPoint(view, at, 17 - found.scale) : putBehindPoint(view, at, found.scale - 17)
  }
  const text = formatFloat(value)
  for (let i = 0; i < text.length; i++) view.setUint8(at++, text.charCodeAt(i))
  return at
}

/** The digits that were found, so many of them before the point. */
function putAroundPoint(view: DataView, at: number, before: number): number {
  const end = putFound(view, at + 1)
  if (before < 4) {
    const kept = 0xffffffff << (8 * before)
    view.setUint32(
      at,
      (view.getUint32(at + 1, true) & ~kept) | (view.getUint32(at, true) & (kept << 8)) | (POINT << (8 * before)),
      true,
    )
  } else {
    for (let i = 0; i < before; i++) view.setUint8(at + i, view.getUint8(at + i + 1))
    view.setUint8(at + before, POINT)
  }
  return withoutZeros(view, end)
}

/** The digits that were found behind `0.` and so many zeros. */
function putBehindPoint(view: DataView, at: number, zeros: number): number {
  view.setUint8(at++, ZERO)
  view.setUint8(at++, POINT)
  for (let i = 0; i < zeros; i++) view.setUint8(at++, ZERO)
  return withoutZeros(view, putFound(view, at))
}

function putFound(view: DataView, at: number): number {
  const { high, low } = found
  const upper = Math.floor(high / 1e4)
  const first = Math.floor(upper / 1e4)
  const middle = Math.floor(low / 1e4)
  view.setUint8(at, ZERO + first)
  view.setUint32(at + 1, FOUR[upper - first * 1e4], true)
  view.setUint32(at + 5, FOUR[high - upper * 1e4], true)
  view.setUint32(at + 9, FOUR[middle], true)
  view.setUint32(at + 13, FOUR[low - middle * 1e4], true)
  return at + 17
}

/** A whole number is not written so: a digit is met before the point. */
function withoutZeros(view: DataView, end: number): number {
  while (view.getUint8(end - 1) === ZERO) end--
  return end
}

function putParts(view: DataView, at: number, value: number, scaled: number, unit: number, decimals: number): number {
  if (value < 0) view.setUint8(at++, MINUS)
  const whole = Math.floor(scaled / unit)
  return putDecimals(view, putWhole(view, at, whole), scaled - whole * unit, decimals)
}

/** A whole number of at most 16 digits. Up to three bytes behind it are written too. */
function putWhole(view: DataView, at: number, value: number): number {
  if (value < 1e4) return putFirst(view, at, value)
  const high = Math.floor(value / 1e4)
  if (high < 1e4) at = putFirst(view, at, high)
  else at = putWhole(view, at, high)
  view.setUint32(at, FOUR[value - high * 1e4], true)
  return at + 4
}

/** A number below 10,000, without zeros before it. */
function putFirst(view: DataView, at: number, value: number): number {
  const digits = value < 100 ? (value < 10 ? 1 : 2) : value < 1000 ? 3 : 4
  view.setUint32(at, FOUR[value] >>> (8 * (4 - digits)), true)
  return at + digits
}

/** `.781`, `.78`, `.7` or nothing for 781, 780, 700, 0 of three decimals. */
function putDecimals(view: DataView, at: number, value: number, decimals: number): number {
  if (value === 0) return at
  view.setUint8(at++, POINT)
  let end = at + decimals
  for (let i = end - 1; i >= at; i--) {
    const rest = Math.floor(value / 10)
    view.setUint8(i, ZERO + value - rest * 10)
    value = rest
  }
  while (view.getUint8(end - 1) === ZERO) end--
  return end
}
