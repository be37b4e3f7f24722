import { annotationTexts } from '../annotations.ts'
import { setFloat, setHistogram, type RangeSeries, type VectorSeries } from '../columns.ts'
import { HistogramSum } from '../histogram/sum.ts'
import { kahanMean, kahanSum } from '../kahan.ts'
import { metricName, type RangeCall, type RangeFunction } from './range-call.ts'
import { WholeSums } from './whole-sums.ts'

/** The sum of a window, of floats or of histograms. */
export const sumOverTime: RangeFunction = { run: (input, output, call) => total(input, output, call, false) }
/** The mean of a window, of floats or of histograms. */
export const avgOverTime: RangeFunction = { run: (input, output, call) => total(input, output, call, true) }

/** Of the series that is being looked at. */
const whole = new WholeSums()

function total(input: RangeSeries, output: VectorSeries, call: RangeCall, isMean: boolean): void {
  const { floats, histograms } = call
  const slides = whole.take(input.values, floats)
  for (let step = 0; step < floats.lo.length; step++) {
    const lo = floats.lo[step]
    const hi = floats.hi[step]
    const hasHistograms = histograms.lo[step] < histograms.hi[step]
    if (lo < hi && hasHistograms) {
      call.annotations.warn(annotationTexts.mixedFloatsHistograms(metricName(input.labels)), call.span)
    } else if (lo < hi) {
      const sum = slides ? whole.sum(lo, hi) : NaN
      if (slides) setFloat(output, step, isMean ? sum / (hi - lo) : sum)
      else setFloat(output, step, isMean ? kahanMean(input.values, lo, hi) : kahanSum(input.values, lo, hi))
    } else if (hasHistograms) {
      histogramTotal(input, output, call, step, isMean)
    }
  }
}

function histogramTotal(
  input: RangeSeries,
  output: VectorSeries,
  call: RangeCall,
  step: number,
  isMean: boolean,
): void {
  const sum = new HistogramSum(isMean)
  for (let i = call.histograms.lo[step]; i < call.histograms.hi[step]; i++) sum.add(input.histograms[i])
  sum.remark(call.annotations, call.span, metricName(input.labels), 'aggregation')
  const result = sum.result()
  if (result) setHistogram(output, step, result)
}
