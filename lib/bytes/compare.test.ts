import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { compareUtf8 } from './compare.ts'

test('bytes: strings are ordered as their UTF-8 bytes', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, text, (a, b) => Math.sign(compareUtf8(a, b)) === Buffer.compare(Buffer.from(a), Buffer.from(b))),
    { numRuns: 1000 },
  )
  assert.ok(compareUtf8('\u{1f600}', '\uffff') > 0, 'a surrogate pair stands above every other unit')
})
