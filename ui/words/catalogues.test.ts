import assert from 'node:assert/strict'
import { test } from 'node:test'
import { en } from './en.ts'
import { ko } from './ko.ts'

type Entries = Record<string, unknown>

test('words: Korean says everything that English says, and nothing more', () => {
  assert.deepEqual(paths(ko), paths(en))
})

test('words: no entry is empty in any language', () => {
  for (const catalogue of [en, ko]) for (const [path, text] of texts(catalogue)) assert.notEqual(text.trim(), '', path)
})

test('words: every Korean sentence is Korean, except names and signs', () => {
  const same = texts(ko).filter(
    ([path, text]) => /[a-z]{4}/.test(text) && !/[가-힣]/.test(text) && !path.startsWith('units'),
  )
  assert.deepEqual(same, [])
})

test('words: no sentence of ours blames, shouts or jokes', () => {
  for (const [path, text] of texts(en)) assert.doesNotMatch(text, /!|Oops|Whoops|sorry/i, path)
})

function paths(node: Entries, at = ''): string[] {
  return Object.entries(node)
    .flatMap(([key, value]) => (isEntries(value) ? paths(value, `${at}${key}.`) : [`${at}${key}:${typeof value}`]))
    .toSorted()
}

function texts(node: Entries, at = ''): [string, string][] {
  return Object.entries(node).flatMap(([key, value]): [string, string][] => {
    if (isEntries(value)) return texts(value, `${at}${key}.`)
    if (typeof value === 'string') return [[at + key, value]]
    const say = value as (...args: unknown[]) => string
    return [[at + key, say(...Array.from({ length: say.length }, () => '1'))]]
  })
}

function isEntries(value: unknown): value is Entries {
  return typeof value === 'object' && value !== null
}
