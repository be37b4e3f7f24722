import { parseDuration } from '#lib/model'
import type { Token } from './lexer.ts'
import type { Cursor } from './parser-cursor.ts'

/** The value of a number as PromQL writes it: decimal, hexadecimal, octal with a leading 0, underscores, inf, nan. */
export function numberValue(text: string): number {
  const plain = text.toLowerCase().replaceAll('_', '')
  if (plain === 'inf') return Infinity
  if (plain === 'nan') return NaN
  if (/^0[0-7]+$/.test(plain)) return parseInt(plain, 8)
  return Number(plain)
}

/** The seconds that a number or duration token stands for. */
export function secondsOf(cursor: Cursor, token: Token): number {
  if (token.kind === 'number') return numberValue(token.text)
  try {
    return parseDuration(token.text) / 1000
  } catch (error) {
    throw cursor.source.error(token.start, token.end, (error as Error).message)
  }
}
