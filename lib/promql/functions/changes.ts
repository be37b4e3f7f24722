import type { FloatHistogram } from '#lib/model'
import { setFloat, type RangeSeries, type VectorSeries } from '../columns.ts'
import { detectReset, equalHistograms } from '../histogram/compare.ts'
import type { RangeCall, RangeFunction } from './range-call.ts'
import { isStartReset } from './start-times.ts'

/** How often the value changed in the window. */
export const changes: RangeFunction = {
  run(input, output, call) {
    if (input.histograms.length === 0 && call.extension === 'none') {
      countWithin(changesUpTo(input.values), output, call)
    } else countTransitions(input, output, call, isChange)
  },
}

/** How often the counter was reset in the window. */
export const resets: RangeFunction = {
  run(input, output, call) {
    if (input.histograms.length === 0 && call.extension === 'none' && input.starts === undefined) {
      countWithin(resetsUpTo(input.values), output, call)
    } else countTransitions(input, output, call, isReset)
  },
}

/** How many there are up to each sample; used anew for each series. */
let upTo = new Int32Array(256)

function room(samples: number): Int32Array {
  if (upTo.length < samples) upTo = new Int32Array(2 * samples)
  upTo[0] = 0
  return upTo
}

function changesUpTo(values: Float64Array): Int32Array {
  const counts = room(values.length)
  for (let i = 1; i < values.length; i++) {
    const previous = values[i - 1]
    const value = values[i]
    counts[i] = counts[i - 1] + (value !== previous && (value === value || previous === previous) ? 1 : 0)
  }
  return counts
}

function resetsUpTo(values: Float64Array): Int32Array {
  const counts = room(values.length)
  for (let i = 1; i < values.length; i++) counts[i] = counts[i - 1] + (values[i] < values[i - 1] ? 1 : 0)
  return counts
}

/** Of each window, what its samples after the first add. */
function countWithin(counts: Int32Array, output: VectorSeries, call: RangeCall): void {
  const { lo, hi } = call.floats
  for (let step = 0; step < lo.length; step++)
    if (lo[step] < hi[step]) setFloat(output, step, counts[hi[step] - 1] - counts[lo[step]])
}

/** One sample of a window that may mix kinds. */
interface Sample {
  readonly timeMs: number
  readonly startMs: number
  readonly value: number
  readonly histogram: FloatHistogram | undefined
}

type Transition = (previous: Sample, sample: Sample) => boolean

function isChange(previous: Sample, sample: Sample): boolean {
  if (previous.histogram && sample.histogram) return !equalHistograms(previous.histogram, sample.histogram)
  if (previous.histogram || sample.histogram) return true
  return !Object.is(previous.value, sample.value) && previous.value !== sample.value
}

function isReset(previous: Sample, sample: Sample): boolean {
  if (isStartReset(previous.startMs, previous.timeMs, sample.startMs, sample.timeMs)) return true
  if (previous.histogram && sample.histogram) return detectReset(sample.histogram, previous.histogram)
  if (previous.histogram || sample.histogram) return true
  return sample.value < previous.value
}

function countTransitions(input: RangeSeries, output: VectorSeries, call: RangeCall, counts: Transition): void {
  const samples = allSamples(input)
  let lo = 0
  let hi = 0
  for (let step = 0; step < output.values.length; step++) {
    const endMs = call.firstEndMs + step * call.stepMs
    const startMs = endMs - call.rangeMs
    while (hi < samples.length && samples[hi].timeMs <= endMs) hi++
    while (lo < hi && samples[lo].timeMs <= startMs) lo++
    const from = call.extension === 'none' ? lo : anchorOf(samples, lo, startMs, call.lookbackMs)
    if (from === hi || samples[hi - 1].timeMs <= startMs) continue
    let count = 0
    for (let i = from + 1; i < hi; i++) if (counts(samples[i - 1], samples[i])) count++
    setFloat(output, step, count)
  }
}

/** An anchored window also has the newest sample at or before its start, if within the lookback. */
function anchorOf(samples: readonly Sample[], lo: number, startMs: number, lookbackMs: number): number {
  return lo > 0 && samples[lo - 1].timeMs > startMs - lookbackMs ? lo - 1 : lo
}

function allSamples(input: RangeSeries): Sample[] {
  const samples: Sample[] = []
  for (let i = 0; i < input.times.length; i++) {
    samples.push({
      timeMs: input.times[i],
      startMs: input.starts?.[i] ?? 0,
      value: input.values[i],
      histogram: undefined,
    })
  }
  for (let i = 0; i < input.histograms.length; i++) {
    samples.push({
      timeMs: input.histogramTimes[i],
      startMs: input.histogramStarts?.[i] ?? 0,
      value: 0,
      histogram: input.histograms[i],
    })
  }
  return input.histograms.length === 0 ? samples : samples.sort((a, b) => a.timeMs - b.timeMs)
}
