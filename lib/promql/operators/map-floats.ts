import {
  FLOAT,
  HISTOGRAM,
  hasSamples,
  histogramAt,
  newSeries,
  setHistogram,
  type VectorSeries,
  type VectorValue,
} from '../columns.ts'
import type { QueryContext } from '../context.ts'
import { scaleHistogram } from '../histogram/arithmetic.ts'

/** Applies a function to every float. Histograms are dropped, or negated where `negatesHistograms` says so. */
export function mapFloats(
  input: VectorValue,
  map: (value: number, step: number) => number,
  context: QueryContext,
  negatesHistograms = false,
): VectorValue {
  const series: VectorSeries[] = []
  for (const member of input.series) {
    const out = newSeries(member.labels, true, member.values.length)
    for (let step = 0; step < out.values.length; step++) {
      if (member.present[step] === FLOAT) {
        out.values[step] = map(member.values[step], step)
        out.present[step] = FLOAT
      } else if (negatesHistograms && member.present[step] === HISTOGRAM) {
        setHistogram(out, step, scaleHistogram(histogramAt(member, step), -1))
      }
    }
    if (!hasSamples(out)) continue
    context.holdSeries(out)
    series.push(out)
  }
  return { kind: 'vector', series }
}
