import { formatFloatG, quote } from '#lib/model'
import type { Span } from './ast.ts'

/** Collects what a query warns of and remarks on, each text once: at that of its places which is evaluated last. */
export class Annotations {
  readonly #warnings = new Map<string, Note>()
  readonly #infos = new Map<string, Note>()
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  get warnings(): string[] {
    return this.#shown(this.#warnings)
  }

  get infos(): string[] {
    return this.#shown(this.#infos)
  }

  /** `beside` is another part of the expression that warns, where what it warns of is but a parameter. */
  warn(text: string, span: Span, beside = span): void {
    note(this.#warnings, `PromQL warning: ${text}`, { span, of: around(span, beside) })
  }

  info(text: string, span: Span): void {
    note(this.#infos, `PromQL info: ${text}`, { span, of: span })
  }

  #shown(notes: ReadonlyMap<string, Note>): string[] {
    return Array.from(notes, ([text, { span }]) => text + this.#place(span))
  }

  /** ` (line:column)`, nothing where the query came as a tree. */
  #place(span: Span): string {
    if (this.#text === '') return ''
    const before = this.#text.slice(0, span.start).split('\n')
    return ` (${before.length}:${before[before.length - 1].length + 1})`
  }
}

/** Where a remark stands, and the expression that it is of. */
interface Note {
  readonly span: Span
  readonly of: Span
}

function note(notes: Map<string, Note>, text: string, made: Note): void {
  const other = notes.get(text)
  if (other === undefined || isAfter(made.of, other.of)) notes.set(text, made)
}

function around(a: Span, b: Span): Span {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) }
}

/** An expression is evaluated after those in it, and after those to its left. */
function isAfter(a: Span, b: Span): boolean {
  if (a.start <= b.start && b.end <= a.end) return true
  return a.start > b.start && !(b.start <= a.start && a.end <= b.end)
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
  quantileRange: (q: number) => `quantile value should be between 0 and 1, got ${formatFloatG(q)}`,
  ratioRange: (r: number, capped: number) =>
    `ratio value should be between -1 and 1, got ${formatFloatG(r)}, capping to ${formatFloatG(capped)}`,
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
