import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { KEY_SEPARATOR, Labels } from '#lib/model'
import { everything } from '#lib/storage'
import { readAll, START, TestFolder, TestStore } from './testdata/test-store.ts'

const STEP_MS = 15_000

/** What each series holds, by time: the first sample that came. */
type Model = Map<string, Map<number, number>>

async function seen(test: TestStore): Promise<Record<string, string>> {
  using querier = test.reader.querier()
  const all = await readAll(querier)
  return Object.fromEntries([...all].map(([key, list]) => [key.slice(key.indexOf(KEY_SEPARATOR) + 1), list.join(' ')]))
}

function expected(model: Model): Record<string, string> {
  const texts = [...model].map(([name, samples]) => {
    const sorted = [...samples].sort(([a], [b]) => a - b)
    return [name, sorted.map(([timeMs, value]) => `${timeMs - START}=${value}`).join(' ')] as const
  })
  return Object.fromEntries(texts.filter(([, text]) => text !== ''))
}

/** Series, step and value of each sample, in the order of their coming; now and then the store is kept up or opened again. */
const events = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: fc.tuple(fc.constantFrom('a', 'b'), fc.nat(60), fc.nat(9)) },
    { weight: 1, arbitrary: fc.constantFrom('maintain' as const, 'restart' as const) },
  ),
  { minLength: 1, maxLength: 120 },
)

for (const windowSteps of [0, 25, 1000]) {
  test(`late: samples in any order, blocks and restarts, with a window of ${windowSteps} steps`, async () => {
    await fc.assert(
      fc.asyncProperty(events, async (list) => {
        using folder = new TestFolder()
        const options = { outOfOrderMs: windowSteps * STEP_MS, blockRangeMs: 10 * STEP_MS }
        let opened = new TestStore(folder.path, options)
        try {
          let group = opened.store.appender.openGroup('g')
          const model: Model = new Map()
          let newest = -Infinity
          for (const event of list) {
            if (event === 'maintain') await opened.maintain()
            else if (event === 'restart') {
              await opened[Symbol.asyncDispose]()
              opened = new TestStore(folder.path, options)
              group = opened.store.appender.openGroup('g')
            } else {
              const [name, step, value] = event
              const timeMs = START + step * STEP_MS
              group.begin(timeMs)
              const ref = group.series(Labels.from({ __name__: name }))
              const samples = model.get(name) ?? new Map<number, number>()
              model.set(name, samples)
              const isTaken = group.add(ref, value)
              const isWithin = timeMs >= newest - options.outOfOrderMs
              // At the newest time of its series a sample is another one at that time, however old that is.
              if (windowSteps > 0 && !isTaken && group.refusal !== 'duplicate') {
                assert.equal(group.refusal, 'too-old')
                assert.ok(!isWithin)
              }
              if (isTaken && !samples.has(timeMs)) samples.set(timeMs, value)
              assert.ok(group.commit())
              if (isTaken) newest = Math.max(newest, timeMs)
            }
            assert.deepEqual(await seen(opened), expected(model))
          }
        } finally {
          await opened[Symbol.asyncDispose]()
        }
      }),
      { numRuns: 25 },
    )
  })
}

test('late: a block of late samples lies among those that the head still holds', async () => {
  using folder = new TestFolder()
  await using test = new TestStore(folder.path, { outOfOrderMs: 3_600_000, blockRangeMs: 10 * STEP_MS })
  const group = test.store.appender.openGroup('g')
  // The first range begins at a step that no other is near to.
  for (const step of [0, 31, 39, 35]) {
    group.begin(START + step * STEP_MS)
    assert.ok(group.add(group.series(Labels.from({ __name__: 'a' })), step))
    assert.ok(group.commit())
  }
  await test.maintain()
  const { blocks, bytes } = test.store.stats()
  assert.equal(blocks, 2)
  assert.ok(bytes.late > 0)
  assert.deepEqual(await seen(test), { a: [0, 31, 35, 39].map((step) => `${step * STEP_MS}=${step}`).join(' ') })
})

test('late: a range of times gives those that lie in it, in order', async () => {
  using folder = new TestFolder()
  await using test = new TestStore(folder.path, { outOfOrderMs: 3_600_000 })
  const group = test.store.appender.openGroup('g')
  for (const step of [9, 3, 5, 1, 4, 3]) {
    group.begin(START + step * STEP_MS)
    assert.ok(group.add(group.series(Labels.from({ __name__: 'a' })), step))
    assert.ok(group.commit())
  }
  using querier = test.reader.querier()
  const range = { matchers: [], startMs: START + 3 * STEP_MS, endMs: START + 9 * STEP_MS }
  for await (const { times, values, offsets } of querier.select(everything, range)) {
    assert.deepEqual([...values.subarray(0, offsets[1])], [3, 4, 5, 9])
    assert.deepEqual(
      Array.from(times.subarray(0, 4), (timeMs) => (timeMs - START) / STEP_MS),
      [3, 4, 5, 9],
    )
  }
})

test('late: what is rolled back is not there, and what is too old is refused as such', async () => {
  using folder = new TestFolder()
  await using test = new TestStore(folder.path, { outOfOrderMs: 60_000 })
  const group = test.store.appender.openGroup('g')
  const put = (timeMs: number, value: number) => {
    group.begin(timeMs)
    group.add(group.series(Labels.from({ __name__: 'a' })), value)
    return group.refusal
  }
  put(START + 100_000, 1)
  assert.ok(group.commit())
  assert.equal(put(START + 50_000, 2), 'none')
  group.rollback()
  assert.equal(put(START + 39_999, 3), 'too-old')
  assert.equal(put(START + 40_000, 4), 'none')
  assert.ok(group.commit())
  assert.equal(put(START + 100_000, 5), 'duplicate')
  assert.deepEqual(await seen(test), { a: '40000=4 100000=1' })
})
