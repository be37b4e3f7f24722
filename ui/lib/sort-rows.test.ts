import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SortValue } from './compare-values.ts'
import { sortRows } from './sort-rows.ts'

const CASES: [name: string, values: SortValue[], descending: boolean, order: SortValue[]][] = [
  ['numbers', [2, 10, 1], false, [1, 2, 10]],
  ['numbers, highest first', [2, 10, 1], true, [10, 2, 1]],
  ['texts with numbers in them', ['web-10', 'web-9', 'api'], false, ['api', 'web-9', 'web-10']],
  ['nothing is last', [null, 2, null, 1], false, [1, 2, null, null]],
  ['nothing is last also when the highest come first', [null, 2, null, 1], true, [2, 1, null, null]],
]

test('sort-rows: rows stand by their value, and those without one come last', () => {
  for (const [name, values, descending, order] of CASES)
    assert.deepEqual(
      sortRows(values, (value) => value, descending),
      order,
      name,
    )
})

test('sort-rows: equal rows keep their order in both directions', () => {
  const rows = ['a1', 'b0', 'c1', 'd0']
  const by = (descending: boolean) => sortRows(rows, (row) => Number(row[1]), descending)
  assert.deepEqual(by(false), ['b0', 'd0', 'a1', 'c1'])
  assert.deepEqual(by(true), ['a1', 'c1', 'b0', 'd0'])
})
