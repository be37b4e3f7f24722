/**
 * CRC-32C (Castagnoli) by eight tables, eight bytes a turn: node:zlib has only the other polynomial.
 * Watched by codec.bench.ts.
 */
const POLYNOMIAL = 0x82f63b78
const tables = makeTables()
const [T0, T1, T2, T3, T4, T5, T6, T7] = tables

/** The CRC-32C of bytes[from, to), as an unsigned number. */
export function crc32c(bytes: Uint8Array, from: number, to: number): number {
  let crc = -1
  let i = from
  for (const last = to - 8; i <= last; i += 8) {
    crc ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)
    crc =
      T7[crc & 0xff] ^
      T6[(crc >>> 8) & 0xff] ^
      T5[(crc >>> 16) & 0xff] ^
      T4[crc >>> 24] ^
      T3[bytes[i + 4]] ^
      T2[bytes[i + 5]] ^
      T1[bytes[i + 6]] ^
      T0[bytes[i + 7]]
  }
  for (; i < to; i++) crc = T0[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8)
  return ~crc >>> 0
}

function makeTables(): Int32Array[] {
  const made = Array.from({ length: 8 }, () => new Int32Array(256))
  for (let n = 0; n < 256; n++) {
    let crc = n
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
    made[0][n] = crc
  }
  for (let k = 1; k < 8; k++) {
    for (let n = 0; n < 256; n++) made[k][n] = made[0][made[k - 1][n] & 0xff] ^ (made[k - 1][n] >>> 8)
  }
  return made
}
