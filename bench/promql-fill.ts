/** `node bench/promql-fill.ts FOLDER END_MS`: writes the bench's data into a store, and leaves it as a crash would: all in the log. */
import { Labels } from '#lib/model'
import { leaveAsIs, openStoreToFill } from '../e2e/support/store-to-fill.ts'
import { type BenchSet, benchSets, INTERVAL_MS } from './promql-data.ts'

const [folder, end] = process.argv.slice(2)
const endMs = Number(end)
const { long, wide } = benchSets()

const store = openStoreToFill(folder)
const fill = ({ lengthMs, series }: BenchSet, name: string) => {
  const group = store.appender.openGroup(name)
  const refs = series.map(({ labels }) => group.series(Labels.from(labels)))
  const firstMs = endMs - lengthMs
  return (timeMs: number) => {
    const step = Math.round((timeMs - firstMs) / INTERVAL_MS)
    if (step < 0) return
    group.begin(timeMs)
    for (const [i, { valueAt }] of series.entries())
      if (!group.add(refs[i], valueAt(step))) throw new Error(`a sample was refused: ${group.refusal}`)
    if (!group.commit()) throw new Error('a commit was refused')
  }
}
const sets = [fill(long, 'long'), fill(wide, 'wide')]
for (let timeMs = endMs - long.lengthMs; timeMs <= endMs; timeMs += INTERVAL_MS) for (const write of sets) write(timeMs)
await leaveAsIs()
