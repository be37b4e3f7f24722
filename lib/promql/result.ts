import type { FloatHistogram, Labels } from '#lib/model'

/** The answer to a query. */
export interface QueryResult {
  readonly type: 'scalar' | 'string' | 'vector' | 'matrix'
  /** Of a vector (one sample each) and a matrix, in the order in which they are answered. */
  readonly series: readonly ResultSeries[]
  /** Of a scalar or string: its time and value. */
  readonly scalar?: { readonly timeMs: number; readonly value: number }
  readonly string?: { readonly timeMs: number; readonly value: string }
  readonly warnings: readonly string[]
  readonly infos: readonly string[]
  readonly stats: QueryStats
}

export interface ResultSeries {
  readonly labels: Labels
  /** Of the float samples. */
  readonly times: Float64Array
  readonly values: Float64Array
  /** The histogram samples, in order of time; absent where there are none. */
  readonly histograms?: readonly { readonly timeMs: number; readonly histogram: FloatHistogram }[]
}

export interface QueryStats {
  readonly seriesRead: number
  readonly samplesRead: number
  readonly peakSamples: number
  /** About how many bytes its values took at most. */
  readonly peakBytes: number
  /** Milliseconds spent: parsing and planning, waiting for samples, computing. */
  readonly prepareMs: number
  readonly selectMs: number
  readonly evalMs: number
}
