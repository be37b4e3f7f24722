/**
 * Opens the store in a folder, commits the model's commits from the one after the newest found, and prints each number
 * once `commit` has returned true: `node commit-numbers.ts FOLDER`. Ends when it is killed, or after 20 s.
 */
import { writeSync } from 'node:fs'
import { commitAt, seriesOf, timeOf } from './commit-model.ts'
import { TestStore } from './test-store.ts'

const [folder] = process.argv.slice(2)
const test = new TestStore(folder, { blockRangeMs: 4000 })
const { maxTimeMs } = test.store.stats()
const group = test.store.appender.openGroup('numbers')
let n = maxTimeMs === 0 ? 0 : commitAt(maxTimeMs)
for (const end = performance.now() + 20_000; performance.now() < end;) {
  n++
  group.begin(timeOf(n))
  for (const labels of seriesOf(n)) {
    if (!group.add(group.series(labels), n)) throw new Error(group.refusal)
  }
  if (!group.commit()) throw new Error(group.refusal)
  writeSync(1, `${n}\n`)
  if (n % 50 === 0) await test.maintain()
}
