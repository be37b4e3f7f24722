/**
 * Whole numbers 0 … 2^53 in a fixed number of bits each, low bits first. Numbers wider than 24 bits are laid down in
 * planes of 24 bits (all low parts, then all middle parts …), so that each loop works in one 32-bit accumulator.
 * `reference.ts` has the clear version; codec.bench.ts watches the speed.
 */
const PLANE_BITS = 24

/** The bytes that `pack` writes. */
export function packedBytes(count: number, width: number): number {
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
  bytes: Uint8Array,
  at: number,
  count: number,
  width: number,
  ints: Float64Array,
  intsAt: number,
): number {
  if (width === 0) {
    ints.fill(0, intsAt, intsAt + count)
    return at
  }
  at = unpackFirst(bytes, at, count, Math.min(width, PLANE_BITS), ints, intsAt)
  for (let done = PLANE_BITS; done < width; done += PLANE_BITS) {
    at = unpackNext(bytes, at, count, 2 ** done, Math.min(width - done, PLANE_BITS), ints, intsAt)
  }
  return at
}

function unpackFirst(
  bytes: Uint8Array,
  at: number,
  count: number,
  bits: number,
  ints: Float64Array,
  intsAt: number,
): number {
  const mask = (1 << bits) - 1
  let held = 0
  let heldBits = 0
  for (let i = intsAt, end = intsAt + count; i < end; i++) {
    while (heldBits < bits) {
      held |= bytes[at++] << heldBits
      heldBits += 8
    }
    ints[i] = held & mask
    held >>>= bits
    heldBits -= bits
  }
  return at
}

function unpackNext(
  bytes: Uint8Array,
  at: number,
  count: number,
  unit: number,
  bits: number,
  ints: Float64Array,
  intsAt: number,
): number {
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
  return at
}
