import assert from 'node:assert/strict'
import { test } from 'node:test'
import { xxHash64 } from './label-hash.ts'

const cases: [string, bigint][] = [
  ['', 0xef46db3751d8e999n],
  ['a', 0xd24ec4f1a98c6e5bn],
  ['abc', 0x44bc2cf5ad770999n],
]

for (const [text, hash] of cases) {
  test(`label-hash: ${JSON.stringify(text)} has the hash that the specification gives`, () => {
    assert.equal(xxHash64(new TextEncoder().encode(text)), hash)
  })
}
