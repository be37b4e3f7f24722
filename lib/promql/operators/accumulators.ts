import { annotationTexts } from '../annotations.ts'
import type { AggregateOp, Span } from '../ast.ts'
import { FLOAT, HISTOGRAM, histogramAt, NONE, setFloat, setHistogram, type VectorSeries } from '../columns.ts'
import type { QueryContext } from '../context.ts'
import { quantileOf } from '../functions/over-time.ts'
import { HistogramSum } from '../histogram/sum.ts'
import { isInfinite, keepsInfiniteMean, kahanCompensation } from '../kahan.ts'
import { addColumn } from './sum-columns.ts'

/** What an aggregation is asked for. */
export interface AggregateRequest {
  readonly op: AggregateOp
  readonly grouping: readonly string[]
  readonly without: boolean
  /** Of what is aggregated. */
  /** Of what is aggregated. */
  readonly span: Span
  /** Of the whole. */
  readonly wholeSpan: Span
  /** Of the parameter, where there is one. */
  readonly paramSpan: Span
  /** The scalar parameter, a value per step. */
  readonly param: Float64Array | undefined
}

/** Puts the members of one group together, one after the other, into its column. */
export interface Accumulator {
  /** A member is not kept, unless it holds histograms. */
  add(member: VectorSeries): void
  /** After the last one: the column is done. */
  finish(): void
}

type Aggregator = (out: VectorSeries, request: AggregateRequest, context: QueryContext) => Accumulator

/** What puts a group together. */
export function accumulate(out: VectorSeries, request: AggregateRequest, context: QueryContext): Accumulator {
  return aggregators.get(request.op)!(out, request, context)
}

/** Whether members need not be kept until all are there. */
export function isStreamable(op: AggregateOp): boolean {
  return op !== 'quantile' && aggregators.has(op)
}

const sum: Aggregator = (out, request, context) => {
  const steps = out.values.length
  const compensation = new Float64Array(steps)
  const holders: VectorSeries[] = []
  return {
    add(member) {
      addColumn(member.values, member.present, out.values, compensation, out.present)
      if (member.histograms) holders.push(member)
    },
    finish() {
      for (let step = 0; step < steps; step++) {
        if (out.present[step] === FLOAT) out.values[step] += isInfinite(out.values[step]) ? 0 : compensation[step]
      }
      sumHistograms(holders, out, request, context, false)
    },
  }
}

/** A mean as a sum, until that overflows; from then on by increments. */
const avg: Aggregator = (out, request, context) => {
  const steps = out.values.length
  const totals = out.values
  const compensation = new Float64Array(steps)
  const counts = new Float64Array(steps)
  const isIncremental = new Uint8Array(steps)
  const holders: VectorSeries[] = []
  const addIncrement = (step: number, value: number) => {
    const count = counts[step]
    if (isIncremental[step] === 0) {
      isIncremental[step] = 1
      totals[step] /= count - 1
      compensation[step] /= count - 1
    }
    if (keepsInfiniteMean(totals[step], value)) return
    const share = (count - 1) / count
    const scaled = share * totals[step]
    compensation[step] = kahanCompensation(value / count, scaled, share * compensation[step])
    totals[step] = scaled + value / count
  }
  return {
    add(member) {
      const { values, present } = member
      for (let step = 0; step < steps; step++) {
        if (present[step] !== FLOAT) continue
        const value = values[step]
        counts[step]++
        if (counts[step] === 1) totals[step] = value
        else if (isIncremental[step] === 0 && !isInfinite(totals[step] + value)) {
          compensation[step] = kahanCompensation(value, totals[step], compensation[step])
          totals[step] += value
        } else addIncrement(step, value)
      }
      if (member.histograms) holders.push(member)
    },
    finish() {
      for (let step = 0; step < steps; step++) {
        const count = counts[step]
        if (count === 0) continue
        const c = compensation[step]
        totals[step] = isIncremental[step] === 1 ? totals[step] + c : totals[step] / count + c / count
        out.present[step] = FLOAT
      }
      sumHistograms(holders, out, request, context, true)
    },
  }
}

/** Adds the histograms of a group up; where floats are among them the step has no result. */
function sumHistograms(
  members: readonly VectorSeries[],
  out: VectorSeries,
  request: AggregateRequest,
  context: QueryContext,
  isMean: boolean,
): void {
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

const count: Aggregator = (out) => {
  const counts = new Uint32Array(out.values.length)
  return {
    add({ present }) {
      for (let step = 0; step < counts.length; step++) counts[step] += present[step] === NONE ? 0 : 1
    },
    finish() {
      for (let step = 0; step < counts.length; step++) if (counts[step] > 0) setFloat(out, step, counts[step])
    },
  }
}

const groupOne: Aggregator = (out) => ({
  add({ present }) {
    for (let step = 0; step < present.length; step++) if (present[step] !== NONE) setFloat(out, step, 1)
  },
  finish() {
    // It is 1 already.
  },
})

function extreme(replaces: (value: number, best: number) => boolean): Aggregator {
  return (out, request, context) => {
    const holders: VectorSeries[] = []
    return {
      add(member) {
        const { values, present } = member
        for (let step = 0; step < values.length; step++) {
          if (present[step] !== FLOAT) continue
          const best = out.values[step]
          if (out.present[step] === NONE || best !== best || replaces(values[step], best))
            setFloat(out, step, values[step])
        }
        if (member.histograms) holders.push(member)
      },
      finish: () => remarkOnIgnored(holders, request, context),
    }
  }
}

const deviation: Aggregator = (out, request, context) => {
  const steps = out.values.length
  const counts = new Float64Array(steps)
  const means = new Float64Array(steps)
  const holders: VectorSeries[] = []
  return {
    add(member) {
      const { values, present } = member
      for (let step = 0; step < steps; step++) {
        if (present[step] !== FLOAT) continue
        counts[step]++
        const gap = values[step] - means[step]
        means[step] += gap / counts[step]
        setFloat(out, step, out.values[step] + gap * (values[step] - means[step]))
      }
      if (member.histograms) holders.push(member)
    },
    finish() {
      for (let step = 0; step < steps; step++) {
        if (out.present[step] === NONE) continue
        const variance = out.values[step] / counts[step]
        out.values[step] = request.op === 'stddev' ? Math.sqrt(variance) : variance
      }
      remarkOnIgnored(holders, request, context)
    },
  }
}

const quantile: Aggregator = (out, request, context) => {
  const members: VectorSeries[] = []
  return {
    add: (member) => void members.push(member),
    finish() {
      const values = new Float64Array(members.length)
      for (let step = 0; step < out.values.length; step++) {
        let count = 0
        for (const member of members) if (member.present[step] === FLOAT) values[count++] = member.values[step]
        if (count > 0) setFloat(out, step, quantileOf(request.param![step], values.subarray(0, count)))
      }
      remarkOnIgnored(members, request, context)
    },
  }
}

/** Says that an aggregation that knows floats alone passed histograms over. */
export function remarkOnIgnored(
  members: readonly VectorSeries[],
  request: AggregateRequest,
  context: QueryContext,
  span = request.span,
): void {
  if (members.some((member) => member.present.includes(HISTOGRAM))) {
    context.annotations.info(annotationTexts.ignoredHistogram(request.op), span)
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
