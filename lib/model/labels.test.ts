import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Labels } from './labels.ts'

test('labels: sets that differ have keys that differ, whatever text they hold', () => {
  for (const letter of ['ÿ', '\u0000', '\uffff', ',', '"']) {
    const one = Labels.from({ a: `1${letter}b${letter}2` })
    const two = Labels.from({ a: '1', b: '2' })
    assert.notEqual(one.key, two.key)
    assert.equal(one.equals(two), false)
  }
})
