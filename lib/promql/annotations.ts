import { formatFloat, quote } from '#lib/model'
import type { Span } from './ast.ts'

/** Collects what a query warns of and remarks on; the same text at the same place is kept once. */
export class Annotations {
  readonly #warnings = new Set<string>()
  readonly #infos = new Set<string>()
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  get warnings(): string[] {
    return [...this.#warnings]
  }

  get infos(): string[] {
    return [...this.#infos]
  }

  warn(text: string, span: Span): void {
    this.#warnings.add(`PromQL warning: ${text}${this.#place(span)}`)
  }

  info(text: string, span: Span): void {
    this.#infos.add(`PromQL info: ${text}${this.#place(span)}`)
  }

  /** ` (line:column)`, nothing where the query came as a tree. */
  #place(span: Span): string {
    if (this.#text === '') return ''
    const before = this.#text.slice(0, span.start).split('\n')
    return ` (${before.length}:${before[before.length - 1].length + 1})`
  }
}

/** ` for metric name "x"` where the name is known. */
function named(text: string, metric: string): string {
  return metric === '' ? text : `${text} for metric name ${quote(metric)}`
}

/** The texts, as Prometheus words them. */
export const annotationTexts = {
  mixedFloatsHistograms: (metric: string) =>
    `encountered a mix of histograms and floats for metric name ${quote(metric)}`,
  mixedFloatsHistogramsAggregation: () => 'encountered a mix of histograms and floats for aggregation',
  mixedClassicNative: (metric: string) => named('vector contains a mix of classic and native histograms', metric),
  mixedSchemas: (metric: string) =>
    named('vector contains a mix of histograms with exponential and custom buckets schemas', metric),
  notCounter: (metric: string) => `this native histogram metric is not a counter: ${quote(metric)}`,
  notGauge: (metric: string) => `this native histogram metric is not a gauge: ${quote(metric)}`,
  possibleNonCounter: (metric: string) =>
    `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${quote(metric)}`,
  badBucketLabel: (metric: string, value: string) =>
    named(`bucket label "le" is missing or has a malformed value of ${quote(value)}`, metric),
  forcedMonotonicity: (metric: string) =>
    named(
      'input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)',
      metric,
    ),
  quantileRange: (q: number) => `quantile value should be between 0 and 1, got ${formatFloat(q)}`,
  ratioRange: (r: number, capped: number) =>
    `ratio value should be between -1 and 1, got ${formatFloat(r)}, capping to ${formatFloat(capped)}`,
  ignoredHistogram: (operation: string) => `ignored histogram in ${operation} aggregation`,
  ignoredInMixedRange: (metric: string) =>
    named('ignored histograms in a range containing both floats and histograms', metric),
  incompatibleTypes: (op: string, left: string, right: string) =>
    `incompatible sample types encountered for binary operator ${quote(op)}: ${left} ${op} ${right}`,
  incompatibleBuckets: (op: string) => `incompatible bucket layout encountered for binary operator ${op}`,
  resetCollision: (operation: string) => `conflicting counter resets during histogram ${operation}`,
  reconciledBuckets: (operation: string) => `mismatched custom buckets were reconciled during ${operation}`,
  quantileNaN: (metric: string) => named('input to histogram_quantile has NaN observations, result is NaN', metric),
  quantileSkewed: (metric: string) =>
    named('input to histogram_quantile has NaN observations, result is skewed higher', metric),
  fractionNaN: (metric: string) =>
    named('input to histogram_fraction has NaN observations, which are excluded from all fractions', metric),
  sortInRange: () => 'sort is ineffective for range queries since results are always ordered by labels',
  startOverlap: (metric: string) =>
    `sample has start time that overlaps with previous sample timestamp for metric ${quote(metric)}`,
}
