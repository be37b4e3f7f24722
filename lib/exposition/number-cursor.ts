/**
 * Reads a float of a sample's line. One call per sample: no string, no object. Up to 15 digits and a power of ten up
 * to 22 are exact as doubles, so one multiplication or division rounds once and gives what Number() gives; all else is
 * left to Number(). Watched by lib/scrape's match.bench.ts.
 */
import { parseFloatText } from './parse-float.ts'

const POWERS = new Float64Array(23).map((_, i) => Number(`1e${i}`))
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const LOWER_E = 0x65
const PLUS = 0x2b

/** A cursor over numbers: after `read` returned true `value` is the number and `pos` the byte behind it. */
export class NumberCursor {
  value: number
  pos: number

  constructor() {
    this.value = 0
    this.pos = 0
  }

  /** Reads at `at`; the bytes must hold a newline at or behind the end of the body. */
  read(bytes: Uint8Array, at: number): boolean {
    let i = at
    const isNegative = bytes[i] === MINUS
    if (isNegative) i++
    const first = i
    let mantissa = 0
    let digit = bytes[i] - ZERO
    while (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      digit = bytes[++i] - ZERO
    }
    let digits = i - first
    let power = 0
    if (bytes[i] === POINT) {
      const point = ++i
      digit = bytes[i] - ZERO
      while (digit >= 0 && digit <= 9) {
        mantissa = mantissa * 10 + digit
        digit = bytes[++i] - ZERO
      }
      power = point - i
      digits += i - point
    }
    if (digits === 0 || digits > 15) return this.#readSlow(bytes, at)
    if (bytes[i] === LOWER_E) {
      i++
      const sign = bytes[i]
      if (sign === PLUS || sign === MINUS) i++
      const from = i
      let exponent = 0
      digit = bytes[i] - ZERO
      while (digit >= 0 && digit <= 9 && i - from < 4) {
        exponent = exponent * 10 + digit
        digit = bytes[++i] - ZERO
      }
      if (i === from) return false
      power += sign === MINUS ? -exponent : exponent
    }
    if (bytes[i] > 0x20) return this.#readSlow(bytes, at)
    if (power > 22 || power < -22) return this.#readSlow(bytes, at)
    const size = power < 0 ? mantissa / POWERS[-power] : mantissa * POWERS[power]
    this.value = isNegative ? -size : size
    this.pos = i
    return true
  }

  #readSlow(bytes: Uint8Array, at: number): boolean {
    let end = at
    while (bytes[end] > 0x20 && end - at < 64) end++
    let text = ''
    for (let i = at; i < end; i++) text += String.fromCharCode(bytes[i])
    const value = parseFloatText(text)
    if (value === undefined || bytes[end] > 0x20) return false
    this.value = value
    this.pos = end
    return true
  }
}
