/** What a sample costs to append, and what a series costs to hold: `node head.bench.ts`. */
import { Labels } from '#lib/model'
import type { SampleGroup, SeriesRef } from '#lib/storage'
import { START, TestFolder, TestStore } from './testdata/test-store.ts'

const TARGETS = 100
const SERIES = 1000
const SCRAPES = 60

const values: ((series: number, scrape: number) => number)[] = [
  (s, i) => s * 1000 + i * ((s % 13) + 1) * 15 + ((s * 31 + i * 17) % 7),
  (s, i) => ((s * 37 + i * 11) % 4000) / 100,
  (s) => s,
]

using folder = new TestFolder()
await using test = new TestStore(folder.path)
const heapBefore = process.memoryUsage().heapUsed
const groups: { group: SampleGroup; refs: SeriesRef[] }[] = []
for (let t = 0; t < TARGETS; t++) groups.push({ group: test.store.appender.openGroup(`t${t}`), refs: [] })

let made = 0
let addMs = 0
let commitMs = 0
for (let i = 0; i < SCRAPES; i++) {
  for (let t = 0; t < TARGETS; t++) {
    const { group, refs } = groups[t]
    group.begin(START + 15_000 * i + t * 100)
    if (i === 0) {
      const from = performance.now()
      for (let s = 0; s < SERIES; s++) refs.push(group.series(labelsOf(t, s)))
      made += performance.now() - from
    }
    const from = performance.now()
    for (let s = 0; s < SERIES; s++) group.add(refs[s], values[s % 3](s, i))
    const added = performance.now()
    if (!group.commit()) throw new Error(group.refusal)
    const committed = performance.now()
    // Scrapes of 100 targets are spread over 15 s, and maintenance runs each second.
    if (t % 7 === 6) test.store.maintain()
    if (i > 0) {
      addMs += added - from
      commitMs += committed - added
    }
  }
}
const samples = TARGETS * SERIES * (SCRAPES - 1)
const { bytes, chunks } = test.store.stats()
const { log, blocks, ...slabs } = bytes
const total = Object.values(slabs).reduce((sum, size) => sum + size, 0)
const perSeries = (size: number) => Math.round(size / (TARGETS * SERIES))
console.log(`node ${process.version}, ${TARGETS} targets × ${SERIES} series × ${SCRAPES} scrapes`)
console.log(`new series          ${((made * 1000) / (TARGETS * SERIES)).toFixed(2)} µs`)
console.log(`add                 ${((addMs * 1e6) / samples).toFixed(1)} ns a sample`)
console.log(`commit, with log    ${((commitMs * 1e6) / samples).toFixed(1)} ns a sample`)
console.log(`slabs               ${perSeries(total)} bytes a series, ${chunks} chunks, ${blocks} bytes of blocks`)
console.log(
  `  ${Object.entries(slabs)
    .map(([kind, size]) => `${kind} ${perSeries(size)}`)
    .join(', ')}`,
)
console.log(`heap                ${perSeries(process.memoryUsage().heapUsed - heapBefore)} bytes a series`)
console.log(`log                 ${(log / (TARGETS * SERIES * SCRAPES)).toFixed(1)} bytes a sample`)

function labelsOf(target: number, series: number): Labels {
  return Labels.from({
    __name__: `metric_${series % 200}_total`,
    cluster: 'prod',
    container: `app-${series % 10}`,
    endpoint: 'metrics',
    instance: `10.0.${target}.1:9100`,
    job: 'bench',
    namespace: `team-${target % 20}`,
    pod: `app-${target}-7d9f`,
    shard: `${Math.floor(series / 200)}`,
  })
}
