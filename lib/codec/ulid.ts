import { randomBytes } from 'node:crypto'

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A block's name, which sorts by when it was made: 48 bits of milliseconds, 80 random bits, in Crockford's base 32. */
export function newUlid(timeMs: number, random: Uint8Array = randomBytes(10)): string {
  let value = BigInt(timeMs)
  for (const byte of random) value = (value << 8n) | BigInt(byte)
  let text = ''
  for (let shift = 125n; shift >= 0n; shift -= 5n) text += DIGITS[Number((value >> shift) & 31n)]
  return text
}
