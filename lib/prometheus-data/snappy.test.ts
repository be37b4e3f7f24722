import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { CodecError } from '#lib/codec'
import { unsnappy } from './snappy.ts'

type Element = { readonly literal: Uint8Array } | { readonly offset: number; readonly length: number }

/** Elements as the format has them, in the shortest form that holds them unless a longer one is asked for. */
function compressed(elements: readonly Element[], wide: boolean): { bytes: Uint8Array; text: Uint8Array } {
  const text: number[] = []
  const out: number[] = []
  const put = (value: number, bytes: number) => {
    for (let i = 0; i < bytes; i++) out.push((value >>> (8 * i)) & 0xff)
  }
  for (const element of elements) {
    if ('literal' in element) {
      const { length } = element.literal
      if (length === 0) continue
      if (length <= 60 && !wide) out.push((length - 1) << 2)
      else {
        out.push(61 << 2)
        put(length - 1, 2)
      }
      out.push(...element.literal)
      text.push(...element.literal)
      continue
    }
    if (text.length === 0) continue
    const offset = (element.offset % text.length) + 1
    const { length } = element
    if (length >= 4 && length <= 11 && offset < 2048 && !wide) {
      out.push(1 | ((length - 4) << 2) | ((offset >>> 8) << 5), offset & 0xff)
    } else {
      out.push((wide ? 3 : 2) | ((length - 1) << 2))
      put(offset, wide ? 4 : 2)
    }
    for (let i = 0; i < length; i++) text.push(text[text.length - offset])
  }
  const head: number[] = []
  for (let n = text.length; ; n = Math.floor(n / 128)) {
    head.push(n >= 128 ? (n % 128) | 128 : n)
    if (n < 128) break
  }
  return { bytes: Uint8Array.from([...head, ...out]), text: Uint8Array.from(text) }
}

const element: fc.Arbitrary<Element> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((literal) => ({ literal })),
  fc.record({ offset: fc.nat(4000), length: fc.integer({ min: 1, max: 64 }) }),
)

test('snappy: literals and copies of every form give their text', () => {
  fc.assert(
    fc.property(fc.array(element, { maxLength: 40 }), fc.boolean(), (elements, wide) => {
      const { bytes, text } = compressed(elements, wide)
      assert.deepEqual(unsnappy(bytes), text)
    }),
  )
})

test('snappy: any bytes end in a text or a CodecError, with no more memory than they account for', () => {
  const valid = fc.array(element, { maxLength: 10 }).map((elements) => compressed(elements, false).bytes)
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), valid), fc.nat(), fc.nat(255), (bytes, at, value) => {
      const mutated = Uint8Array.from(bytes)
      if (mutated.length > 0) mutated[at % mutated.length] = value
      try {
        assert.ok(unsnappy(mutated).length <= mutated.length * 22)
      } catch (error) {
        assert.ok(error instanceof CodecError, String(error))
      }
    }),
    { numRuns: 2000 },
  )
})
