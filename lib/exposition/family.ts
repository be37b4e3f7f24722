/** What kind of values a family holds; `unknown` is `untyped` in the text format. */
export type FamilyType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown'

/** One metric family as a producer hands it over to be written. */
export interface MetricFamily {
  /** As Prometheus stores it: a counter's name ends in `_total` where its producer wants that. */
  readonly name: string
  readonly help: string
  readonly type: FamilyType
  readonly unit?: string
  readonly metrics: readonly Metric[]
}

/** One line of a family: the suffix is for histograms and summaries (`_bucket`, `_sum`, `_count`) and `_created` of OpenMetrics. */
export interface Metric {
  readonly suffix?: string
  /** name, value, name, value … in the order in which they are written. */
  readonly labels: readonly string[]
  /** A bigint where a counter passes 2^53. */
  readonly value: number | bigint
  readonly timestampMs?: number
  /** Written in OpenMetrics only. */
  readonly exemplar?: MetricExemplar
}

/** A sample of what a counter or bucket counted, such as a trace. */
export interface MetricExemplar {
  readonly labels: readonly string[]
  readonly value: number
  readonly timestampMs?: number
}
