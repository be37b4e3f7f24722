import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { naiveWindows, newEdges, slideWindows } from './windows.ts'

const times = fc
  .uniqueArray(fc.integer({ min: -500, max: 500 }), { maxLength: 40 })
  .map((list) => Float64Array.from(list.sort((a, b) => a - b)))

test('windows: sliding edges are those that looking at every sample finds', () => {
  fc.assert(
    fc.property(
      times,
      fc.integer({ min: -600, max: 600 }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 30 }),
      (column, first, step, range, steps) => {
        const slid = newEdges(steps)
        const naive = newEdges(steps)
        slideWindows(slid, column, first, step, range)
        naiveWindows(naive, column, first, step, range)
        assert.deepEqual(slid, naive)
      },
    ),
  )
})

test('windows: a window is open on the left and closed on the right', () => {
  const edges = newEdges(1)
  slideWindows(edges, Float64Array.of(0, 5, 10), 10, 0, 10)
  assert.deepEqual([edges.lo[0], edges.hi[0]], [1, 3])
})
