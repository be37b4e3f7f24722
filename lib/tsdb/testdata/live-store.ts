/**
 * A store that lives fast: three writers, queries, blocks, rotation of the log and retention. Goes on after the newest commit that is
 * there and prints `committed N` once a commit returned true, `shown N` once a query gave it: `node live-store.ts FOLDER`. Ends when
 * it is killed, or after 30 s.
 */
import { writeSync } from 'node:fs'
import { newMatcher } from '#lib/model'
import { everything } from '#lib/storage'
import { commitAt, timeOf } from './commit-model.ts'
import { liveOptions, liveSeriesOf } from './live-model.ts'
import { TestStore } from './test-store.ts'

const [folder] = process.argv.slice(2)
let n = Number.NaN
const test = new TestStore(folder, { ...liveOptions, now: () => timeOf(n || 1) })
const { maxTimeMs } = test.store.stats()
n = maxTimeMs === 0 ? 0 : commitAt(maxTimeMs)
const groups = [0, 1, 2].map((writer) => test.store.appender.openGroup(`${writer}`))

for (const end = performance.now() + 30_000; performance.now() < end;) {
  n++
  const group = groups[n % 3]
  group.begin(timeOf(n))
  for (const labels of liveSeriesOf(n)) if (!group.add(group.series(labels), n)) throw new Error(group.refusal)
  if (!group.commit()) throw new Error(group.refusal)
  writeSync(1, `committed ${n}\n`)
  if (n % 20 === 0) writeSync(1, `shown ${await newest()}\n`)
  if (n % 7 === 0) void test.store.durable()
  if (n % 40 === 0) {
    test.store.maintain()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function newest(): Promise<number> {
  using querier = test.reader.querier()
  let last = 0
  const range = { matchers: [newMatcher('__name__', '=', 'm')], startMs: timeOf(n - 30), endMs: Infinity }
  for await (const batch of querier.select(everything, range)) {
    for (let i = 0; i < batch.offsets[batch.count]; i++) last = Math.max(last, batch.values[i])
  }
  return last
}
