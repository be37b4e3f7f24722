import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusterHomeEn } from './en-cluster-home.ts'
import { targetsEn } from './en-targets.ts'
import { en as shared } from './en.ts'
import { clusterHomeKo } from './ko-cluster-home.ts'
import { targetsKo } from './ko-targets.ts'
import { ko as sharedKo } from './ko.ts'

/** With the catalogues that come with their pages. */
const en = { ...shared, clusterHome: clusterHomeEn, targets: targetsEn }
const ko = { ...sharedKo, clusterHome: clusterHomeKo, targets: targetsKo }

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
