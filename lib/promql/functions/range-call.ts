import { METRIC_NAME, type Labels } from '#lib/model'
import type { Annotations } from '../annotations.ts'
import type { Span } from '../ast.ts'
import type { RangeSeries, VectorSeries } from '../columns.ts'
import type { WindowEdges } from '../windows.ts'

/** One call of a range function, the same for all of its series. */
export interface RangeCall {
  /** Each step's window in the float and histogram columns of the series at hand. */
  readonly floats: WindowEdges
  readonly histograms: WindowEdges
  /** The window of a step ends at firstEndMs + step × stepMs. */
  readonly firstEndMs: number
  readonly stepMs: number
  readonly rangeMs: number
  readonly offsetMs: number
  readonly lookbackMs: number
  readonly extension: 'none' | 'anchored' | 'smoothed'
  /** The scalar arguments, a value per step; set before the first series comes. */
  params: readonly Float64Array[]
  /** The evaluation times of the steps, in milliseconds. */
  readonly evalStartMs: number
  readonly evalStepMs: number
  readonly annotations: Annotations
  /** Where remarks on the range argument stand. */
  readonly span: Span
  /** Of the range argument. */
  readonly rangeSpan: Span
  /** Of the first scalar argument, where there is one. */
  readonly paramSpan: Span
}

/** A function over ranges. */
export interface RangeFunction {
  /** The result is still the metric (last_over_time and the like). */
  readonly keepsName?: boolean
  /** It wants to know where the values of a series fall. */
  readonly asksForFalls?: boolean
  /** Fills the output series from the input series by the windows of the call. */
  run(input: RangeSeries, output: VectorSeries, call: RangeCall): void
  /** Annotates by the labels of a series that has a value. */
  remark?(labels: Labels, output: VectorSeries, call: RangeCall): void
}

/** The metric's name for annotations. */
export function metricName(labels: Labels): string {
  return labels.get(METRIC_NAME)
}
