import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { clusterProblemRules } from '#lib/cluster'

import { cases } from './cluster-cases.ts'
import { problems, said } from './cluster-story.ts'

/** What is said in each case; after a change of words, BINNACLE_WRITE_GOLDEN=1 writes it anew, to be read in the diff. */
const golden = join(import.meta.dirname, 'testdata/cluster-sentences.txt')

test('verdict: each trouble of a cluster is named with its reason, exactly so', () => {
  const text = cases.map(({ name, told, extra }) => `# ${name}\n${spoken(told, extra)}`).join('\n')
  if (process.env.BINNACLE_WRITE_GOLDEN) writeFileSync(golden, text)
  assert.deepEqual(text.split('\n'), readFileSync(golden, 'utf8').split('\n'))
})

function spoken(told: Parameters<typeof said>[0], extra: Parameters<typeof said>[1]): string {
  const lines = (['en', 'ko'] as const).flatMap((language) =>
    said(told, extra, language).map(
      ({ severity, title, evidence, action }) => `${severity}: ${title}\n  ${evidence}\n  → ${action}\n`,
    ),
  )
  return lines.join('')
}

test('verdict: each rule over the objects of a cluster is seen in a case', () => {
  const seen = new Set(cases.flatMap(({ told, extra }) => problems(told, extra).map(({ rule }) => rule)))
  // An eviction and a missing API are seen alone and as facts of their causes.
  assert.deepEqual(
    clusterProblemRules.filter((rule) => !seen.has(rule)),
    [],
  )
})

test('verdict: one trouble is one problem', () => {
  for (const { name, told, extra } of cases) assert.equal(problems(told, extra).length, 1, name)
})
