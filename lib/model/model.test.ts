import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  escapeName,
  formatFloat,
  formatFloatE,
  formatFloatF,
  formatFloatG,
  parseFloat64,
  quote,
  unescapeName,
  unquote,
} from './index.ts'

test('model: every way to write a float reads back the same', () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      for (const text of [formatFloat(value), formatFloatE(value), formatFloatF(value), formatFloatG(value)]) {
        assert.ok(Object.is(parseFloat64(text), value), text)
      }
    }),
  )
})

test('model: quoted text reads back the same, bytes that are not UTF-8 included', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => assert.equal(unquote(quote(text)), text)))
  assert.equal(unquote(quote('a\udcff')), 'a\udcff')
})

test('model: names in the scheme `values` read back the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
      fc.pre(!name.startsWith('U__') && !name.includes('\0'))
      assert.equal(unescapeName(escapeName(name, 'values'), 'values'), name)
    }),
  )
})
