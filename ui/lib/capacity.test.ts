import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NodeView } from '#lib/cluster'
import { nodeCapacity, remarkOf } from './capacity.ts'

const node = (name: string, allocatable: number, requested: number) =>
  ({ name, allocatable: { cpu: allocatable }, requested: { cpu: requested } }) as NodeView

const nodes = [node('a', 8, 6), node('b', 8, 5.1), node('c', 8, 7)]

test('capacity: a cluster is the sum of its nodes; what waits for a node is told apart', () => {
  const capacity = nodeCapacity('cpu', nodes, new Map(['a', 'b', 'c'].map((name) => [name, 2])), { cpu: 24.1 })
  assert.deepEqual(
    { ...capacity, requested: 18.1, waiting: 6 },
    {
      used: 6,
      size: 24,
      requested: 18.1,
      waiting: 6,
      measuredNodes: 3,
      allNodes: 3,
    },
  )
  assert.equal(capacity.waiting.toFixed(3), '6.000')
})

test('capacity: a node that is not heard from is left out of every sum', () => {
  const { used, size, requested, measuredNodes, allNodes, waiting } = nodeCapacity(
    'cpu',
    nodes,
    new Map([
      ['a', 3],
      ['', 99],
      ['c', 4],
    ]),
    { cpu: 18.1 },
  )
  assert.deepEqual([used, size, requested, measuredNodes, allNodes, waiting], [7, 16, 13, 2, 3, 0])
})

test('capacity: without a measure there is no use, and still a size', () => {
  const { used, size } = nodeCapacity('cpu', nodes, new Map(), {})
  assert.deepEqual([used, size], [null, 24])
})

test('capacity: the remark is about what matters most', () => {
  const of = (used: number | null, requested: number) =>
    remarkOf({ used, size: 24, requested, waiting: 0, measuredNodes: 3, allNodes: 3 })
  assert.equal(of(9.8, 30), 'over')
  assert.equal(of(9.8, 20.2), 'unused')
  assert.equal(of(18, 20.2), 'free')
  assert.equal(of(null, 20.2), 'free')
})
