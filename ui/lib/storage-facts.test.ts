import assert from 'node:assert/strict'
import { test } from 'node:test'
import { storageBytes, storageFigures } from './storage-facts.ts'

test('storage-facts: what lies on disk is counted, what lies in memory is not', () => {
  assert.equal(storageBytes({ bytes: { blocks: 30, wal: 12, head: 500 } }), 42)
  assert.equal(storageBytes({ bytes: 7 }), 7)
  assert.equal(storageBytes({ bytes: { head: 500 } }), null)
  assert.equal(storageBytes(undefined), null)
})

test('storage-facts: figures are named in words, and refusals and times left to others', () => {
  assert.deepEqual(storageFigures({ samplesAppended: 3, minTimeMs: 5, bytes: { head: 9 }, refused: { old: 1 } }), [
    { name: 'samples appended', value: 3, isBytes: false },
    { name: 'bytes, head', value: 9, isBytes: true },
  ])
})
