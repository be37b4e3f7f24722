/** Formats a float as the shortest text that reads back to the same bits, as Go's `strconv.FormatFloat(v, 'g', -1, 64)` does. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Infinity) return '+Inf'
  if (value === -Infinity) return '-Inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const size = Math.abs(value)
  // Go writes an exponent from six digits left of the point on, JavaScript from 21.
  if (size >= 1e-4 && size < 1e6) return String(value)
  return withTwoDigitExponent(value.toExponential())
}

function withTwoDigitExponent(text: string): string {
  const e = text.indexOf('e')
  return text.length - e > 3 ? text : `${text.slice(0, e + 2)}0${text.slice(e + 2)}`
}
