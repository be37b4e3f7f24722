import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KEY_SEPARATOR, Labels } from '#lib/model'
import { everything, type SampleGroup } from '#lib/storage'
import { querierSuite, type SuiteSeries, type SuiteStore } from '#suite/storage/querier'
import { Space } from './arena.ts'
import { Head } from './head.ts'
import { ReaderChunks } from './reader-chunks.ts'
import { SampleColumns } from './sample-columns.ts'
import { seriesWord } from './slabs.ts'
import { readAll, sampleText, START, TestFolder, TestStore } from './testdata/test-store.ts'

const HOUR = 3_600_000

/** A store with the suite's series; with `later`, all of them are old enough for a block. */
async function suiteStore(series: readonly SuiteSeries[], blockRangeMs: number, later: boolean) {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(new TestFolder())
  const test = stack.use(new TestStore(folder.path, { blockRangeMs }))
  const group = test.store.appender.openGroup('suite')
  for (const { labels, samples } of series) {
    for (const { timeMs, value, histogram } of samples) {
      group.begin(timeMs)
      const ref = group.series(labels)
      if (histogram) assert.ok(group.addHistogram(ref, histogram), group.refusal)
      else assert.ok(value === undefined ? group.addStale(ref) : group.add(ref, value))
      assert.ok(group.commit())
    }
  }
  if (later) {
    group.begin(series[0].samples[0].timeMs + 4 * HOUR)
    group.add(group.series(Labels.from({ later: 'x' })), 1)
    group.commit()
  }
  const suite: SuiteStore = {
    querier: () => test.reader.querier(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
  return { test, suite }
}

querierSuite('head', async (series) => (await suiteStore(series, 2 * HOUR, false)).suite)

querierSuite('block', async (series) => {
  const { test, suite } = await suiteStore(series, 2 * HOUR, true)
  await test.maintain()
  assert.equal(test.store.stats().blocks, 1)
  return suite
})

querierSuite('block and head', async (series) => {
  const { test, suite } = await suiteStore(series, 15_000, false)
  await test.maintain()
  const { blocks, minTimeMs, maxTimeMs } = test.store.stats()
  assert.ok(blocks > 0 && minTimeMs < maxTimeMs, 'the older samples alone lie in blocks')
  return suite
})

function add(group: SampleGroup, timeMs: number, values: Record<string, number>): void {
  group.begin(timeMs)
  for (const [name, value] of Object.entries(values)) {
    assert.ok(group.add(group.series(Labels.from({ __name__: name })), value), group.refusal)
  }
  assert.ok(group.commit())
}

async function textOf(test: TestStore): Promise<Record<string, string>> {
  using querier = test.reader.querier()
  const all = await readAll(querier)
  return Object.fromEntries([...all].map(([key, list]) => [key.slice(key.indexOf(KEY_SEPARATOR) + 1), list.join(' ')]))
}

test('head: a series lives through commits, a refusal, a stale marker and a restart', async () => {
  using folder = new TestFolder()
  {
    await using test = new TestStore(folder.path)
    const group = test.store.appender.openGroup('g')
    add(group, START, { a: 1, b: 2 })
    group.begin(START + 1000)
    const a = group.series(Labels.from({ __name__: 'a' }))
    assert.ok(group.add(a, 5))
    assert.deepEqual(await textOf(test), { a: '0=1', b: '0=2' })
    group.rollback()
    add(group, START + 2000, { a: 3 })
    group.begin(START + 3000)
    assert.ok(group.addStale(a))
    assert.ok(group.commit())
    assert.deepEqual(await textOf(test), { a: '0=1 2000=3 3000=S', b: '0=2' })
  }
  await using test = new TestStore(folder.path)
  assert.deepEqual(await textOf(test), { a: '0=1 2000=3 3000=S', b: '0=2' })
  assert.deepEqual({ ...test.store.report }, { series: 2, samples: 4, blocks: 0, repaired: [], foreign: [] })
})

test('head: refuses what Prometheus refuses, and counts it by reason', async () => {
  using folder = new TestFolder()
  await using test = new TestStore(folder.path, { maxSeries: 1 })
  const group = test.store.appender.openGroup('g')
  add(group, START, { a: NaN })
  group.begin(START)
  const a = group.series(Labels.from({ __name__: 'a' }))
  const cases: [() => boolean, string][] = [
    [() => group.add(a, NaN), 'none'],
    [() => group.add(a, 1), 'duplicate'],
    [() => group.addStale(a), 'duplicate'],
    [() => group.addAt(a, START - 1, 1), 'out-of-order'],
    [() => group.add(99, 1), 'unknown-series'],
    [() => group.add(0, 1), 'unknown-series'],
    [() => group.series(Labels.from({ __name__: 'b' })) > 0, 'series-limit'],
    [() => group.series(Labels.empty) > 0, 'invalid-labels'],
    [() => group.series(Labels.fromSorted(['a', '1', 'a', '2'])) > 0, 'invalid-labels'],
    [() => group.series(Labels.fromSorted(['', '1'])) > 0, 'invalid-labels'],
  ]
  for (const [call, refusal] of cases) {
    assert.equal(call(), refusal === 'none')
    assert.equal(group.refusal, refusal)
  }
  assert.equal(test.store.stats().refused.duplicate, 2)
  assert.equal(test.store.stats().refused['invalid-labels'], 3)
})

test('head: one program has a folder at a time', async () => {
  using folder = new TestFolder()
  {
    await using _ = new TestStore(folder.path)
    assert.throws(() => new TestStore(folder.path), /is in use by another program/)
  }
  await using again = new TestStore(folder.path)
  assert.equal(again.store.report.series, 0)
})

test('head: metadata is kept, read and replayed', async () => {
  using folder = new TestFolder()
  {
    await using test = new TestStore(folder.path)
    const group = test.store.appender.openGroup('g')
    group.begin(START)
    group.metadata('a', 'counter', 'Old.', '')
    assert.ok(group.commit())
    group.begin(START + 1)
    group.metadata('a', '', 'New.', 'seconds')
    assert.ok(group.commit())
  }
  await using test = new TestStore(folder.path)
  assert.deepEqual(test.reader.metadata(everything).get('a'), [{ type: 'counter', help: 'New.', unit: 'seconds' }])
})

test('head: a range that became a block leaves head and log, and nothing is lost or doubled', async () => {
  using folder = new TestFolder()
  const start = Math.ceil(START / (2 * HOUR)) * 2 * HOUR
  let before: Record<string, string>
  {
    await using test = new TestStore(folder.path)
    const group = test.store.appender.openGroup('g')
    for (let t = 0; t < 7 * HOUR; t += 60_000) {
      add(group, start + t, t < HOUR ? { a: t, gone: 1 } : { a: t })
      if (t % (HOUR / 4) === 0) await test.maintain()
    }
    before = await textOf(test)
    assert.equal(before.a.split(' ').length, 7 * 60)
    assert.equal(before.gone.split(' ').length, 60)
    const stats = test.store.stats()
    assert.equal(stats.blocks, 2)
    assert.ok(stats.minTimeMs >= start + 4 * HOUR, 'the head was cut')
    // a's sealed chunks since the cut, and its open one.
    assert.ok(stats.chunks <= 8, `${stats.chunks} chunks`)
  }
  {
    await using test = new TestStore(folder.path)
    assert.deepEqual(await textOf(test), before)
    assert.ok(test.store.report.samples < 250, `${test.store.report.samples} replayed`)
    // A series that the log no longer defines comes back.
    add(test.store.appender.openGroup('g'), start + 7 * HOUR, { gone: 2 })
  }
  await using test = new TestStore(folder.path)
  assert.ok((await textOf(test)).gone.endsWith('=2'))
})

test('head: a series that comes back in the same run is in the log again', async () => {
  using folder = new TestFolder()
  const start = Math.ceil(START / (2 * HOUR)) * 2 * HOUR
  {
    await using test = new TestStore(folder.path)
    const group = test.store.appender.openGroup('g')
    add(group, start, { gone: 1 })
    for (let t = 60_000; t < 9 * HOUR; t += 300_000) {
      add(group, start + t, { a: t })
      await test.maintain()
    }
    add(group, start + 9 * HOUR, { gone: 2 })
  }
  await using test = new TestStore(folder.path)
  assert.match((await textOf(test)).gone, /=1 \d+=2$/)
})

test('head: one sample at a foolish time costs one block, not one flush for each range since', async () => {
  using folder = new TestFolder()
  await using test = new TestStore(folder.path)
  const group = test.store.appender.openGroup('g')
  group.begin(START)
  const a = group.series(Labels.from({ __name__: 'a' }))
  const old = group.series(Labels.from({ __name__: 'old' }))
  const future = group.series(Labels.from({ __name__: 'future' }))
  assert.ok(group.addAt(old, 5000, 1) && group.add(a, 1))
  assert.equal(group.addAt(future, Date.now() + 3_600_000, 1), false)
  assert.equal(group.refusal, 'too-far-ahead')
  assert.ok(group.commit())
  add(group, Date.now(), { a: 2 })
  for (let i = 0; i < 3; i++) await test.maintain()
  assert.equal(test.store.stats().blocks, 2)
  assert.equal(Object.keys(await textOf(test)).length, 2)
})

test('head: samples of one series with and without times of their own keep their order over a restart', async () => {
  using folder = new TestFolder()
  {
    await using test = new TestStore(folder.path)
    const group = test.store.appender.openGroup('g')
    group.begin(START + 10)
    const a = group.series(Labels.from({ __name__: 'a' }))
    assert.ok(group.addAt(a, START + 5, 1) && group.add(a, 2) && group.addAt(a, START + 20, 3) && group.commit())
    assert.deepEqual(await textOf(test), { a: '5=1 10=2 20=3' })
  }
  await using test = new TestStore(folder.path)
  assert.deepEqual(await textOf(test), { a: '5=1 10=2 20=3' })
})

test('head: a chunk that is sealed while a reader holds it as the open one is read once', () => {
  const head = new Head({ maxSeries: 0, maxBytes: 0 }, Date.now)
  const series = head.index.insert(1, Labels.from({ a: 'b' }))
  const cursor = { number: 1, column: 0, row: 0 }
  const put = (i: number) => {
    head.chunks.startRow(cursor, START + i, 1)
    head.chunks.put(series, cursor, i, 0, START + i, 1)
  }
  for (let i = 0; i < 32; i++) put(i)
  const open = head.space.get(series + seriesWord.open)
  put(32)
  const reader = new ReaderChunks(head.space)
  const count = () => {
    const columns = new SampleColumns()
    reader.read(series, 1, -Infinity, Infinity, columns)
    return columns.count
  }
  assert.equal(count(), 33)
  head.space.store(series + seriesWord.open, open)
  assert.equal(count(), 32)
})

test('head: what is retired while memory is given back waits for the next turn', () => {
  const space = new Space()
  let isReused = false
  space.later(() => space.later(() => (isReused = true)))
  space.turn()
  assert.equal(isReused, false)
  space.turn()
  assert.equal(isReused, true)
})

const value = fc.oneof(fc.double(), fc.integer({ min: 0, max: 1e6 }), fc.constant(undefined))
const command = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      writer: fc.integer({ min: 0, max: 2 }),
      stepMs: fc.integer({ min: 1, max: 900_000 }),
      repeat: fc.integer({ min: 1, max: 40 }),
      rollback: fc.integer({ min: 0, max: 9 }),
      samples: fc.array(fc.record({ series: fc.nat(7), value, ownMs: fc.oneof(fc.constant(0), fc.nat(50)) }), {
        maxLength: 8,
      }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('maintain' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
)

test('head: whatever is appended is read back as a plain model has it, through seals, flushes and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
      using folder = new TestFolder()
      const model = new Map<string, string[]>()
      let test = new TestStore(folder.path)
      let groups = [0, 1, 2].map((n) => test.store.appender.openGroup(`g${n}`))
      let nowMs = START
      try {
        for (const step of commands) {
          if (step.kind === 'maintain') await test.maintain()
          else if (step.kind === 'reopen') {
            await test[Symbol.asyncDispose]()
            test = new TestStore(folder.path)
            groups = [0, 1, 2].map((n) => test.store.appender.openGroup(`g${n}`))
          } else {
            for (let i = 0; i < step.repeat; i++) {
              nowMs += step.stepMs
              appendTo(groups[step.writer], model, nowMs, step.samples, i === 0 && step.rollback === 0)
            }
          }
        }
        using querier = test.reader.querier()
        assert.deepEqual(sorted(await readAll(querier)), sorted(model))
      } finally {
        await test[Symbol.asyncDispose]()
      }
    }),
    { numRuns: 40, interruptAfterTimeLimit: 20_000 },
  )
})

type Samples = readonly { series: number; value: number | undefined; ownMs: number }[]

/** Appends to the store, and to the model what the store accepted. */
function appendTo(
  group: SampleGroup,
  model: Map<string, string[]>,
  timeMs: number,
  samples: Samples,
  rollback: boolean,
): void {
  const accepted: [string, string][] = []
  group.begin(timeMs)
  for (const { series, value, ownMs } of samples) {
    const labels = Labels.from({ __name__: 'm', series: `${series}` })
    const ref = group.series(labels)
    const atMs = value !== undefined && ownMs > 0 ? timeMs - ownMs : timeMs
    const text = sampleText(atMs, value)
    const list = [...(model.get(labels.key) ?? []), ...accepted.filter(([key]) => key === labels.key).map(([, s]) => s)]
    const last = list.at(-1)
    const lastMs = last === undefined ? -Infinity : Number(last.split('=')[0]) + START
    const isTaken =
      value === undefined
        ? group.addStale(ref)
        : atMs === timeMs
          ? group.add(ref, value)
          : group.addAt(ref, atMs, value)
    if (group.refusal === 'too-old') continue
    assert.equal(isTaken, atMs > lastMs || last === text, `${text} after ${last}: ${group.refusal}`)
    if (isTaken && atMs > lastMs) accepted.push([labels.key, text])
  }
  if (rollback) {
    group.rollback()
    return
  }
  assert.ok(group.commit())
  for (const [key, text] of accepted) model.set(key, [...(model.get(key) ?? []), text])
}

function sorted(map: ReadonlyMap<string, string[]>): [string, string[]][] {
  return [...map].filter(([, list]) => list.length > 0).sort(([a], [b]) => (a < b ? -1 : 1))
}
