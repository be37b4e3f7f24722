import { existsSync, mkdirSync } from 'node:fs'
import { compareLabels, type StoredHistogram, wordsOf } from '#lib/model'
import { type NativeHistogram, SampleColumns, type SeriesToWrite, writePrometheusBlock } from '#lib/prometheus-data'
import { orderedSeries, type OrderedSeries, type StoreReader } from '#lib/tsdb'
import type { ExportRange } from './export-openmetrics.ts'

/** What was written. */
export interface PrometheusReport {
  blocks: number
  series: number
  samples: number
}

/** How far it is, in milliseconds of the range. */
export type OnWritten = (doneMs: number, totalMs: number, report: PrometheusReport) => void

/** Writes the samples of a store as blocks of Prometheus, each of a whole range of times counted from 1970 as Prometheus does. */
export async function exportPrometheus(
  reader: StoreReader,
  to: string,
  range: ExportRange,
  blockMs: number,
  onWritten: OnWritten,
): Promise<PrometheusReport> {
  if (!existsSync(to)) mkdirSync(to, { recursive: true })
  const { startMs, endMs } = within(reader, range)
  const report: PrometheusReport = { blocks: 0, series: 0, samples: 0 }
  for (let fromMs = Math.floor(startMs / blockMs) * blockMs; fromMs <= endMs; fromMs += blockMs) {
    const part = { ...range, startMs: Math.max(startMs, fromMs), endMs: Math.min(endMs, fromMs + blockMs - 1) }
    using list = orderedSeries(reader, { ...part, compare: compareLabels })
    const block = await writePrometheusBlock(to, seriesOf(list))
    if (block !== undefined) {
      report.blocks++
      report.series = Math.max(report.series, block.series)
      report.samples += block.samples
    }
    onWritten(fromMs + blockMs - startMs, endMs - startMs, report)
  }
  return report
}

/** The part of a range in which the store has samples. */
function within(reader: StoreReader, range: ExportRange): { startMs: number; endMs: number } {
  let [first, last] = [Infinity, -Infinity]
  using list = orderedSeries(reader, { ...range, compare: compareLabels })
  for (const { count, times } of list) {
    if (count === 0) continue
    first = Math.min(first, times[0])
    last = Math.max(last, times[count - 1])
  }
  return { startMs: first, endMs: last }
}

function* seriesOf(list: Iterable<OrderedSeries>): Generator<SeriesToWrite> {
  const samples = new SampleColumns()
  for (const { labels, count, times, values, histograms } of list) {
    samples.clear()
    const words = wordsOf(values)
    for (let i = 0; i < count; i++) {
      const histogram = nativeOf(histograms[i])
      // Prometheus keeps the sum in the column of values.
      if (histogram !== undefined) values[i] = histogram.sum
      samples.add(times[i], words[2 * i], words[2 * i + 1], 0, histogram)
    }
    yield { labels, samples }
  }
}

function nativeOf(histogram: StoredHistogram | undefined): NativeHistogram | undefined {
  if (histogram === undefined) return undefined
  const { exact, isInteger = false, ...shared } = histogram
  if (exact === undefined) return { ...shared, isInteger }
  const positive = 2 + histogram.positiveBuckets.length
  const counts = {
    count: exact[0],
    zeroCount: exact[1],
    positiveBuckets: [...exact.subarray(2, positive)],
    negativeBuckets: [...exact.subarray(positive)],
  }
  return { ...shared, isInteger, exact: counts }
}
