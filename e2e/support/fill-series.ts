/** `node e2e/support/fill-series.ts FOLDER SERIES`: writes a store of so many series with a few samples up to now, and ends. */
import { Labels } from '#lib/model'
import { leaveAsIs, openStoreToFill } from './store-to-fill.ts'

const [folder, count] = process.argv.slice(2)
const SAMPLES = 4
const INTERVAL_MS = 15_000

const store = openStoreToFill(folder)
const group = store.appender.openGroup('filled')
const begin = Math.floor(Date.now() / 1000) * 1000 - SAMPLES * INTERVAL_MS
group.begin(begin)
const refs = Array.from({ length: Number(count) }, (_, i) =>
  group.series(
    Labels.from({
      __name__: `filled_${i % 100}_total`,
      instance: `10.0.${(i >> 8) & 255}.${i & 255}:9100`,
      namespace: `ns-${i % 50}`,
      pod: `app-${Math.floor(i / 100)}`,
    }),
  ),
)
for (let k = 0; k < SAMPLES; k++) {
  group.begin(begin + k * INTERVAL_MS)
  for (const [i, ref] of refs.entries()) group.add(ref, k * (i % 1000))
  if (!group.commit()) throw new Error(`a commit was refused: ${group.refusal}`)
}
await leaveAsIs()
