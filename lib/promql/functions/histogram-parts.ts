import type { FloatHistogram } from '#lib/model'
import { HISTOGRAM, histogramAt, newSeries, setFloat, type Value, type VectorSeries } from '../columns.ts'
import { nativeVariance } from '../histogram/quantile.ts'
import { operatorOf, vectorOf } from '../operator.ts'
import type { CallCompiler } from './call-compiler.ts'

/** A number of each native histogram; floats have none. */
export const histogramPartCompilers: Record<string, CallCompiler> = {
  histogram_count: partOf((h) => h.count, true),
  histogram_sum: partOf((h) => h.sum, true),
  histogram_avg: partOf((h) => h.sum / h.count, true),
  histogram_stdvar: partOf(nativeVariance),
  histogram_stddev: partOf((h) => Math.sqrt(nativeVariance(h))),
}

function partOf(part: (h: FloatHistogram) => number, resolvesHints = false): CallCompiler {
  return (call, grid, planner) => {
    const input = planner.compileWithHints(call.args[0], grid, resolvesHints)
    return operatorOf([input], (): Value => {
      const series = vectorOf(input)
        .series.filter(hasHistograms)
        .map((member) => readPart(member, part))
      for (const out of series) planner.context.holdSeries(out)
      return { kind: 'vector', series }
    })
  }
}

function hasHistograms(series: VectorSeries): boolean {
  return series.present.includes(HISTOGRAM)
}

function readPart(member: VectorSeries, part: (h: FloatHistogram) => number): VectorSeries {
  const out = newSeries(member.labels, true, member.values.length)
  for (let step = 0; step < out.values.length; step++) {
    if (member.present[step] === HISTOGRAM) setFloat(out, step, part(histogramAt(member, step)))
  }
  return out
}
