import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CUSTOM_BUCKETS, Labels, type StoredHistogram } from '#lib/model'
import { BlockImport, openStore, orderedSeries, type OrderedSeries, type StoreReader } from '#lib/tsdb'
import { openMetricsOf } from './export-openmetrics.ts'
import { exportPrometheus } from './export-prometheus.ts'
import { importOpenMetrics } from './import-openmetrics.ts'
import { importPrometheus } from './import-prometheus.ts'
import { openOffline } from './offline-store.ts'

const START = 1_700_000_000_000
const ALL = { matcherSets: [], startMs: Number.MIN_SAFE_INTEGER, endMs: Number.MAX_SAFE_INTEGER }
const quiet = () => undefined
const never = new AbortController().signal

class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'transfer-'))

  at(name: string): string {
    return join(this.path, name)
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

const integers: StoredHistogram = {
  counterResetHint: 0,
  schema: 2,
  zeroThreshold: 1e-9,
  zeroCount: 1,
  count: 9,
  sum: 12.5,
  positiveSpans: [{ offset: -1, length: 2 }],
  positiveBuckets: [3, 5],
  negativeSpans: [],
  negativeBuckets: [],
  customValues: [],
  isInteger: true,
}
const wide: StoredHistogram = {
  ...integers,
  count: Number(2n ** 60n + 3n),
  zeroCount: 2,
  positiveSpans: [{ offset: 0, length: 1 }],
  positiveBuckets: [Number(2n ** 60n + 1n)],
  exact: BigUint64Array.of(2n ** 60n + 3n, 2n, 2n ** 60n + 1n),
}
const custom: StoredHistogram = {
  ...integers,
  schema: CUSTOM_BUCKETS,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 3.5,
  positiveSpans: [{ offset: 0, length: 2 }],
  positiveBuckets: [1.5, 2],
  customValues: [0.5],
  isInteger: false,
}

/** A store over three hours with floats of every kind, stale markers and histograms; an uppercase label comes before the name. */
async function fill(folder: string): Promise<void> {
  const refuse = () => Promise.reject(new Error('nothing is changed here'))
  const work = { flush: refuse, compact: refuse, erase: refuse, snapshot: refuse }
  const limits = { retentionMs: 0, retentionBytes: 0, retentionPercentage: 0, maxSeries: 0, maxBytes: 0 }
  const store = openStore({ folder, blockRangeMs: 7_200_000, maxBlockRangeMs: 7_200_000, ...limits, ...work })
  const group = store.appender.openGroup('test')
  for (let i = 0; i < 180; i++) {
    group.begin(START + i * 60_000)
    const add = (labels: Record<string, string>, value: number) => group.add(group.series(Labels.from(labels)), value)
    assert.ok(add({ __name__: 'up', job: 'a' }, i % 7))
    assert.ok(add({ __name__: 'zeta', A: 'upper' }, i === 5 ? -0 : i / 3))
    if (i % 50 !== 49) assert.ok(add({ __name__: 'naïve', ünit: 'x' }, i === 3 ? Infinity : NaN))
    else assert.ok(group.addStale(group.series(Labels.from({ __name__: 'naïve', ünit: 'x' }))))
    const h = group.series(Labels.from({ __name__: 'latency' }))
    assert.ok(i === 90 ? group.addStale(h) : group.addHistogram(h, [integers, wide, custom][i % 3]), group.refusal)
    assert.ok(group.commit())
  }
  await store.flushAndClose()
}

function contentOf(reader: StoreReader, keep: (series: OrderedSeries, i: number) => boolean = () => true): string[] {
  using list = orderedSeries(reader, { ...ALL, compare: (a, b) => (a.key < b.key ? -1 : 1) })
  // One after the other: the columns of one are those of the next.
  return Array.from(list, (series) => {
    const { labels, count, times, values, histograms } = series
    const words = new BigUint64Array(values.slice(0, count).buffer)
    const samples = Array.from({ length: count }, (_, i) => {
      const value = histograms[i] === undefined ? `${words[i]}` : JSON.stringify(histograms[i], exactText)
      return keep(series, i) ? `${times[i]} ${value}` : ''
    })
    return [labels.key, ...samples.filter(Boolean)].join('\n')
  })
}

function exactText(_: string, value: unknown): unknown {
  return value instanceof BigUint64Array ? Array.from(value, String) : value
}

test('transfer: what goes out as blocks of Prometheus comes back the same, and goes on where it was ended', async () => {
  using folder = new Folder()
  await fill(folder.at('store'))
  await using from = openOffline(folder.at('store'))
  const report = await exportPrometheus(from.reader, folder.at('prometheus'), ALL, 3_600_000, quiet)
  assert.equal(report.samples, 4 * 180)
  assert.equal(readdirSync(folder.at('prometheus')).length, report.blocks)
  assert.ok(report.blocks >= 3)
  const stop = new AbortController()
  let told = 0
  const ended = importPrometheus(
    folder.at('prometheus'),
    folder.at('copy'),
    () => {
      if (++told === 6) stop.abort(new Error('enough'))
    },
    stop.signal,
  )
  await assert.rejects(ended, /enough/)
  const again = await importPrometheus(folder.at('prometheus'), folder.at('copy'), quiet, never)
  assert.ok(again.known > 0 && again.known < again.sources, `${again.known} of ${again.sources}`)
  assert.deepEqual(again.problems, [])
  const last = await importPrometheus(folder.at('prometheus'), folder.at('copy'), quiet, never)
  assert.deepEqual([last.known, last.samples], [last.sources, 0])
  await using copy = openOffline(folder.at('copy'))
  assert.deepEqual(contentOf(copy.reader), contentOf(from.reader))
})

test('transfer: OpenMetrics takes all but histograms and ends of series, and says how many it left out', async () => {
  using folder = new Folder()
  await fill(folder.at('store'))
  await using from = openOffline(folder.at('store'))
  const report = { series: 0, samples: 0, staleMarkers: 0, histograms: 0 }
  const text = Array.from(openMetricsOf(from.reader, ALL, report), (piece) => piece.text).join('')
  assert.deepEqual(report, { series: 4, samples: 3 * 180 - 3, staleMarkers: 4, histograms: 179 })
  writeFileSync(folder.at('all.om'), text)
  const done = await importOpenMetrics(folder.at('all.om'), folder.at('copy'), quiet, never)
  assert.deepEqual([done.samples, done.series, done.known], [537, 3, 0])
  assert.equal((await importOpenMetrics(folder.at('all.om'), folder.at('copy'), quiet, never)).known, 1)
  await using copy = openOffline(folder.at('copy'))
  const isFloat = ({ values, histograms }: OrderedSeries, i: number) =>
    histograms[i] === undefined && new BigUint64Array(values.slice(i, i + 1).buffer)[0] !== 0x7ff0000000000002n
  const expected = contentOf(from.reader, isFloat).filter((one) => one.includes('\n'))
  assert.deepEqual(contentOf(copy.reader), expected)
})

test('transfer: a file that ends early, a sample without a time and a store in use are refused', async () => {
  using folder = new Folder()
  const take = (text: string) => {
    writeFileSync(folder.at('x.om'), text)
    return importOpenMetrics(folder.at('x.om'), folder.at('copy'), quiet, never)
  }
  await assert.rejects(take('up 1 1700000000\n'), /does not end with # EOF/)
  await assert.rejects(take('up 1\n# EOF\n'), /a sample of up has no timestamp/)
  await assert.rejects(take('up one 1700000000\n# EOF\n'), /line 1/)
  await assert.rejects(importPrometheus(folder.at('none'), folder.at('copy'), quiet, never), /there is no folder/)
  await fill(folder.at('store'))
  await using _ = openOffline(folder.at('store'))
  assert.throws(() => new BlockImport(folder.at('store')), /is in use by another program/)
})
