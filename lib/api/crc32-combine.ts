/** The polynomial of CRC-32 (RFC 1952), its highest power in the lowest bit. */
const POLYNOMIAL = 0xedb88320
const ONE = 0x80000000
/** x⁸: a byte of zeros. */
const BYTE = 0x00800000

/** The CRC-32 of two texts one behind the other, by the CRC-32 of each and the bytes of the second: first × x^(8n) + second. */
export function crc32Combine(first: number, second: number, secondBytes: number): number {
  let factor = ONE
  let power = BYTE
  for (let left = secondBytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) factor = product(power, factor)
    power = product(power, power)
  }
  return (product(factor, first) ^ second) >>> 0
}

/** Of two polynomials, modulo that of CRC-32. */
function product(a: number, b: number): number {
  let sum = 0
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) sum ^= b
    b = (b & 1) !== 0 ? (b >>> 1) ^ POLYNOMIAL : b >>> 1
  }
  return sum >>> 0
}
