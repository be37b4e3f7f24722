const DECIMAL = /^[+-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?$/
const HEX = /^([+-]?)0[xX]_?([0-9a-fA-F_]*)\.?([0-9a-fA-F_]*)[pP]([+-]?\d+)$/
const BAD_UNDERSCORE = /(?:^|[^0-9a-fA-FxX])_|_(?:$|[^0-9a-fA-F])/

/** A float as Go's strconv.ParseFloat reads it; throws with its words. */
export function parseFloat64(text: string): number {
  const value = readFloat(text)
  if (value === undefined) throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`)
  if (!Number.isFinite(value) && /\d/.test(text)) {
    throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: value out of range`)
  }
  return value
}

function readFloat(text: string): number | undefined {
  const named = /^([+-]?)inf(?:inity)?$/i.exec(text)
  if (named) return named[1] === '-' ? -Infinity : Infinity
  if (/^nan$/i.test(text)) return NaN
  if (text.includes('_') && BAD_UNDERSCORE.test(text)) return undefined
  if (DECIMAL.test(text)) return Number(text.replaceAll('_', ''))
  const hex = HEX.exec(text)
  return hex ? readHex(hex) : undefined
}

function readHex([, sign, whole, fraction, exponent]: RegExpExecArray): number | undefined {
  const digits = (whole + fraction).replaceAll('_', '')
  if (digits === '') return undefined
  const scale = Number(exponent) - 4 * fraction.replaceAll('_', '').length
  const value = Number(BigInt(`0x${digits}`)) * 2 ** scale
  return sign === '-' ? -value : value
}
