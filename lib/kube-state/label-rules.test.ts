import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { allowedLabels, toPrometheusLabels } from './label-rules.ts'
import { OptionError, parseAllowList } from './option-values.ts'
import { shardOf } from './sharding.ts'

const key = fc.string({ unit: fc.constantFrom('a', 'B', '.', '-', '_', '/', '1', 'é', 'conflict1'), maxLength: 6 })

test('kube-state labels: whatever the keys, names can be label names, differ, and keep their values', () => {
  fc.assert(
    fc.property(fc.dictionary(key, fc.string({ maxLength: 4 }), { maxKeys: 12 }), (map) => {
      const { names, values } = toPrometheusLabels('label', map)
      assert.equal(new Set(names).size, Object.keys(map).length)
      for (const name of names) assert.match(name, /^label_[a-z0-9_]*$/)
      assert.deepEqual([...values].sort(), Object.values(map).sort())
    }),
  )
})

test('kube-state labels: the whole wildcard counts only as the first entry', () => {
  const map = { a: '1', b: '2', constructor: '3' }
  assert.deepEqual(allowedLabels('l', map, ['*']).names, ['l_a', 'l_b', 'l_constructor'])
  assert.deepEqual(allowedLabels('l', map, ['a', '*']).names, ['l_a'])
  assert.deepEqual(allowedLabels('l', {}, ['constructor', 'toString']).names, [])
  assert.deepEqual(allowedLabels('l', { 'a.b': '1', 'a-b': '2' }, ['a.*']).names, ['l_a_b'])
})

test('kube-state labels: any text is an allow list or refused in words', () => {
  const text = fc.string({ unit: fc.constantFrom('p', '=', '[', ']', ',', '*', ' '), maxLength: 16 })
  fc.assert(
    fc.property(text, (value) => {
      try {
        for (const list of parseAllowList(value).values()) assert.ok(Array.isArray(list))
      } catch (error) {
        assert.ok(error instanceof OptionError, String(error))
      }
    }),
    { numRuns: 1000 },
  )
})

test('kube-state shards: another shard takes only its share from the others', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 1, max: 60 }), (uid, total) => {
      const before = shardOf(uid, total)
      const after = shardOf(uid, total + 1)
      assert.ok(before >= 0 && before < total)
      assert.ok(after === before || after === total)
    }),
  )
})
