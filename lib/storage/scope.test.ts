import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everything, onlyNamespaces, scopeKey } from './scope.ts'

test('scope: equal scopes have equal keys, whatever the order of their namespaces', () => {
  assert.equal(scopeKey(onlyNamespaces(['b', 'a', 'b'])), scopeKey(onlyNamespaces(['a', 'b'])))
  const keys = [
    everything,
    onlyNamespaces([]),
    onlyNamespaces(['*']),
    onlyNamespaces(['a', 'b']),
    onlyNamespaces(['a,b']),
  ]
  assert.equal(new Set(keys.map(scopeKey)).size, keys.length)
})
