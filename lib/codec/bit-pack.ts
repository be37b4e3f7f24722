import type { ByteReader } from './byte-reader.ts'

/**
 * Whole numbers 0 … 2^53 in a fixed number of bits each, low bits first. Numbers wider than 24 bits are laid down in
 * planes of 24 bits (all low parts, then all middle parts …), so that each loop works in one 32-bit accumulator.
 * `reference.ts` has the clear version; codec.bench.ts watches the speed.
 */
const PLANE_BITS = 24

/** The bytes that `pack` writes. */
export function packedBytes(count: number, width: number): number {
  if (width <= PLANE_BITS) return (width * count + 7) >>> 3
  let bytes = 0
  for (let left = width; left > 0; left -= PLANE_BITS) bytes += Math.ceil((Math.min(left, PLANE_BITS) * count) / 8)
  return bytes
}

/** Packs ints[0, count); returns the end position. Bits above `width` are dropped. */
export function pack(ints: Float64Array, count: number, width: number, out: Uint8Array, at: number): number {
  for (let done = 0; done < width; done += PLANE_BITS) {
    at = packPlane(ints, count, 2 ** done, Math.min(width - done, PLANE_BITS), out, at)
  }
  return at
}

function packPlane(ints: Float64Array, count: number, unit: number, bits: number, out: Uint8Array, at: number): number {
  const mask = (1 << bits) - 1
  let held = 0
  let heldBits = 0
  for (let i = 0; i < count; i++) {
    // A conversion to int32 keeps the low 32 bits of any whole number below 2^53.
    const part = (unit === 1 ? ints[i] : Math.floor(ints[i] / unit)) & mask
    held |= part << heldBits
    heldBits += bits
    while (heldBits >= 8) {
      out[at++] = held
      held >>>= 8
      heldBits -= 8
    }
  }
  if (heldBits > 0) out[at++] = held
  return at
}

/** Unpacks count numbers into ints[intsAt …]; the caller has checked that `packedBytes` bytes are there. Returns the end position. */
export function unpack(
  reader: ByteReader,
  at: number,
  count: number,
  width: number,
  ints: Float64Array,
  intsAt: number,
): number {
  ints.fill(0, intsAt, intsAt + count)
  for (let done = 0; done < width; done += PLANE_BITS) {
    const bits = Math.min(width - done, PLANE_BITS)
    if (holdsWords(reader, at, count, bits)) addPlane(reader.view, at, count, 2 ** done, bits, ints, intsAt)
    else addLastPlane(reader.bytes, at, count, 2 ** done, bits, ints, intsAt)
    at += Math.ceil((bits * count) / 8)
  }
  return at
}

/** Whether four bytes can be read from the first byte of each number. */
function holdsWords({ bytes }: ByteReader, at: number, count: number, bits: number): boolean {
  return at + (((count - 1) * bits) >>> 3) + 4 <= bytes.length
}

/** A number lies in the four bytes from its first: one read each, none waiting for the one before. */
function addPlane(
  view: DataView,
  at: number,
  count: number,
  unit: number,
  bits: number,
  ints: Float64Array,
  intsAt: number,
): void {
  const mask = (1 << bits) - 1
  let bit = 0
  for (let i = intsAt, end = intsAt + count; i < end; i++) {
    ints[i] += ((view.getUint32(at + (bit >>> 3), true) >>> (bit & 7)) & mask) * unit
    bit += bits
  }
}

/** The same a byte at a time, where the bytes end. */
function addLastPlane(
  bytes: Uint8Array,
  at: number,
  count: number,
  unit: number,
  bits: number,
  ints: Float64Array,
  intsAt: number,
): void {
  const mask = (1 << bits) - 1
  let held = 0
  let heldBits = 0
  for (let i = intsAt, end = intsAt + count; i < end; i++) {
    while (heldBits < bits) {
      held |= bytes[at++] << heldBits
      heldBits += 8
    }
    ints[i] += (held & mask) * unit
    held >>>= bits
    heldBits -= bits
  }
}

/**
 * Unpacks and sums up in one pass what lies in one plane, into ints[from …]: each number times `divisor` plus `base`, summed
 * up `order` times from what went before, `value` and (order 2) `delta`, then divided by `power`. False, and nothing is done, where the bytes end too near; `unpack` and `sumUp` do the same one after the other.
 */
export function unpackSums(
  reader: ByteReader,
  at: number,
  count: number,
  bits: number,
  ints: Float64Array,
  from: number,
  order: number,
  divisor: number,
  base: number,
  value: number,
  delta: number,
  power: number,
): boolean {
  if (bits > PLANE_BITS || !holdsWords(reader, at, count, bits)) return false
  const { view } = reader
  const mask = (1 << bits) - 1
  const end = from + count
  let bit = 0
  if (order === 1 && power !== 1) {
    // What a decimal is stored as most: a division waits for nothing but its own sum.
    for (let i = from; i < end; i++) {
      value += ((view.getUint32(at + (bit >>> 3), true) >>> (bit & 7)) & mask) * divisor + base
      ints[i] = value / power
      bit += bits
    }
    return true
  }
  if (order === 0) {
    for (let i = from; i < end; i++) {
      ints[i] = ((view.getUint32(at + (bit >>> 3), true) >>> (bit & 7)) & mask) * divisor + base
      bit += bits
    }
  } else if (order === 1) {
    for (let i = from; i < end; i++) {
      ints[i] = value += ((view.getUint32(at + (bit >>> 3), true) >>> (bit & 7)) & mask) * divisor + base
      bit += bits
    }
  } else {
    for (let i = from; i < end; i++) {
      ints[i] = value += delta += ((view.getUint32(at + (bit >>> 3), true) >>> (bit & 7)) & mask) * divisor + base
      bit += bits
    }
  }
  if (power !== 1) for (let i = from; i < end; i++) ints[i] /= power
  return true
}
