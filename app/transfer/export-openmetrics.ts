import { seriesText } from '#lib/exposition'
import { formatFloatG, isStaleAt, METRIC_NAME, wordsOf, type Matcher } from '#lib/model'
import { compareSeries, orderedSeries, type OrderedSeries, type StoreReader } from '#lib/tsdb'

/** What of a store is written. */
export interface ExportRange {
  /** Series that any of the lists selects; none: all. */
  readonly matcherSets: readonly (readonly Matcher[])[]
  readonly startMs: number
  readonly endMs: number
}

/** What was written, and what has no place in the format. */
export interface ExportReport {
  series: number
  samples: number
  /** Ends of series: the format has no sign for them. */
  staleMarkers: number
  histograms: number
}

/** A piece of the text, and how much of it all is done. */
export interface ExportedText {
  readonly text: string
  readonly done: number
  readonly total: number
}

/** How much text is put together before it is given. */
const CHUNK = 1 << 20

/** The samples of a store as OpenMetrics: a line each, with timestamps, the series of a metric together. Counts into `report`. */
export function* openMetricsOf(
  reader: StoreReader,
  range: ExportRange,
  report: ExportReport,
): Generator<ExportedText, undefined> {
  using list = orderedSeries(reader, { ...range, compare: compareSeries })
  const total = list.length
  let text = ''
  let done = 0
  for (const series of list) {
    done++
    if (series.count > 0) report.series++
    for (const line of linesOf(series, report)) {
      text += line
      if (text.length < CHUNK) continue
      yield { text, done, total }
      text = ''
    }
  }
  yield { text: `${text}# EOF\n`, done, total }
  return undefined
}

function* linesOf({ labels, count, times, values, histograms }: OrderedSeries, report: ExportReport): Iterable<string> {
  const pairs = [...labels].filter(([name]) => name !== METRIC_NAME).flat()
  const name = seriesText(labels.get(METRIC_NAME), pairs, 'allow-utf-8')
  const words = wordsOf(values)
  for (let i = 0; i < count; i++) {
    if (histograms[i] !== undefined) report.histograms++
    else if (isStaleAt(words, i)) report.staleMarkers++
    else {
      report.samples++
      yield `${name} ${formatFloatG(values[i])} ${times[i] / 1000}\n`
    }
  }
}
