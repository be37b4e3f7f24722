import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyList, isListMessage } from './live-list.ts'

const row = (key: string, value = 0) => ({ key, value })

test('live list: changes join the rows before them, which stay the same objects in their places', () => {
  const before = applyList([], { version: 1, rows: [row('a'), row('b'), row('c')] })
  const after = applyList(before, { version: 2, changed: [row('b', 1), row('d')], removed: ['c', 'x'] })
  assert.deepEqual(after, [row('a'), row('b', 1), row('d')])
  assert.equal(after[0], before[0])
})

test('live list: a whole list replaces what was there', () => {
  assert.deepEqual(applyList([row('a')], { version: 3, rows: [] }), [])
})

test('live list: only what has a version and rows is a list', () => {
  for (const data of [
    { version: 1, rows: [] },
    { version: 2, changed: [], removed: [] },
  ])
    assert.ok(isListMessage(data))
  for (const data of [undefined, null, 1, {}, { version: '1.2' }, { rows: [] }, { version: 1, rows: 3 }])
    assert.ok(!isListMessage(data))
})
