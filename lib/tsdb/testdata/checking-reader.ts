/** A thread that queries until it is told to stop, and checks that each commit is whole or absent. */
import { parentPort, workerData } from 'node:worker_threads'
import { newMatcher } from '#lib/model'
import { everything, type Querier } from '#lib/storage'
import { openReader, type ReaderHandle } from '../store-reader.ts'
import { commitAt, seriesOf, timeOf } from './commit-model.ts'

/** How the thread is started; `stop` is one word. */
export interface CheckingReaderData {
  readonly handle: ReaderHandle
  readonly stop: Int32Array
}

/** What the thread found. */
export interface CheckingReaderResult {
  readonly queries: number
  readonly newest: number
  readonly problems: readonly string[]
}

const { handle, stop } = workerData as CheckingReaderData
const reader = openReader(handle)
const problems: string[] = []
let queries = 0
let newest = 0

while (Atomics.load(stop, 0) === 0 && problems.length === 0) {
  using querier = reader.querier()
  // Twice at one read point, with time for the writer in between.
  const last = await check(querier, queries % 3 === 0 ? 0 : Math.max(0, newest - 700))
  await new Promise((resolve) => setTimeout(resolve, 5))
  const again = await check(querier, Math.max(0, last - 100))
  if (again !== last) problems.push(`the read point moved from ${last} to ${again}`)
  if (last < newest) problems.push(`commit ${newest} was seen, then only ${last}`)
  newest = last
  queries++
}
reader.close()
const result: CheckingReaderResult = { queries, newest, problems: problems.slice(0, 5) }
parentPort?.postMessage(result, [])

/** Checks all commits after `from`; returns the newest that is there. */
async function check(querier: Querier, from: number): Promise<number> {
  const counts = new Map<number, number>()
  let last = from
  const matchers = [newMatcher('__name__', '=', 'm'), newMatcher('s', '!=', '')]
  for await (const batch of querier.select(everything, { matchers, startMs: timeOf(from + 1), endMs: Infinity })) {
    for (let i = 0; i < batch.count; i++) {
      const toTimes = batch.timeOffsets[i] - batch.offsets[i]
      for (let k = batch.offsets[i]; k < batch.offsets[i + 1]; k++) {
        const n = commitAt(batch.times[k + toTimes])
        if (batch.values[k] !== n) problems.push(`commit ${n}: ${querier.labels.get(batch.labels[i]).key} is ${batch.values[k]}`)
        counts.set(n, (counts.get(n) ?? 0) + 1)
        if (n > last) last = n
      }
    }
  }
  for (let n = from + 1; n <= last; n++) {
    const expected = seriesOf(n).length
    if (counts.get(n) !== expected) problems.push(`of ${last}, commit ${n}: ${counts.get(n)} of ${expected} series`)
  }
  return last
}
