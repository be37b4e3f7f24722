import { parseDuration, quote } from '#lib/model'
import type { Token } from './lexer.ts'
import type { Cursor } from './parser-cursor.ts'

/** Underscores stand between digits. */
const BAD_UNDERSCORE = /_(?![0-9a-f])|(?<![0-9a-fx])_/i

/** The value of a number as PromQL writes it: decimal, hexadecimal, octal with a leading 0, underscores, inf, nan. */
export function numberValue(text: string): number {
  const plain = text.toLowerCase().replaceAll('_', '')
  if (plain === 'inf') return Infinity
  if (plain === 'nan') return NaN
  if (/^0[0-7]+$/.test(plain)) return parseInt(plain, 8)
  return Number(plain)
}

/** The value of a number token, which the lexer has not looked at closely. */
export function numberOf(cursor: Cursor, { text, start, end }: Token): number {
  const value = numberValue(text)
  const isNamed = /^(?:inf|nan)$/i.test(text)
  const isOdd = Number.isNaN(value) || BAD_UNDERSCORE.test(text)
  if (isNamed || (!isOdd && Number.isFinite(value))) return value
  const why = isOdd ? 'invalid syntax' : 'value out of range'
  throw cursor.source.error(start, end, `error parsing number: strconv.ParseFloat: parsing ${quote(text)}: ${why}`)
}

/** The seconds that a number or duration token stands for. */
export function secondsOf(cursor: Cursor, token: Token): number {
  if (token.kind === 'number') return numberOf(cursor, token)
  try {
    return parseDuration(token.text) / 1000
  } catch (error) {
    throw cursor.source.error(token.start, token.end, (error as Error).message)
  }
}
