import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchesAll, parseTerm, type FilterSubject } from './text-filter.ts'

const web: FilterSubject = {
  text: 'web shop/web:dev',
  labels: { app: 'web', tier: 'front' },
  measure: (name, percent) => (name === 'memory' ? (percent ? 92 : 236 * 1024 ** 2) : null),
}

test('text-filter: conditions are read as people type them', () => {
  const cases: [string, boolean][] = [
    ['app = web', true],
    ['app=web', true],
    ['app != web', false],
    ['app =~ pay.*|cart|web', true],
    ['app =~ pay.*|w*b', true],
    ['app !~ pay.*', true],
    ['missing = x', false],
    ['SHOP', true],
    ['postgres', false],
    ['memory > 80%', true],
    ['memory > 95%', false],
    ['memory < 512 MiB', true],
    ['cpu > 1', false],
  ]
  for (const [term, matches] of cases) assert.equal(matchesAll([parseTerm(term)!], web), matches, term)
})

test('text-filter: every condition has to hold, and none lets all through', () => {
  assert.equal(matchesAll([parseTerm('app = web')!, parseTerm('postgres')!], web), false)
  assert.equal(matchesAll([], web), true)
  assert.equal(parseTerm('  '), null)
})

test('text-filter: a pattern that would hang a backtracking engine does not', () => {
  const pattern = `app =~ ${'a.*'.repeat(50)}b`
  assert.equal(matchesAll([parseTerm(pattern)!], { ...web, labels: { app: 'a'.repeat(5000) } }), false)
})
