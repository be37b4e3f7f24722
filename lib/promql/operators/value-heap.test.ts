import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { ValueHeap } from './value-heap.ts'

test('value-heap: the best are kept, best first, NaN last, whatever the number', () => {
  const values = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(NaN)), { maxLength: 60 })
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 40 }), (all, limit) => {
      const heap = new ValueHeap(limit, (a, b) => a < b)
      for (const [i, value] of all.entries()) heap.add(i, value)
      const found = heap.sorted()
      assert.equal(new Set(found).size, Math.min(limit, all.length))
      const rank = (value: number) => (Number.isNaN(value) ? -Infinity : value)
      const best = all.map(rank).toSorted((a, b) => b - a)
      assert.deepEqual(
        found.map((i) => rank(all[i])),
        best.slice(0, limit),
      )
    }),
  )
})
