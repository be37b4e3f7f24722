/** Quantities of what is counted in whole numbers below 2^53: the texts of quantity.ts without its big integers. */

const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

/** CPU in whole billionths of a core, such as `153714812n`. */
export function nanocoresText(nanocores: number): string {
  return decimalText(nanocores, 0)
}

/** Bytes, such as `1578412Ki`. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return decimalText(bytes, 3)
  let number = bytes
  let power = 0
  for (; number % 1024 === 0 && power < BINARY.length - 1; power++) number /= 1024
  return `${number}${BINARY[power]}`
}

/** Thousands are taken out while that leaves a whole number. */
function decimalText(count: number, from: number): string {
  if (count === 0) return '0'
  let number = count
  let power = from
  for (; number % 1000 === 0 && power < DECIMAL.length - 1; power++) number /= 1000
  return `${number}${DECIMAL[power]}`
}
