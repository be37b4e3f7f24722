import type { FloatHistogram } from '#lib/model'

/** The samples of one series; histograms stand at the places of values, where there are any. */
export interface Samples {
  readonly count: number
  readonly times: Float64Array
  readonly values: Float64Array
  readonly histograms?: readonly (FloatHistogram | undefined)[]
}

/** Samples of two in order of time. Of two at one time the first's is kept, as a query keeps it. Values are copied as they lie, every bit of them. */
export function mergeSamples(a: Samples, b: Samples): Samples {
  const out = new Merged(a.count + b.count)
  let i = 0
  let j = 0
  while (i < a.count || j < b.count) {
    const fromA = i
    while (i < a.count && !(j < b.count && b.times[j] < a.times[i])) i++
    out.add(a, fromA, i)
    while (j < b.count && b.times[j] <= out.lastMs) j++
    const fromB = j
    while (j < b.count && !(i < a.count && a.times[i] <= b.times[j])) j++
    out.add(b, fromB, j)
  }
  return out
}

class Merged implements Samples {
  count = 0
  lastMs = -Infinity
  readonly times: Float64Array
  readonly values: Float64Array
  readonly histograms: (FloatHistogram | undefined)[] = []

  constructor(size: number) {
    this.times = new Float64Array(size)
    this.values = new Float64Array(size)
  }

  add({ times, values, histograms = [] }: Samples, from: number, to: number): void {
    if (from >= to) return
    this.times.set(times.subarray(from, to), this.count)
    this.values.set(values.subarray(from, to), this.count)
    for (let i = from; i < to && i < histograms.length; i++) this.histograms[this.count + i - from] = histograms[i]
    this.count += to - from
    this.lastMs = times[to - 1]
  }
}
