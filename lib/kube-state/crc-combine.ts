/**
 * The CRC-32 of two texts one after the other, from the CRC of each: a gzip answer is put together from parts that were
 * compressed before, and its trailer needs the checksum of all. A CRC is a polynomial over GF(2) modulo P; a text of n
 * bytes behind multiplies it by x^8n. Bits are reflected, as in gzip: bit 31 is x^0.
 */

const POLYNOMIAL = 0xedb88320

/** x^(2^i) mod P. */
const powers = squares()

/** What a text of so many bytes multiplies the checksum before it by. */
export function crcShift(bytes: number): number {
  let product = 0x80000000
  for (let n = bytes, k = 3; n > 0; n = Math.floor(n / 2), k++)
    if (n % 2 === 1) product = multiply(powers[k & 31], product)
  return product
}

/** The checksum of both texts; `shift` is that of the second's length. */
export function crcCombine(first: number, second: number, shift: number): number {
  return (multiply(shift, first) ^ second) >>> 0
}

function squares(): readonly number[] {
  const table = [0x40000000]
  while (table.length < 32) table.push(multiply(table.at(-1) ?? 0, table.at(-1) ?? 0))
  return table
}

/** a·b mod P. */
function multiply(a: number, b: number): number {
  let product = 0
  let factor = b
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) product ^= factor
    factor = factor & 1 ? (factor >>> 1) ^ POLYNOMIAL : factor >>> 1
  }
  return product >>> 0
}
