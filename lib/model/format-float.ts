/**
 * A float as Prometheus' JSON API and PromQL print it: shortest digits that read back the same, without an exponent
 * unless 0 < |x| < 1e-6 or |x| >= 1e21 (just where JavaScript writes one too).
 */
export function formatFloat(value: number): string {
  const text = String(value)
  if (value !== value || value === Infinity || value === -Infinity || value === 0) return special(value)
  return text.includes('e') ? goExponent(text) : text
}

/** Without an exponent at any size (Go's 'f', -1): `count_values` writes label values so. */
export function formatFloatF(value: number): string {
  if (!Number.isFinite(value) || value === 0) return special(value)
  const text = String(value)
  const e = text.indexOf('e')
  return e < 0 ? text : shiftPoint(text.slice(0, e), Number(text.slice(e + 1)))
}

/** Always with an exponent (Go's 'e', -1): `value` in the rules and alerts API. */
export function formatFloatE(value: number): string {
  if (!Number.isFinite(value)) return special(value)
  return goExponent(Object.is(value, -0) ? '-0e+0' : value.toExponential())
}

/** The power of ten from which Go's shortest 'g' writes an exponent. */
const GENERAL_FROM = 6

/** With an exponent below 1e-4 and from 1e6 (Go's 'g', -1, and %v): the text exposition format, and what `{{ $value }}` prints. */
export function formatFloatG(value: number): string {
  if (!Number.isFinite(value) || value === 0) return special(value)
  const text = value.toExponential()
  const e = text.indexOf('e')
  const exponent = Number(text.slice(e + 1))
  return exponent < -4 || exponent >= GENERAL_FROM ? goExponent(text) : shiftPoint(text.slice(0, e), exponent)
}

/** At most four significant digits (%.4g): what `humanize` prints. */
export function formatFloatG4(value: number): string {
  if (!Number.isFinite(value) || value === 0) return special(value)
  const [digits, exponent] = value.toExponential(3).split('e')
  const short = digits.replace(/\.?0+$/, '')
  const e = Number(exponent)
  return e < -4 || e >= 4 ? goExponent(`${short}e${exponent}`) : shiftPoint(short, e)
}

function special(value: number): string {
  if (value === Infinity) return '+Inf'
  if (value === -Infinity) return '-Inf'
  if (Object.is(value, -0)) return '-0'
  return value === 0 ? '0' : 'NaN'
}

/** JavaScript's `1e-7` as Go's `1e-07`. */
function goExponent(text: string): string {
  const at = text.indexOf('e') + 2
  return text.length - at < 2 ? `${text.slice(0, at)}0${text.slice(at)}` : text
}

/** `1.25`, 3 → `1250`. */
function shiftPoint(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : ''
  const [whole, fraction = ''] = mantissa.slice(sign.length).split('.')
  const digits = whole + fraction
  const point = whole.length + exponent
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length)
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}
