import { existsSync } from 'node:fs'
import { isStaleAt, type StoredHistogram, wordsOf } from '#lib/model'
import { type NativeHistogram, openPrometheusData, type SeriesSamples } from '#lib/prometheus-data'
import { BlockImport } from '#lib/tsdb'
import type { ImportReport, OnProgress } from './import-report.ts'

/**
 * Copies what Prometheus' data folder holds into the folder of a store: blocks, then what is in the head alone. It may be ended
 * at any time, and goes on behind the last block that was finished.
 */
export async function importPrometheus(
  from: string,
  folder: string,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<ImportReport> {
  if (!existsSync(from)) throw new Error(`there is no folder ${from}: name Prometheus' --storage.tsdb.path`)
  using target = new BlockImport(folder)
  using data = await openPrometheusData(from, { signal })
  const report: ImportReport = { series: 0, samples: 0, known: 0, sources: data.sources.length, problems: [] }
  let known = 0
  for (const source of data.sources) {
    const parts = [...source.blocks.map(({ ulid }) => ulid), ...(source.hasHead ? ['head'] : [])]
    const name = `prometheus ${parts.join(' ')} ${source.fromMs}-${source.toMs}`
    if (target.has(name)) {
      report.known++
      known += source.size
      continue
    }
    using writer = target.begin({ name, fromMs: source.fromMs, toMs: source.toMs })
    const before = { series: report.series, samples: report.samples }
    for await (const series of source.series(signal)) {
      writer.add(blockSeriesOf(series))
      report.series = before.series + writer.series
      report.samples = before.samples + writer.samples
      onProgress(known + data.readBytes, data.size, report)
    }
    signal.throwIfAborted()
    writer.finish()
  }
  report.problems = data.problems.list.map(({ file, offset, problem, isTornTail }) =>
    isTornTail ? `${file} ends in an unfinished write at ${offset}` : `${file} at ${offset}: ${problem}`,
  )
  return report
}

function blockSeriesOf({ labels, samples }: SeriesSamples) {
  const { count, times, values, histograms } = samples
  if (histograms === undefined) return { labels, count, times, values }
  const words = wordsOf(values)
  // The end of a series of histograms is a stale marker as any other is.
  const stored = histograms.map((one, i) => (one === undefined || isStaleAt(words, i) ? undefined : storedOf(one)))
  return { labels, count, times, values, histograms: stored }
}

function storedOf({ exact, ...histogram }: NativeHistogram): StoredHistogram {
  if (exact === undefined) return histogram
  const { count, zeroCount, positiveBuckets, negativeBuckets } = exact
  return { ...histogram, exact: BigUint64Array.of(count, zeroCount, ...positiveBuckets, ...negativeBuckets) }
}
