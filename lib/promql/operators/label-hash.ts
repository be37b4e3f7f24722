import type { Labels } from '#lib/model'

const encoder = new TextEncoder()

/** The label set's 64-bit hash as a share of the largest one: 0 … 1. */
export function hashFraction(labels: Labels): number {
  return Number(xxHash64(labelBytes(labels))) / 2 ** 64
}

/** Names and values, each with its length before it, as Prometheus keeps label sets in memory. */
function labelBytes(labels: Labels): Uint8Array {
  const bytes: number[] = []
  for (const part of labels.pairs) {
    const encoded = encoder.encode(part)
    const n = encoded.length
    if (n < 255) bytes.push(n)
    else bytes.push(255, n & 255, (n >> 8) & 255, (n >> 16) & 255)
    for (const byte of encoded) bytes.push(byte)
  }
  return Uint8Array.from(bytes)
}

const MASK = (1n << 64n) - 1n
const P1 = 0x9e3779b185ebca87n
const P2 = 0xc2b2ae3d27d4eb4fn
const P3 = 0x165667b19e3779f9n
const P4 = 0x85ebca77c2b2ae63n
const P5 = 0x27d4eb2f165667c5n

/** xxHash64 with seed 0 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md). */
export function xxHash64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 0
  let hash = P5
  if (bytes.length >= 32) {
    const lanes = [(P1 + P2) & MASK, P2, 0n, (MASK + 1n - P1) & MASK]
    for (; at + 32 <= bytes.length; at += 32) {
      for (let lane = 0; lane < 4; lane++) lanes[lane] = round(lanes[lane], view.getBigUint64(at + 8 * lane, true))
    }
    hash = rotate(lanes[0], 1n) + rotate(lanes[1], 7n) + rotate(lanes[2], 12n) + rotate(lanes[3], 18n)
    for (const lane of lanes) hash = (((hash ^ round(0n, lane)) & MASK) * P1 + P4) & MASK
  }
  return avalanche(tail(view, at, (hash + BigInt(bytes.length)) & MASK))
}

function tail(view: DataView, at: number, hash: bigint): bigint {
  for (; at + 8 <= view.byteLength; at += 8) {
    hash ^= round(0n, view.getBigUint64(at, true))
    hash = (rotate(hash, 27n) * P1 + P4) & MASK
  }
  if (at + 4 <= view.byteLength) {
    hash ^= (BigInt(view.getUint32(at, true)) * P1) & MASK
    hash = (rotate(hash, 23n) * P2 + P3) & MASK
    at += 4
  }
  for (; at < view.byteLength; at++) {
    hash ^= (BigInt(view.getUint8(at)) * P5) & MASK
    hash = (rotate(hash, 11n) * P1) & MASK
  }
  return hash
}

function round(accumulator: bigint, lane: bigint): bigint {
  return (rotate((accumulator + lane * P2) & MASK, 31n) * P1) & MASK
}

function rotate(x: bigint, by: bigint): bigint {
  return ((x << by) | (x >> (64n - by))) & MASK
}

function avalanche(hash: bigint): bigint {
  hash = ((hash ^ (hash >> 33n)) * P2) & MASK
  hash = ((hash ^ (hash >> 29n)) * P3) & MASK
  return hash ^ (hash >> 32n)
}
