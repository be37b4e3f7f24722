/** The clear versions of the hot loops: bit strings and BigInt. The tests compare the fast ones with them. */

/** What `pack` writes. */
export function packReference(ints: readonly number[], width: number): number[] {
  const bytes: number[] = []
  for (let done = 0; done < width; done += 24) {
    const bits = Math.min(24, width - done)
    let plane = 0n
    ints.forEach((n, i) => (plane |= BigInt.asUintN(bits, BigInt(n) >> BigInt(done)) << BigInt(bits * i)))
    for (let i = 0; i < Math.ceil((bits * ints.length) / 8); i++) bytes.push(Number((plane >> BigInt(8 * i)) & 0xffn))
  }
  return bytes
}

/** What `encodeXor` writes. */
export function xorReference(floats: readonly bigint[]): number[] {
  let text = bits(floats[0], 64)
  let window: { lead: number; width: number } | undefined
  for (let i = 1; i < floats.length; i++) {
    const xor = bits(floats[i] ^ floats[i - 1], 64)
    if (!xor.includes('1')) {
      text += '0'
      continue
    }
    const lead = xor.indexOf('1')
    const end = xor.lastIndexOf('1') + 1
    if (window && lead >= window.lead && end <= window.lead + window.width) text += '10'
    else {
      window = { lead, width: end - lead }
      text += `11${bits(BigInt(lead), 6)}${bits(BigInt(end - lead - 1), 6)}`
    }
    text += xor.slice(window.lead, window.lead + window.width)
  }
  return (text.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2))
}

function bits(n: bigint, width: number): string {
  return n.toString(2).padStart(width, '0')
}

/** What `crc32c` returns. */
export function crc32cReference(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc = (crc ^ byte) >>> 0
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? ((crc >>> 1) ^ 0x82f63b78) >>> 0 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}
