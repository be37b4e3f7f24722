import type { FloatHistogram } from '#lib/model'
import { annotationTexts } from '../annotations.ts'
import { FLOAT, setFloat, setHistogram, type RangeSeries, type VectorSeries } from '../columns.ts'
import { instantHistogramRate } from './histogram-rate.ts'
import { metricName, type RangeCall, type RangeFunction } from './range-call.ts'
import { isStartReset } from './start-times.ts'

/** irate and idelta: the change between the last two samples of the window. */
export const irate: RangeFunction = { run: (input, output, call) => lastTwo(input, output, call, true) }
export const idelta: RangeFunction = { run: (input, output, call) => lastTwo(input, output, call, false) }

/** A sample of either kind. */
interface Picked {
  readonly timeMs: number
  readonly startMs: number
  readonly value: number
  readonly histogram: FloatHistogram | undefined
}

function lastTwo(input: RangeSeries, output: VectorSeries, call: RangeCall, isRate: boolean): void {
  if (input.histograms.length === 0 && input.starts === undefined) lastTwoFloats(input, output, call, isRate)
  else lastTwoOfAny(input, output, call, isRate)
}

/** The hot case; lastTwoOfAny says the same plainly. */
function lastTwoFloats(
  { times, values }: RangeSeries,
  output: VectorSeries,
  { floats: { lo, hi } }: RangeCall,
  isRate: boolean,
): void {
  for (let step = 0; step < lo.length; step++) {
    const last = hi[step] - 1
    if (last <= lo[step]) continue
    const before = values[last - 1]
    const value = values[last]
    const seconds = isRate ? (times[last] - times[last - 1]) / 1000 : 1
    output.values[step] = (isRate && value < before ? value : value - before) / seconds
    output.present[step] = FLOAT
  }
}

function lastTwoOfAny(input: RangeSeries, output: VectorSeries, call: RangeCall, isRate: boolean): void {
  for (let step = 0; step < call.floats.lo.length; step++) {
    const [previous, last] = pickLastTwo(input, call, step)
    if (previous === undefined || last === undefined || last.timeMs === previous.timeMs) continue
    const seconds = isRate ? (last.timeMs - previous.timeMs) / 1000 : 1
    if (last.histogram && previous.histogram) {
      const isReset = isRate && startedAnew(previous, last)
      const result = instantHistogramRate(previous.histogram, last.histogram, isReset, isRate, seconds, input, call)
      if (result) setHistogram(output, step, result)
    } else if (last.histogram || previous.histogram) {
      call.annotations.warn(annotationTexts.mixedFloatsHistograms(metricName(input.labels)), call.span)
    } else {
      const isReset = isRate && (last.value < previous.value || startedAnew(previous, last))
      setFloat(output, step, (isReset ? last.value : last.value - previous.value) / seconds)
    }
  }
}

function startedAnew(previous: Picked, last: Picked): boolean {
  return isStartReset(previous.startMs, previous.timeMs, last.startMs, last.timeMs)
}

function pickLastTwo(input: RangeSeries, call: RangeCall, step: number): Picked[] {
  const picked: Picked[] = []
  for (let k = Math.max(call.floats.lo[step], call.floats.hi[step] - 2); k < call.floats.hi[step]; k++) {
    picked.push(floatAt(input, k))
  }
  for (let k = Math.max(call.histograms.lo[step], call.histograms.hi[step] - 2); k < call.histograms.hi[step]; k++) {
    picked.push(histogramAt(input, k))
  }
  return picked.toSorted((a, b) => a.timeMs - b.timeMs).slice(-2)
}

function floatAt(input: RangeSeries, k: number): Picked {
  return { timeMs: input.times[k], startMs: input.starts?.[k] ?? 0, value: input.values[k], histogram: undefined }
}

function histogramAt(input: RangeSeries, k: number): Picked {
  return {
    timeMs: input.histogramTimes[k],
    startMs: input.histogramStarts?.[k] ?? 0,
    value: 0,
    histogram: input.histograms[k],
  }
}
