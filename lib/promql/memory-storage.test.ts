import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isStaleAt, Labels, newMatcher, wordsOf } from '#lib/model'
import { everything, onlyNamespaces } from '#lib/storage'
import { MemoryStorage } from './memory-storage.ts'

const up = Labels.from({ __name__: 'up', namespace: 'a' })

test('memory-storage: samples come in order of time whatever the order of writing', async () => {
  const storage = new MemoryStorage()
  for (const time of [30, 10, 20]) storage.add(up, time, time)
  using querier = storage.querier()
  const request = { matchers: [newMatcher('__name__', '=', 'up')], startMs: 10, endMs: 20 }
  for await (const batch of querier.select(everything, request)) {
    assert.deepEqual([...batch.times], [10, 20])
    assert.deepEqual([...batch.values], [10, 20])
  }
})

test('memory-storage: a stale marker keeps its bits', async () => {
  const storage = new MemoryStorage()
  storage.addStale(up, 5)
  using querier = storage.querier()
  for await (const batch of querier.select(everything, { matchers: [], startMs: 0, endMs: 9 })) {
    assert.ok(isStaleAt(wordsOf(batch.values), 0))
  }
})

test('memory-storage: a scope of other namespaces sees nothing', async () => {
  const storage = new MemoryStorage()
  storage.add(up, 5, 1)
  using querier = storage.querier()
  const request = { matcherSets: [], startMs: 0, endMs: 9 }
  assert.deepEqual(await querier.labelValues(onlyNamespaces(['b']), '__name__', request), [])
  assert.deepEqual(await querier.labelValues(onlyNamespaces(['a']), '__name__', request), ['up'])
})
