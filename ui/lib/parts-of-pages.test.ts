import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chartModel, isolate } from './chart-model.ts'
import { stateOf } from './container-view.ts'
import { decimate } from './decimate.ts'
import { findMatches } from './find.ts'
import { longDuration, promDuration, shortAge } from './format.ts'
import { isWriting, keyOf } from './keys.ts'
import { prefixesOf } from './prefixes.ts'
import { lineAt, queryProblem } from './query-error.ts'
import { rankSeries } from './rank.ts'
import { seriesNames } from './series-name.ts'
import { splitName } from './split-name.ts'
import { holdOrder } from './stable-order.ts'
import { containerPath, linkTo, readableSearch, withEntries } from './url-state.ts'

test('url-state: the address is readable, and what is usual is left out', () => {
  const search = withEntries(new URLSearchParams(), { from: 'now-1h', to: 'now', sort: '-memory', only: '' })
  assert.equal(readableSearch(search), '?from=now-1h&sort=-memory')
  const fixed = withEntries(new URLSearchParams(), { from: '2026-11-23T15:00:00Z', to: '2026-11-23T16:00:00Z' })
  assert.equal(readableSearch(fixed), '?from=2026-11-23T15:00:00Z&to=2026-11-23T16:00:00Z')
  assert.equal(readableSearch(withEntries(fixed, { from: 'now-15m', to: 'now' })), '')
})

test('url-state: a link takes the time range along and leaves the page’s own state', () => {
  assert.equal(
    linkTo('/explore', new URLSearchParams('from=now-1h&sort=x'), { expr: 'up' }),
    '/explore?from=now-1h&expr=up',
  )
  assert.equal(containerPath('my.app/x'), '/containers/my%2Eapp%2Fx')
})

test('split-name: a name keeps the part that tells it from its siblings', () => {
  assert.deepEqual(splitName('payments-api-7c9f6d5b84-x2x8p'), ['payments-api-7c9f6d5b84', '-x2x8p'])
  assert.deepEqual(splitName('web'), ['web', ''])
  assert.equal(splitName('a'.repeat(40)).join(''), 'a'.repeat(40))
})

test('stable-order: rows keep their places while held; new ones come after', () => {
  assert.deepEqual(holdOrder(['a', 'b', 'c'], ['d', 'c', 'a']), ['a', 'c', 'd'])
})

test('decimate: no spike is lost', () => {
  const values = Array.from({ length: 1000 }, (_, i) => (i === 617 ? 99 : 1))
  const few = decimate(values, 20)
  assert.ok(few.length <= 40)
  assert.ok(few.includes(99))
})

test('rank: the largest series are drawn and the others counted', () => {
  const all = Array.from({ length: 30 }, (_, i) => ({ labels: { i: String(i) }, times: [0], values: [i] }))
  const { drawn, left } = rankSeries(all)
  assert.equal(drawn.length, 20)
  assert.equal(left, 10)
  assert.equal(drawn[0].labels['i'], '29')
})

test('series-name: a series is named by what tells it from the others', () => {
  assert.deepEqual(
    seriesNames([
      { job: 'a', mode: 'user' },
      { job: 'a', mode: 'idle' },
    ]),
    ['user', 'idle'],
  )
  assert.deepEqual(seriesNames([{ __name__: 'up', job: 'a' }]), ['up{job="a"}'])
  assert.deepEqual(seriesNames([{}]), ['{}'])
})

test('query-error: the place that the server names is found in the text', () => {
  const found = queryProblem('invalid parameter "query": 2:4: parse error: unexpected <by>', 'sum(\nup by')
  assert.deepEqual(found, { message: 'unexpected <by>', offset: 8 })
  assert.deepEqual(lineAt('sum(\nup by', 8), { text: 'up by', column: 3, line: 2 })
  assert.deepEqual(queryProblem('query timed out', 'up'), { message: 'query timed out', offset: null })
})

test('keys: a key is the letter on it in any layout, and nothing while a syllable is composed', () => {
  assert.equal(keyOf({ key: 'ㄷ', code: 'KeyE', isComposing: false }), 'e')
  assert.equal(keyOf({ key: 'E', code: 'KeyE', isComposing: false }), 'e')
  assert.equal(keyOf({ key: 'ㄷ', code: 'KeyE', isComposing: true }), null)
  assert.equal(isWriting('INPUT', false), true)
  assert.equal(isWriting('DIV', false), false)
})

test('format: durations are said in their largest unit, in each language', () => {
  assert.equal(shortAge(41 * 86_400_000, 'en'), '41 d')
  assert.equal(shortAge(12_500, 'en'), '12 s')
  assert.equal(longDuration(12 * 60_000, 'en'), '12 minutes')
  assert.equal(longDuration(0, 'en'), '0 seconds')
  assert.equal(longDuration(12 * 60_000, 'ko'), '12분')
  assert.equal(promDuration('15d', 'en'), '15 days')
  assert.equal(promDuration('forever', 'en'), 'forever')
})

test('prefixes: the largest families of metrics come first', () => {
  assert.deepEqual(prefixesOf(['node_cpu_a', 'node_cpu_b', 'up', 'node_disk_c']), [
    { prefix: 'node_cpu', count: 2 },
    { prefix: 'node_disk', count: 1 },
  ])
})

test('find: names that begin with the text come first', () => {
  const all = ['node_up', 'up', 'cleanup'].map((name) => ({ kind: 'metric' as const, name, path: name }))
  assert.deepEqual(
    findMatches(all, 'up', 5).map(({ name }) => name),
    ['up', 'node_up', 'cleanup'],
  )
  assert.deepEqual(findMatches(all, 'zzz', 5), [])
})

test('chart-model: a limit far above the values is written at the edge and does not flatten them', () => {
  const points = { labels: {}, times: [0, 5000], values: [1, 2] }
  const input = {
    unit: 'cores' as const,
    stepMs: 5000,
    toMs: 5000,
    language: 'en',
    series: [
      { name: 'a', points },
      { name: 'b', points },
    ],
  }
  const model = chartModel({ ...input, lines: [{ name: 'limit', value: 8, kind: 'limit' }] })
  assert.equal(model.lines[0].far, true)
  assert.equal(model.high, 2 * 1.06)
  const stacked = chartModel({ ...input, stack: true, lines: [{ name: 'limit', value: 8, kind: 'limit' }] })
  assert.equal(stacked.lines[0].far, false)
  assert.equal(stacked.high, 8 * 1.06)
  assert.equal(isolate(stacked, new Set(['b'])).series[0].tops[1], 2)
})

test('container-view: a state is said by its cause', () => {
  const none = {
    cpuCores: null,
    memoryBytes: null,
    diskBytesPerSecond: null,
    networkBytesPerSecond: null,
    throttledPercent: null,
  }
  const box = { id: 'x', name: 'x', image: 'i', state: 'running', limits: { memoryBytes: 100 } }
  assert.equal(stateOf(box, { ...none, memoryBytes: 90 }, 0).kind, 'nearMemoryLimit')
  assert.equal(stateOf(box, { ...none, memoryBytes: 50 }, 0).kind, 'running')
  assert.deepEqual(stateOf({ ...box, state: 'exited', exitCode: 137, oomKilled: true, finishedMs: 5 }, none, 10), {
    kind: 'oomKilled',
    agoMs: 5,
  })
  assert.deepEqual(stateOf({ ...box, state: 'exited', exitCode: 0 }, none, 10), {
    kind: 'exited',
    code: 0,
    agoMs: null,
  })
})
