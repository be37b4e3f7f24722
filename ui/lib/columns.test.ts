import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  alignSeries,
  appendSeries,
  readInstant,
  readMatrix,
  stackColumns,
  statsOf,
  type RangeSeries,
} from './columns.ts'

const series = (name: string, times: number[], values: number[]): RangeSeries => ({ labels: { name }, times, values })

test('columns: a gap of more than a step is drawn as a gap', () => {
  const { times, values } = alignSeries([series('a', [0, 5, 30, 35], [1, 2, 3, 4])], 5)
  assert.deepEqual(times, [0, 5, 10, 30, 35])
  assert.deepEqual(values, [[1, 2, null, 3, 4]])
})

test('columns: a series that has no point where another has one shows nothing there', () => {
  const { values } = alignSeries([series('a', [0, 5], [1, 2]), series('b', [5], [7])], 5)
  assert.deepEqual(values, [
    [1, 2],
    [null, 7],
  ])
})

test('columns: what is no number is drawn as a gap', () => {
  assert.deepEqual(alignSeries([series('a', [0, 5], [NaN, Infinity])], 5).values, [[null, null]])
})

test('columns: new points are appended once, and old ones let go', () => {
  const before = [series('a', [0, 5, 10], [1, 2, 3])]
  const after = appendSeries(before, [series('a', [10, 15], [3, 4]), series('b', [15], [9])], 5)
  assert.deepEqual(after, [series('a', [5, 10, 15], [2, 3, 4]), series('b', [15], [9])])
  assert.deepEqual(before, [series('a', [0, 5, 10], [1, 2, 3])])
})

test('columns: a series whose last point is too old goes away', () => {
  assert.deepEqual(appendSeries([series('a', [0], [1])], [], 5), [])
})

test('columns: a missing part of a stack counts as nothing, and a missing whole stays missing', () => {
  assert.deepEqual(
    stackColumns([
      [1, null, null],
      [2, 2, null],
    ]),
    [
      [1, 0, null],
      [3, 2, null],
    ],
  )
})

test('columns: a stack ends at the sum of its parts', () => {
  const column = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 4, maxLength: 4 })
  fc.assert(
    fc.property(fc.array(column, { minLength: 1, maxLength: 5 }), (parts) => {
      const top = stackColumns(parts).at(-1)
      assert.deepEqual(
        top,
        [0, 1, 2, 3].map((i) => parts.reduce((sum, part) => sum + part[i], 0)),
      )
    }),
  )
})

test('columns: a series that has stopped has no last value', () => {
  assert.deepEqual(statsOf([1, 3, null]), { min: 1, mean: 2, max: 3, last: null })
})

test('columns: Prometheus’ numbers are read as they are written', () => {
  const [one] = readMatrix([
    {
      metric: { a: 'b' },
      values: [
        [1.5, '+Inf'],
        [2, '0.1'],
        [3, 'NaN'],
      ],
    },
  ])
  assert.deepEqual(one, { labels: { a: 'b' }, times: [1500, 2000, 3000], values: [Infinity, 0.1, NaN] })
})

test('columns: scalars, vectors and range vectors are all rows of a table', () => {
  assert.deepEqual(readInstant({ resultType: 'scalar', result: [1, '2'] }), [{ labels: {}, value: 2 }])
  assert.deepEqual(readInstant({ resultType: 'vector', result: [{ metric: { a: 'b' }, value: [1, '2'] }] }), [
    { labels: { a: 'b' }, value: 2 },
  ])
  assert.deepEqual(
    readInstant({
      resultType: 'matrix',
      result: [
        {
          metric: {},
          values: [
            [1, '2'],
            [2, '3'],
          ],
        },
      ],
    }),
    [{ labels: {}, value: 3 }],
  )
  assert.deepEqual(readInstant(undefined), [])
})
