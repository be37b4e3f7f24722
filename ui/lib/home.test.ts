import assert from 'node:assert/strict'
import { test } from 'node:test'
import { homeQueries } from './home-queries.ts'
import { topAndOthers } from './top-and-others.ts'

const part = (namespace: string, ...values: number[]) => ({
  labels: { namespace },
  times: values.map((_, i) => i * 15_000),
  values,
})

test('home: the largest parts stay apart, the rest is one with its count', () => {
  const all = [part('a', 1, 1), part('b', 9, 9), part('c', 2, 2), part('d', 3)]
  const { top, others, otherCount } = topAndOthers(all, 3)
  assert.deepEqual(
    top.map(({ labels }) => labels['namespace']),
    ['b', 'd'],
  )
  assert.deepEqual(others?.values, [3, 3])
  assert.equal(otherCount, 2)
})

test('home: as many parts as fit are all drawn', () => {
  const { top, others } = topAndOthers([part('a', 1), part('b', 2), part('c', 3)], 3)
  assert.equal(top.length, 3)
  assert.equal(others, undefined)
})

test('home: traffic is of nodes, or of the pods of the chosen namespaces; never of this machine', () => {
  assert.match(homeQueries.received({}, '1m'), /node!=""/)
  assert.match(homeQueries.sent({ namespaces: ['shop'] }, '1m'), /namespace="shop"/)
  assert.doesNotMatch(homeQueries.sent({ namespaces: ['shop'] }, '1m'), /id="\/"/)
})
