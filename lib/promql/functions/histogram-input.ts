import type { FloatHistogram, Labels } from '#lib/model'
import { annotationTexts, type Annotations } from '../annotations.ts'
import type { Span } from '../ast.ts'
import { FLOAT, HISTOGRAM, histogramAt, type VectorSeries } from '../columns.ts'
import type { ClassicBucket } from '../histogram/classic.ts'
import { metricName } from './range-call.ts'

/** One histogram over all steps: native, or classic as a series per bucket; at some step it may wrongly be both. */
export interface HistogramSource {
  readonly labels: Labels
  readonly native: VectorSeries[]
  readonly buckets: ClassicBucket[]
}

/** Puts the buckets of each classic histogram together, and takes native histograms as they are. */
export function histogramSources(
  input: readonly VectorSeries[],
  annotations: Annotations,
  span: Span,
): HistogramSource[] {
  const sources = new Map<string, HistogramSource>()
  for (const series of input) {
    const hasFloats = series.present.includes(FLOAT)
    if (series.histograms && series.present.includes(HISTOGRAM)) sourceOf(sources, series.labels).native.push(series)
    if (!hasFloats) continue
    const le = series.labels.get('le')
    const upper = parseBound(le)
    if (upper === undefined) {
      annotations.warn(annotationTexts.badBucketLabel(metricName(series.labels), le), span)
    } else {
      sourceOf(sources, series.labels.without('le')).buckets.push({ upper, series })
    }
  }
  return [...sources.values()]
}

function sourceOf(sources: Map<string, HistogramSource>, labels: Labels): HistogramSource {
  let source = sources.get(labels.key)
  if (!source) {
    source = { labels, native: [], buckets: [] }
    sources.set(labels.key, source)
  }
  return source
}

function parseBound(text: string): number | undefined {
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return undefined
  return Number(text)
}

/** The native histogram at a step. */
export function nativeAt(source: HistogramSource, step: number): FloatHistogram | undefined {
  const holder = source.native.find((series) => series.present[step] === HISTOGRAM)
  return holder && histogramAt(holder, step)
}
