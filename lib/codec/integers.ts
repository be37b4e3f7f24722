import { pack, packedBytes, unpack, unpackSums } from './bit-pack.ts'
import { type ByteReader, writeVarint, writeZigzag } from './byte-reader.ts'
import { CodecError } from './codec-error.ts'

/**
 * A column of whole numbers as offsets from a base, divided by their common divisor, packed in as few bits as most of
 * them need; the few that need more are patches (a counter's reset, a gap between scrapes). What is packed are the
 * numbers themselves, their differences, or the differences of those: whichever is smallest.
 * Drawn in docs/formats/values.md.
 */
export const MAX_INTEGER: number = 2 ** 49

const MAX_WIDTH = 53
const byWidth = new Int32Array(MAX_WIDTH + 1)

interface Plan {
  order: number
  base: number
  divisor: number
  width: number
  bytes: number
}

let work = new Float64Array(512)
let best = new Float64Array(512)

/** Appends ints[0, count), each within ±MAX_INTEGER; returns the end position. At most 9 * count + 16 bytes. */
export function encodeIntegers(ints: Float64Array, count: number, out: Uint8Array, at: number): number {
  if (work.length < count) {
    work = new Float64Array(count * 2)
    best = new Float64Array(count * 2)
  }
  let plan = planOrder(ints, count, 0)
  for (let order = 1; order <= 2 && order < count; order++) {
    const other = planOrder(ints, count, order)
    if (other.bytes < plan.bytes) plan = other
  }
  return writePlan(ints, count, plan, out, at)
}

function planOrder(ints: Float64Array, count: number, order: number): Plan {
  const length = count - order
  differences(ints, count, order, work)
  let min = Infinity
  let second = Infinity
  for (let i = 0; i < length; i++) {
    const d = work[i]
    if (d < min) {
      second = min
      min = d
    } else if (d < second) second = d
  }
  const divisor = commonDivisor(work, length, min)
  const plan = planBase(order, length, min, divisor)
  if (second === Infinity || second === min) return plan
  const other = planBase(order, length, second, divisor)
  return other.bytes < plan.bytes ? other : plan
}

/** Into `to`: ints (order 0), their differences, or the differences of their differences. */
function differences(ints: Float64Array, count: number, order: number, to: Float64Array): void {
  if (order === 0) for (let i = 0; i < count; i++) to[i] = ints[i]
  else if (order === 1) for (let i = 1; i < count; i++) to[i - 1] = ints[i] - ints[i - 1]
  else for (let i = 2; i < count; i++) to[i - 2] = ints[i] - 2 * ints[i - 1] + ints[i - 2]
}

/** Of all offsets from `min`; 1 when they are all 0. */
function commonDivisor(numbers: Float64Array, length: number, min: number): number {
  let divisor = 0
  for (let i = 0; i < length && divisor !== 1; i++) {
    let other = numbers[i] - min
    while (other !== 0) {
      const rest = divisor % other
      divisor = other
      other = rest
    }
  }
  return divisor || 1
}

/** The width that makes packed bits and patches smallest together. */
function planBase(order: number, length: number, base: number, divisor: number): Plan {
  byWidth.fill(0)
  let patches = 0
  let patchBytes = 0
  for (let i = 0; i < length; i++) {
    const n = (work[i] - base) / divisor
    if (n >= 0) byWidth[bitLength(n)]++
    else {
      patches++
      patchBytes += 1 + Math.ceil((bitLength(-n) + 1) / 7)
    }
  }
  let width = MAX_WIDTH
  let bytes = Infinity
  for (let w = MAX_WIDTH; w >= 0; w--) {
    const size = packedBytes(length, w) + patchBytes + order * 4
    if (size < bytes) {
      bytes = size
      width = w
    }
    patches += byWidth[w]
    patchBytes += byWidth[w] * (1 + Math.ceil((w + 1) / 7))
  }
  return { order, base, divisor, width, bytes }
}

function bitLength(n: number): number {
  return n < 2 ** 32 ? 32 - Math.clz32(n) : 64 - Math.clz32(n / 2 ** 32)
}

function writePlan(ints: Float64Array, count: number, plan: Plan, out: Uint8Array, at: number): number {
  const { order, base, divisor, width } = plan
  out[at++] = order | (width << 2)
  if (order > 0) at = writeZigzag(out, at, ints[0])
  if (order > 1) at = writeZigzag(out, at, ints[1] - ints[0])
  at = writeVarint(out, at, divisor)
  at = writeZigzag(out, at, base)
  const length = count - order
  const limit = 2 ** width
  differences(ints, count, order, best)
  let patches = 0
  for (let i = 0; i < length; i++) {
    const n = (best[i] - base) / divisor
    best[i] = n
    if (n < 0 || n >= limit) patches++
  }
  at = writeVarint(out, at, patches)
  if (patches > 0) at = writePatches(length, limit, out, at)
  return pack(best, length, width, out, at)
}

/** A patched number has the packed value 0. */
function writePatches(length: number, limit: number, out: Uint8Array, at: number): number {
  let from = 0
  for (let i = 0; i < length; i++) {
    const n = best[i]
    if (n >= 0 && n < limit) continue
    at = writeVarint(out, at, i - from)
    at = writeZigzag(out, at, n)
    from = i
    best[i] = 0
  }
  return at
}

/** Reads count integers into ints[intsAt …], each divided by `power`; moves the reader to their end. Throws a CodecError where the bytes end early or contradict themselves. */
export function decodeIntegers(reader: ByteReader, count: number, ints: Float64Array, intsAt: number, power = 1): void {
  const head = reader.byte()
  const order = head & 3
  const width = head >> 2
  if (order > 2 || order > count || width > MAX_WIDTH) throw new CodecError(`integers: no such layout ${head}`)
  const first = order > 0 ? reader.zigzag() : 0
  const firstDelta = order > 1 ? reader.zigzag() : 0
  const divisor = reader.varint()
  const base = reader.zigzag()
  const length = count - order
  const start = intsAt + order
  const patches = reader.varint()
  if (patches > length) throw new CodecError(`integers: ${patches} patches for ${length} numbers`)
  const patchesAt = reader.at
  for (let i = 0; i < 2 * patches; i++) reader.varint()
  const packedAt = reader.at
  const end = packedAt + packedBytes(length, width)
  if (end > reader.end) throw new CodecError(`integers: unexpected end at ${reader.end}`)
  const value = first + firstDelta
  if (order > 0) ints[intsAt] = first / power
  if (order > 1) ints[intsAt + 1] = value / power
  if (
    patches > 0 ||
    !unpackSums(reader, packedAt, length, width, ints, start, order, divisor, base, value, firstDelta, power)
  ) {
    unpack(reader, packedAt, length, width, ints, start)
    reader.at = patchesAt
    putPatches(reader, patches, ints, start, start + length)
    sumUp(ints, start, start + length, order, divisor, base, value, firstDelta)
    if (power !== 1) for (let i = start, end = start + length; i < end; i++) ints[i] /= power
  }
  reader.at = end
}

function putPatches(reader: ByteReader, patches: number, ints: Float64Array, start: number, end: number): void {
  let at = start
  for (let i = 0; i < patches; i++) {
    at += reader.varint()
    if (at >= end) throw new CodecError('integers: patch past the end')
    ints[at] = reader.zigzag()
  }
}

function sumUp(
  ints: Float64Array,
  from: number,
  to: number,
  order: number,
  divisor: number,
  base: number,
  value: number,
  delta: number,
): void {
  if (order === 0) {
    for (let i = from; i < to; i++) ints[i] = ints[i] * divisor + base
    return
  }
  for (let i = from; i < to; i++) {
    const next = ints[i] * divisor + base
    if (order === 1) delta = next
    else delta += next
    ints[i] = value += delta
  }
}
