import type { Labels } from '#lib/model'
import { annotationTexts } from '../annotations.ts'
import { hasSamples, newSeries, NONE, seriesOf, type VectorSeries, type VectorValue } from '../columns.ts'
import type { QueryContext } from '../context.ts'
import { extremes } from '../min-max.ts'
import type { SeriesSink } from '../series-sink.ts'
import { accumulate, type Accumulator, type AggregateRequest } from './accumulators.ts'
import { Grouping } from './grouping.ts'

/** The aggregations that make one series of each group, over a value that is there. */
export function aggregate(input: VectorValue, request: AggregateRequest, context: QueryContext): VectorValue {
  if (request.op === 'quantile') checkQuantile(request, context)
  const sink = new AggregatingSink(request, context, input.series[0]?.values.length ?? 0)
  for (const series of input.series) sink.take(series)
  return sink.result()
}

/** Of the quantiles of all steps the worst are told. */
function checkQuantile({ param, paramSpan, wholeSpan }: AggregateRequest, { annotations }: QueryContext): void {
  const { least, most, hasNaN } = extremes(param!)
  if (hasNaN) annotations.warn(annotationTexts.quantileRange(NaN), paramSpan, wholeSpan)
  if (most > 1) annotations.warn(annotationTexts.quantileRange(most), paramSpan, wholeSpan)
  if (least < 0) annotations.warn(annotationTexts.quantileRange(least), paramSpan, wholeSpan)
}

interface Group {
  readonly out: VectorSeries
  readonly accumulator: Accumulator
  /** The name goes when it goes from any member. */
  dropName: boolean
}

/**
 * Puts series together group by group as they come in; groups come in the order of their first member. Right behind a leaf
 * all are made in one column that is used again for each, and none is kept.
 */
export class AggregatingSink implements SeriesSink {
  readonly #request: AggregateRequest
  readonly #context: QueryContext
  readonly #steps: number
  readonly #grouping: Grouping
  readonly #groups = new Map<string, Group>()
  #scratch: VectorSeries | undefined
  /** Told of each series, where somebody follows the plan. */
  readonly #onSeries: ((series: VectorSeries) => void) | undefined

  constructor(
    request: AggregateRequest,
    context: QueryContext,
    steps: number,
    onSeries?: (series: VectorSeries) => void,
  ) {
    this.#request = request
    this.#context = context
    this.#steps = steps
    this.#grouping = new Grouping(request.grouping, request.without)
    this.#onSeries = onSeries
  }

  open(labels: Labels, dropName: boolean): VectorSeries {
    const before = this.#scratch
    if (before === undefined || before.histograms !== undefined)
      return (this.#scratch = newSeries(labels, dropName, this.#steps))
    const { values, present } = before
    present.fill(NONE)
    return (this.#scratch = seriesOf(labels, dropName, values, present))
  }

  take(series: VectorSeries): void {
    this.#context.check()
    this.#onSeries?.(series)
    const group = this.#groupOf(series.labels)
    group.dropName ||= series.dropName
    group.accumulator.add(series)
  }

  result(): VectorValue {
    const series: VectorSeries[] = []
    for (const { out, accumulator, dropName } of this.#groups.values()) {
      accumulator.finish()
      if (!hasSamples(out)) continue
      const named = dropName ? { ...out, dropName } : out
      this.#context.holdSeries(named)
      series.push(named)
    }
    this.#groups.clear()
    return { kind: 'vector', series }
  }

  #groupOf(given: Labels): Group {
    const key = this.#grouping.keyOf(given)
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    const out = newSeries(this.#grouping.labelsOf(given), false, this.#steps)
    const accumulator = accumulate(out, this.#request, this.#context)
    const group = { out, accumulator, dropName: false }
    this.#groups.set(key, group)
    return group
  }
}
