import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stateWords } from '#lib/cluster'
import { en } from '../words/en.ts'
import { ko } from '../words/ko.ts'
import type { RowState } from './resource-row.ts'
import { isTicking, stateText } from './state-text.ts'

const NOW = 1_000_000

const SAID: [word: RowState['word'], facts: RowState['facts'], text: string][] = [
  ['pulling-image', { sinceMs: NOW - 11_000 }, 'Pulling image, 11 s'],
  ['oom-killed', { untilMs: NOW + 43_000 }, 'OOM-killed, restarts in 43 s'],
  ['oom-killed', { untilMs: NOW - 1 }, 'OOM-killed'],
  ['degraded', { available: 1, desired: 2 }, '1 of 2 available'],
  ['completed', { startedMs: NOW - 9000, finishedMs: NOW - 5000 }, 'Done in 4 s'],
  ['completed', { finishedMs: NOW - 60_000 }, 'Done 1 min ago'],
  ['completed', { startedMs: NOW - 60_200, finishedMs: NOW - 60_000 }, 'Done 1 min ago'],
  ['running', { sinceMs: 1, lastReason: 'OOMKilled', finishedMs: NOW - 60_000 }, 'Running, OOM-killed 1 min ago'],
  ['init', { done: 1, total: 3 }, 'Initialising, 1 of 3 done'],
  ['config-missing', { missing: 'secret/db' }, 'Missing secret/db'],
  ['near-memory-limit', { percent: 88.4 }, 'Near memory limit, 88%'],
  ['running', {}, 'Running'],
]

test('state-text: a state is said in words with its facts', () => {
  for (const [word, facts, text] of SAID)
    assert.equal(stateText({ level: 'ok', word, facts }, en, NOW, 'en'), text, word)
})

test('state-text: every state that the cluster knows has words in every language, with facts and without', () => {
  const facts = {
    sinceMs: NOW - 5000,
    untilMs: NOW + 5000,
    available: 1,
    desired: 3,
    updated: 2,
    reason: 'X',
    container: 'c',
    exitCode: 1,
  }
  for (const words of [en, ko])
    for (const word of stateWords)
      for (const given of [{}, facts]) {
        const text = stateText({ level: 'ok', word, facts: given }, words, NOW, 'en')
        assert.ok(text.length > 1 && !text.includes('undefined'), `${word}: ${text}`)
      }
})

test('state-text: what tells a duration is said anew each second', () => {
  assert.ok(isTicking({ level: 'idle', word: 'pulling-image', facts: { sinceMs: 1 } }))
  assert.ok(!isTicking({ level: 'ok', word: 'running', facts: { sinceMs: 1 } }))
})
