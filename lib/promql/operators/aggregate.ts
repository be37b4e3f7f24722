import { annotationTexts } from '../annotations.ts'
import type { AggregateOp, Span } from '../ast.ts'
import {
  FLOAT,
  hasSamples,
  HISTOGRAM,
  histogramAt,
  newSeries,
  NONE,
  setFloat,
  setHistogram,
  type VectorSeries,
  type VectorValue,
} from '../columns.ts'
import type { QueryContext } from '../context.ts'
import { quantileOf } from '../functions/over-time.ts'
import { HistogramSum } from '../histogram/sum.ts'
import { isInfinite, keepsInfiniteMean, kahanCompensation } from '../kahan.ts'
import { groupSeries, type Group } from './grouping.ts'
import { sumColumns } from './sum-columns.ts'

/** What an aggregation is asked for. */
export interface AggregateRequest {
  readonly op: AggregateOp
  readonly grouping: readonly string[]
  readonly without: boolean
  readonly span: Span
  /** The scalar parameter, a value per step. */
  readonly param: Float64Array | undefined
}

type Aggregator = (group: Group, out: VectorSeries, request: AggregateRequest, context: QueryContext) => void

/** The aggregations that make one series of each group. */
export function aggregate(input: VectorValue, request: AggregateRequest, context: QueryContext): VectorValue {
  const run = aggregators.get(request.op)!
  const series: VectorSeries[] = []
  if (request.op === 'quantile') checkQuantile(request, context)
  for (const group of groupSeries(input.series, request.grouping, request.without)) {
    const out = newSeries(group.labels, group.dropName, group.members[0].values.length)
    run(group, out, request, context)
    if (!hasSamples(out)) continue
    context.holdSeries(out)
    series.push(out)
  }
  return { kind: 'vector', series }
}

function checkQuantile(request: AggregateRequest, context: QueryContext): void {
  for (const q of request.param!) {
    if (!(q >= 0 && q <= 1)) context.annotations.warn(annotationTexts.quantileRange(q), request.span)
  }
}

const sum: Aggregator = (group, out, request, context) => {
  const steps = out.values.length
  const compensation = new Float64Array(steps)
  const counts = new Float64Array(steps)
  sumColumns(group.members, out.values, compensation, counts)
  for (let step = 0; step < steps; step++) {
    if (counts[step] === 0) continue
    out.values[step] += isInfinite(out.values[step]) ? 0 : compensation[step]
    out.present[step] = FLOAT
  }
  sumHistograms(group, out, request, context, false)
}

const avg: Aggregator = (group, out, request, context) => {
  for (let step = 0; step < out.values.length; step++) {
    const mean = meanAt(group.members, step)
    if (mean !== undefined) setFloat(out, step, mean)
  }
  sumHistograms(group, out, request, context, true)
}

function meanAt(members: readonly VectorSeries[], step: number): number | undefined {
  let count = 0
  let total = 0
  let c = 0
  let isIncremental = false
  for (const { values, present } of members) {
    if (present[step] !== FLOAT) continue
    const value = values[step]
    count++
    if (count === 1) {
      total = value
      continue
    }
    if (!isIncremental && !isInfinite(total + value)) {
      c = kahanCompensation(value, total, c)
      total += value
      continue
    }
    if (!isIncremental) {
      isIncremental = true
      total /= count - 1
      c /= count - 1
    }
    if (keepsInfiniteMean(total, value)) continue
    const scaled = ((count - 1) / count) * total
    c = kahanCompensation(value / count, scaled, ((count - 1) / count) * c)
    total = scaled + value / count
  }
  if (count === 0) return undefined
  return isIncremental ? total + c : total / count + c / count
}

/** Adds the histograms of a group up; where floats are among them the step has no result. */
function sumHistograms(
  group: Group,
  out: VectorSeries,
  request: AggregateRequest,
  context: QueryContext,
  isMean: boolean,
): void {
  const members = group.members.filter((member) => member.histograms !== undefined)
  if (members.length === 0) return
  for (let step = 0; step < out.values.length; step++) {
    const holders = members.filter((member) => member.present[step] === HISTOGRAM)
    if (holders.length === 0) continue
    if (out.present[step] === FLOAT) {
      out.present[step] = NONE
      context.annotations.warn(annotationTexts.mixedFloatsHistogramsAggregation(), request.span)
      continue
    }
    const total = new HistogramSum(isMean)
    for (const holder of holders) total.add(histogramAt(holder, step))
    total.remark(context.annotations, request.span, '', 'aggregation')
    const result = total.result()
    if (result) setHistogram(out, step, result)
  }
}

const count: Aggregator = (group, out) => {
  for (const { present } of group.members) {
    for (let step = 0; step < present.length; step++)
      if (present[step] !== NONE) setFloat(out, step, out.values[step] + 1)
  }
}

const groupOne: Aggregator = (group, out) => {
  for (const { present } of group.members) {
    for (let step = 0; step < present.length; step++) if (present[step] !== NONE) setFloat(out, step, 1)
  }
}

function extreme(replaces: (value: number, best: number) => boolean): Aggregator {
  return (group, out, request, context) => {
    for (const { values, present } of group.members) {
      for (let step = 0; step < values.length; step++) {
        if (present[step] !== FLOAT) continue
        const best = out.values[step]
        if (out.present[step] === NONE || best !== best || replaces(values[step], best))
          setFloat(out, step, values[step])
      }
    }
    remarkOnIgnored(group, request, context)
  }
}

const deviation: Aggregator = (group, out, request, context) => {
  const steps = out.values.length
  const counts = new Float64Array(steps)
  const means = new Float64Array(steps)
  for (const { values, present } of group.members) {
    for (let step = 0; step < steps; step++) {
      if (present[step] !== FLOAT) continue
      counts[step]++
      const gap = values[step] - means[step]
      means[step] += gap / counts[step]
      setFloat(out, step, out.values[step] + gap * (values[step] - means[step]))
    }
  }
  for (let step = 0; step < steps; step++) {
    if (out.present[step] === NONE) continue
    const variance = out.values[step] / counts[step]
    out.values[step] = request.op === 'stddev' ? Math.sqrt(variance) : variance
  }
  remarkOnIgnored(group, request, context)
}

const quantile: Aggregator = (group, out, request, context) => {
  for (let step = 0; step < out.values.length; step++) {
    const values = group.members.filter((m) => m.present[step] === FLOAT).map((m) => m.values[step])
    if (values.length > 0) setFloat(out, step, quantileOf(request.param![step], Float64Array.from(values)))
  }
  remarkOnIgnored(group, request, context)
}

/** Says that an aggregation that knows floats alone passed histograms over. */
export function remarkOnIgnored(group: Group, request: AggregateRequest, context: QueryContext): void {
  if (group.members.some((member) => member.present.includes(HISTOGRAM))) {
    context.annotations.info(annotationTexts.ignoredHistogram(request.op), request.span)
  }
}

const aggregators = new Map<AggregateOp, Aggregator>([
  ['sum', sum],
  ['avg', avg],
  ['count', count],
  ['group', groupOne],
  ['min', extreme((value, best) => value < best)],
  ['max', extreme((value, best) => value > best)],
  ['stddev', deviation],
  ['stdvar', deviation],
  ['quantile', quantile],
])
