import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { crcCombine, crcShift } from './crc-combine.ts'

test('kube-state checksum: of two texts, from those of each, as zlib has it', () => {
  const bytes = fc.uint8Array({ maxLength: 300 })
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const both = Buffer.concat([a, b])
      assert.equal(crcCombine(crc32(a), crc32(b), crcShift(b.length)), crc32(both))
    }),
  )
})

test('kube-state checksum: of large texts', () => {
  const large = Buffer.alloc(3_000_001, 'abc')
  assert.equal(crcCombine(crc32('x'), crc32(large), crcShift(large.length)), crc32(large, crc32('x')))
})
