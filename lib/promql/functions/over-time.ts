import { annotationTexts } from '../annotations.ts'
import { FLOAT, setFloat, setHistogram, type RangeSeries, type VectorSeries } from '../columns.ts'
import { kahanVariance } from '../kahan.ts'
import type { WindowEdges } from '../windows.ts'
import { metricName, type RangeCall, type RangeFunction } from './range-call.ts'

/** A value from values[lo … hi - 1], of which there is at least one. */
type WindowValue = (values: Float64Array, lo: number, hi: number) => number

/** A function of the floats of a window; windows without floats give nothing, histograms beside floats are ignored. */
function floatsOnly(window: WindowValue): RangeFunction {
  return {
    run(input, output, call) {
      const { lo, hi } = call.floats
      for (let step = 0; step < lo.length; step++) {
        if (lo[step] === hi[step]) continue
        output.values[step] = window(input.values, lo[step], hi[step])
        output.present[step] = FLOAT
      }
      if (input.histograms.length > 0) remarkOnIgnored(input, call)
    },
  }
}

/** Says that histograms were passed over where a window holds both kinds; at the first argument, as Prometheus does. */
export function remarkOnIgnored(input: RangeSeries, call: RangeCall, span = call.span): void {
  const { floats, histograms } = call
  for (let step = 0; step < floats.lo.length; step++) {
    if (floats.lo[step] < floats.hi[step] && histograms.lo[step] < histograms.hi[step]) {
      call.annotations.info(annotationTexts.ignoredInMixedRange(metricName(input.labels)), span)
      return
    }
  }
}

/** Places of a window's samples that may still be the extreme, best first; used anew for each series. */
let candidates = new Int32Array(256)

/** Windows only move forward: a sample that a later one beats never counts again, so a series costs its samples and steps. */
function extreme(beats: (value: number, other: number) => boolean): RangeFunction {
  return {
    run(input, output, call) {
      const { values } = input
      const { lo, hi } = call.floats
      if (candidates.length < values.length) candidates = new Int32Array(2 * values.length)
      let [first, end, next] = [0, 0, 0]
      for (let step = 0; step < lo.length; step++) {
        for (; next < hi[step]; next++) {
          const value = values[next]
          if (value !== value) continue // NaN is the extreme of a window of nothing else
          while (end > first && beats(value, values[candidates[end - 1]])) end--
          candidates[end++] = next
        }
        while (first < end && candidates[first] < lo[step]) first++
        if (lo[step] === hi[step]) continue
        output.values[step] = first < end ? values[candidates[first]] : NaN
        output.present[step] = FLOAT
      }
      if (input.histograms.length > 0) remarkOnIgnored(input, call)
    },
  }
}

export const minOverTime = extreme((value, other) => value < other)
export const maxOverTime = extreme((value, other) => value > other)

export const stddevOverTime = floatsOnly((values, lo, hi) => Math.sqrt(kahanVariance(values, lo, hi)))
export const stdvarOverTime = floatsOnly(kahanVariance)

/** The median distance to the median; a NaN leaves none. */
export const madOverTime = floatsOnly((values, lo, hi) => {
  for (let i = lo; i < hi; i++) if (values[i] !== values[i]) return NaN
  const median = quantileOf(0.5, values.slice(lo, hi))
  return quantileOf(
    0.5,
    values.slice(lo, hi).map((v) => Math.abs(v - median)),
  )
})

export const quantileOverTime: RangeFunction = {
  run(input, output, call) {
    const { lo, hi } = call.floats
    const q = call.params[0]
    for (let step = 0; step < lo.length; step++) {
      if (lo[step] === hi[step]) continue
      if (!(q[step] >= 0 && q[step] <= 1))
        call.annotations.warn(annotationTexts.quantileRange(q[step]), call.paramSpan, call.rangeSpan)
      setFloat(output, step, quantileOf(q[step], input.values.slice(lo[step], hi[step])))
    }
    if (input.histograms.length > 0) remarkOnIgnored(input, call, call.paramSpan)
  },
}

/** The quantile of some values, which are sorted here; between two of them their weighted mean. NaN sorts first. */
export function quantileOf(q: number, values: Float64Array): number {
  if (values.length === 0 || q !== q) return NaN
  if (q < 0) return -Infinity
  if (q > 1) return Infinity
  // Without a comparator the sort is native, and puts NaN last.
  values.sort()
  let nans = 0
  while (nans < values.length && values[values.length - 1 - nans] !== values[values.length - 1 - nans]) nans++
  const rank = q * (values.length - 1)
  const lower = Math.max(0, Math.floor(rank))
  const upper = Math.min(values.length - 1, lower + 1)
  const weight = rank - Math.floor(rank)
  const low = lower < nans ? NaN : values[lower - nans]
  const high = upper < nans ? NaN : values[upper - nans]
  return low * (1 - weight) + high * weight
}

/** Counts floats and histograms together. */
export const countOverTime: RangeFunction = { run: (_, output, call) => counted(output, call, false) }
/** 1 where the window holds anything. */
export const presentOverTime: RangeFunction = { run: (_, output, call) => counted(output, call, true) }

function counted(output: VectorSeries, call: RangeCall, asOne: boolean): void {
  const { floats, histograms } = call
  for (let step = 0; step < floats.lo.length; step++) {
    const count = floats.hi[step] - floats.lo[step] + histograms.hi[step] - histograms.lo[step]
    if (count > 0) setFloat(output, step, asOne ? 1 : count)
  }
}

/** The newest sample of the window, as it is. */
export const lastOverTime: RangeFunction = {
  keepsName: true,
  run(input, output, call) {
    for (let step = 0; step < call.floats.lo.length; step++) {
      const f = call.floats.hi[step] - 1
      const h = call.histograms.hi[step] - 1
      const hasFloat = f >= call.floats.lo[step]
      const hasHistogram = h >= call.histograms.lo[step]
      if (hasHistogram && (!hasFloat || input.times[f] < input.histogramTimes[h])) {
        setHistogram(output, step, input.histograms[h])
      } else if (hasFloat) setFloat(output, step, input.values[f])
    }
  },
}

/** The oldest sample of the window, as it is. */
export const firstOverTime: RangeFunction = {
  keepsName: true,
  run(input, output, call) {
    for (let step = 0; step < call.floats.lo.length; step++) {
      const f = call.floats.lo[step]
      const h = call.histograms.lo[step]
      const hasFloat = f < call.floats.hi[step]
      const hasHistogram = h < call.histograms.hi[step]
      if (hasHistogram && (!hasFloat || input.times[f] > input.histogramTimes[h])) {
        setHistogram(output, step, input.histograms[h])
      } else if (hasFloat) setFloat(output, step, input.values[f])
    }
  },
}

/** The time in seconds of one sample of the window. */
function timeOfSample(pick: (input: RangeSeries, lo: number, hi: number) => number): RangeFunction {
  return {
    run(input, output, call) {
      const { lo, hi } = call.floats
      for (let step = 0; step < lo.length; step++) {
        if (lo[step] < hi[step]) setFloat(output, step, input.times[pick(input, lo[step], hi[step])] / 1000)
      }
      if (input.histograms.length > 0) remarkOnIgnored(input, call)
    },
  }
}

/** Of equal extremes the newest counts. */
export const tsOfMinOverTime = timeOfSample(({ values }, lo, hi) => {
  let at = lo
  for (let i = lo + 1; i < hi; i++) if (values[i] <= values[at] || values[at] !== values[at]) at = i
  return at
})

export const tsOfMaxOverTime = timeOfSample(({ values }, lo, hi) => {
  let at = lo
  for (let i = lo + 1; i < hi; i++) if (values[i] >= values[at] || values[at] !== values[at]) at = i
  return at
})

function timeOfEdge(first: boolean): RangeFunction {
  return {
    run(input, output, call) {
      const { floats, histograms } = call
      for (let step = 0; step < floats.lo.length; step++) {
        const times: number[] = []
        if (floats.lo[step] < floats.hi[step]) times.push(input.times[edge(floats, step, first)])
        if (histograms.lo[step] < histograms.hi[step]) times.push(input.histogramTimes[edge(histograms, step, first)])
        if (times.length > 0) setFloat(output, step, (first ? Math.min(...times) : Math.max(...times)) / 1000)
      }
    },
  }
}

function edge(edges: WindowEdges, step: number, first: boolean): number {
  return first ? edges.lo[step] : edges.hi[step] - 1
}

export const tsOfFirstOverTime = timeOfEdge(true)
export const tsOfLastOverTime = timeOfEdge(false)
