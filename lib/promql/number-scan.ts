/** How far a number or duration reaches, and which of them it is; undefined where it is neither. */
export interface ScannedNumber {
  readonly kind: 'number' | 'duration' | undefined
  readonly end: number
}

/**
 * Reads a number or duration as Prometheus' lexer does: what it takes for a number may still turn out to be none, and
 * where it takes it for nothing `end` is how far it has read.
 */
export function scanNumber(text: string, start: number): ScannedNumber {
  const number = numberEnd(text, start)
  if (number.ok) return { kind: 'number', end: number.end }
  return durationEnd(text, number.end)
}

/** Until where a number goes on, from the first characters that a digit, point, exponent or underscore cannot follow. */
function numberEnd(text: string, start: number): { ok: boolean; end: number } {
  const isHex = /^0[xX]/.test(text.slice(start, start + 2))
  const digit = isHex ? /[0-9a-fA-F]/ : /\d/
  let at = start
  const accept = (wanted: RegExp) => at < text.length && wanted.test(text[at]) && ++at > 0
  if (isHex) {
    at += 2
    accept(/_/)
  }
  accept(/\./)
  accept(digit)
  let hasPoint = false
  let hasExponent = false
  for (;;) {
    if (accept(/\./)) {
      if (hasPoint || accept(/[_.]/) || isHex) return { ok: false, end: at }
      hasPoint = true
    } else if (accept(/[eE]/)) {
      if (hasExponent) return { ok: false, end: at }
      hasExponent = true
      accept(/[+-]/)
      if (accept(/[._eE]/) || at === text.length) return { ok: false, end: at }
    } else if (accept(/_/)) {
      if (accept(/[._eE]/) || at === text.length) return { ok: false, end: at }
    } else if (!accept(digit)) {
      return { ok: at > start && !/\w/.test(text[at] ?? ''), end: at }
    }
  }
}

const UNITS = /[smhdwy]s?(?:\d+[smhdw]s?)*/y
const MORE_DIGITS = /\d*/y

/** Where the units end of which a number has been read. */
function durationEnd(text: string, start: number): ScannedNumber {
  UNITS.lastIndex = start
  const end = start + (UNITS.exec(text)?.[0].length ?? 0)
  if (end === start) return { kind: undefined, end }
  MORE_DIGITS.lastIndex = end
  const digits = MORE_DIGITS.exec(text)![0].length
  if (digits > 0) return { kind: undefined, end: end + digits }
  return /\w/.test(text[end] ?? '') ? { kind: undefined, end: end + 1 } : { kind: 'duration', end }
}
