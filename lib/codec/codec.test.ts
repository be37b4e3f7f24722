import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { pack, packedBytes, unpack } from './bit-pack.ts'
import { CodecError } from './codec-error.ts'
import { crc32c } from './crc32c.ts'
import { encodeIntegers } from './integers.ts'
import { crc32cReference, integersReference, packReference, xorReference } from './reference.ts'
import { decodeTimes, encodeTimes } from './times.ts'
import { decodeValues, encodeValues } from './values.ts'
import { ByteReader, writeVarint, writeZigzag } from './byte-reader.ts'
import { encodeXor, xorBytes } from './xor.ts'

const STALE = 0x7ff0000000000002n

const step = fc.oneof(fc.nat(1000), fc.constant(0))
const counters = fc
  .tuple(fc.nat(1e9), fc.array(step, { minLength: 1, maxLength: 300 }))
  .map(([start, steps]) => steps.map((s) => (start += s)))
const decimals = fc.array(
  fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 100),
  { minLength: 1, maxLength: 200 },
)
const floats = fc.array(fc.double(), { minLength: 1, maxLength: 100 })
const constants = fc.tuple(fc.double(), fc.integer({ min: 1, max: 200 })).map(([v, n]) => Array<number>(n).fill(v))
const special = fc.constantFrom(
  STALE,
  0x8000000000000000n,
  0x7ff8000000000001n,
  0xfff0000000000005n,
  0x7ff0000000000000n,
  1n,
)

/** Bits of a column of any shape, here and there a special value. */
const columns = fc
  .tuple(fc.oneof(counters, decimals, floats, constants), fc.array(fc.tuple(fc.nat(299), special), { maxLength: 4 }))
  .map(([numbers, places]) => {
    const words = new BigUint64Array(new Float64Array(numbers).buffer)
    for (const [at, bits] of places) if (at < words.length) words[at] = bits
    return words
  })
const randomBits = fc
  .array(fc.bigInt(0n, 2n ** 64n - 1n), { minLength: 1, maxLength: 60 })
  .map((a) => BigUint64Array.from(a))

test('values: every bit of every column comes back, whatever its shape', () => {
  fc.assert(
    fc.property(fc.oneof(columns, randomBits), fc.nat(3), (bits, margin) => {
      const values = new Float64Array(bits.length + 2 * margin)
      const words = new BigUint64Array(values.buffer)
      words.set(bits, margin)
      const out = new Uint8Array(margin + bits.length * 10 + 16)
      const end = encodeValues(values, margin, bits.length, out, margin)
      assert.ok(end <= out.length)
      // Where the bytes end behind the column, its last numbers are read another way.
      for (const reader of [new ByteReader(out.subarray(0, end), margin), new ByteReader(out, margin, end)]) {
        const back = new Float64Array(bits.length + margin)
        decodeValues(reader, bits.length, back, margin)
        assert.equal(reader.at, end)
        assert.deepEqual(new BigUint64Array(back.buffer).subarray(margin), bits)
      }
    }),
    { numRuns: 600 },
  )
})

test('values: a stale marker between integers and decimals stays a signalling NaN', () => {
  const values = Float64Array.from({ length: 60 }, (_, i) => 20.25 + i / 100)
  const bits = new BigUint64Array(values.buffer)
  bits[30] = STALE
  const out = new Uint8Array(700)
  const end = encodeValues(values, 0, 60, out, 0)
  assert.ok(end < 40, `${end} bytes`)
  const back = new Float64Array(60)
  decodeValues(new ByteReader(out, 0), 60, back, 0)
  assert.deepEqual(new BigUint64Array(back.buffer), bits)
})

test('values: a counter reset costs a patch, not the width of all', () => {
  const values = Float64Array.from({ length: 240 }, (_, i) => (i < 120 ? 1e9 + 7 * i : 7 * (i - 120)) + (i % 3))
  const out = new Uint8Array(2416)
  assert.ok(encodeValues(values, 0, 240, out, 0) < 120)
})

test('times: come back exactly within ±2^53', () => {
  const anyTimes = fc.array(fc.maxSafeInteger(), { minLength: 1, maxLength: 100 })
  const scrapes = fc
    .tuple(fc.nat(2e12), fc.array(fc.integer({ min: 14_900, max: 15_100 }), { minLength: 1, maxLength: 300 }))
    .map(([start, steps]) => steps.map((s) => (start += s)))
  fc.assert(
    fc.property(fc.oneof(anyTimes, scrapes), (list) => {
      const out = new Uint8Array(list.length * 10 + 16)
      const end = encodeTimes(Float64Array.from(list), 0, list.length, out, 0)
      for (const reader of [new ByteReader(out.subarray(0, end), 0), new ByteReader(out, 0, end)]) {
        const back = new Float64Array(list.length)
        decodeTimes(reader, list.length, back, 0)
        assert.equal(reader.at, end)
        assert.deepEqual(
          [...back],
          list.map((t) => t + 0),
        )
      }
    }),
  )
})

test('times: 120 times at equal distances take less than 16 bytes', () => {
  const times = Float64Array.from({ length: 120 }, (_, i) => 1_790_000_000_000 + 15_000 * i)
  assert.ok(encodeTimes(times, 0, 120, new Uint8Array(1216), 0) < 16)
})

test('bit packing: writes what the reference writes and reads it back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 53 }), fc.array(fc.nat(2 ** 31 - 1), { maxLength: 50 }), (width, list) => {
      const ints = list.map((n) => (n * 4_194_301) % 2 ** width)
      const out = new Uint8Array(packedBytes(ints.length, width))
      assert.equal(pack(Float64Array.from(ints), ints.length, width, out, 0), out.length)
      assert.deepEqual([...out], packReference(ints, width))
      for (const bytes of [out, Uint8Array.from([...out, 255, 255, 255, 255])]) {
        const back = new Float64Array(ints.length)
        assert.equal(unpack(new ByteReader(bytes, 0), 0, ints.length, width, back, 0), out.length)
        assert.deepEqual([...back], ints)
      }
    }),
  )
})

/** Walks and plain numbers with here and there a jump, multiples of something or not. */
const integers = fc
  .tuple(
    fc.boolean(),
    fc.constantFrom(1, 2, 1000, 4096, 15_000),
    fc.array(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -50, max: 300 }) }, fc.integer({ max: 1e9 })), {
      minLength: 1,
      maxLength: 150,
    }),
  )
  .map(([isWalk, factor, steps]) => {
    let sum = 0
    return steps.map((n) => (isWalk ? (sum += n * factor) : n * factor)).map((n) => Math.max(-(2 ** 49), n + 0))
  })

test('integers: the planner chooses what the reference that tries everything chooses, byte by byte', () => {
  fc.assert(
    fc.property(integers, (ints) => {
      const out = new Uint8Array(ints.length * 10 + 16)
      const end = encodeIntegers(Float64Array.from(ints), ints.length, out, 0)
      assert.deepEqual([...out.subarray(0, end)], integersReference(ints))
    }),
    { numRuns: 200 },
  )
})

test('xor: writes what the reference writes, in the bytes foreseen', () => {
  fc.assert(
    fc.property(fc.oneof(columns, randomBits), (bits) => {
      const words = new Uint32Array(bits.buffer, bits.byteOffset, bits.length * 2)
      const out = new Uint8Array(bits.length * 10 + 16)
      const end = encodeXor(words, 0, bits.length, out, 0)
      assert.equal(end, xorBytes(words, 0, bits.length))
      assert.deepEqual([...out.subarray(0, end)], xorReference([...bits]))
    }),
  )
})

test('crc32c: agrees with the check value and the reference', () => {
  assert.equal(crc32c(new TextEncoder().encode('123456789'), 0, 9), 0xe3069283)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (b) => assert.equal(crc32c(b, 0, b.length), crc32cReference(b))),
  )
})

test('varint: whole numbers up to 2^53 and signed ones up to 2^52 come back', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (n, small) => {
      const signed = small * 2 ** 21
      const out = new Uint8Array(16)
      const end = writeZigzag(out, writeVarint(out, 0, n), signed)
      const reader = new ByteReader(out, 0, end)
      assert.equal(reader.varint(), n)
      assert.equal(reader.zigzag() + 0, signed + 0)
      assert.throws(() => reader.varint(), CodecError)
    }),
  )
})

test('decoders: any bytes give numbers or a CodecError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(200), (bytes, count) => {
      for (const decode of [decodeValues, decodeTimes]) {
        try {
          decode(new ByteReader(bytes, 0), count, new Float64Array(count), 0)
        } catch (error) {
          assert.ok(error instanceof CodecError, String(error))
        }
      }
    }),
    { numRuns: 1000 },
  )
})

test('values: the layouts are the golden bytes of format 1', () => {
  const golden = JSON.parse(readFileSync(new URL('testdata/values.json', import.meta.url), 'utf8')) as Record<
    string,
    { bits: string[]; bytes: string }
  >
  for (const [name, { bits, bytes }] of Object.entries(golden)) {
    const words = BigUint64Array.from(bits, BigInt)
    const out = new Uint8Array(words.length * 10 + 16)
    const end = encodeValues(new Float64Array(words.buffer), 0, words.length, out, 0)
    assert.equal(Buffer.from(out.subarray(0, end)).toString('hex'), bytes, name)
  }
})

test('times: the columns are the golden bytes of format 1', () => {
  const golden = JSON.parse(readFileSync(new URL('testdata/times.json', import.meta.url), 'utf8')) as Record<
    string,
    { times: number[]; bytes: string }
  >
  for (const [name, { times, bytes }] of Object.entries(golden)) {
    const out = new Uint8Array(times.length * 10 + 16)
    const end = encodeTimes(Float64Array.from(times), 0, times.length, out, 0)
    assert.equal(Buffer.from(out.subarray(0, end)).toString('hex'), bytes, name)
    const back = new Float64Array(times.length)
    const reader = new ByteReader(Buffer.from(bytes, 'hex'), 0)
    decodeTimes(reader, times.length, back, 0)
    assert.equal(reader.at, end, name)
    assert.deepEqual([...back], times, name)
  }
})
