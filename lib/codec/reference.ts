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

/** What `encodeIntegers` writes: every order, base and width tried one after the other, sizes estimated as there. */
export function integersReference(ints: readonly number[]): number[] {
  let best: { order: number; base: bigint; divisor: bigint; width: number; size: number } | undefined
  for (let order = 0; order <= 2 && (order === 0 || order < ints.length); order++) {
    const numbers = differencesReference(ints, order)
    const sorted = numbers.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    const divisor = numbers.reduce((d, n) => gcd(d, n - sorted[0]), 0n) || 1n
    for (const base of sorted.slice(0, 2)) {
      const offsets = numbers.map((n) => (n - base) / divisor)
      for (let width = 53; width >= 0; width--) {
        const patched = offsets.filter((n) => n < 0n || n >= 1n << BigInt(width))
        const patchBytes = patched.reduce((sum, n) => sum + 1 + Math.ceil((bitLength(n) + 1) / 7), 0)
        const size = packReference(Array<number>(offsets.length).fill(0), width).length + patchBytes + 4 * order
        if (!best || size < best.size) best = { order, base, divisor, width, size }
      }
    }
  }
  if (!best) throw new Error('no integers')
  return writeReference(ints, best)
}

function writeReference(
  ints: readonly number[],
  plan: { order: number; base: bigint; divisor: bigint; width: number },
): number[] {
  const { order, base, divisor, width } = plan
  const offsets = differencesReference(ints, order).map((n) => (n - base) / divisor)
  const out = [order | (width << 2)]
  if (order > 0) out.push(...zigzagReference(BigInt(ints[0])))
  if (order > 1) out.push(...zigzagReference(BigInt(ints[1]) - BigInt(ints[0])))
  out.push(...varintReference(divisor), ...zigzagReference(base))
  const places = [...offsets.keys()].filter((i) => offsets[i] < 0n || offsets[i] >= 1n << BigInt(width))
  out.push(...varintReference(BigInt(places.length)))
  places.forEach((place, i) => {
    out.push(...varintReference(BigInt(place - (places[i - 1] ?? 0))), ...zigzagReference(offsets[place]))
    offsets[place] = 0n
  })
  return [...out, ...packReference(offsets.map(Number), width)]
}

function differencesReference(ints: readonly number[], order: number): bigint[] {
  let numbers = ints.map(BigInt)
  for (let i = 0; i < order; i++) numbers = numbers.slice(1).map((n, at) => n - numbers[at])
  return numbers
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b)
}

function bitLength(n: bigint): number {
  return n === 0n ? 0 : (n < 0n ? -n : n).toString(2).length
}

function zigzagReference(n: bigint): number[] {
  return varintReference(n < 0n ? -2n * n - 1n : 2n * n)
}

function varintReference(n: bigint): number[] {
  return n < 128n ? [Number(n)] : [Number(n & 127n) | 128, ...varintReference(n >> 7n)]
}
