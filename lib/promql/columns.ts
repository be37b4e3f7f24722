import { type FloatHistogram, Labels } from '#lib/model'

/** What a step of a column holds. */
export const NONE = 0
export const FLOAT = 1
export const HISTOGRAM = 2

/** The steps that an operator answers for: startMs, startMs + stepMs … (one step when stepMs is 0). */
export interface Grid {
  readonly startMs: number
  readonly stepMs: number
  readonly steps: number
}

/** One series over all steps of a grid. Never changed once its operator has handed it on. */
export interface VectorSeries {
  readonly labels: Labels
  /** The name (and type and unit) is to be dropped once the query has its result. */
  readonly dropName: boolean
  readonly values: Float64Array
  /** NONE, FLOAT or HISTOGRAM per step. */
  readonly present: Uint8Array
  /** How many steps hold a sample, once somebody has counted; -1 before. */
  samples: number
  /** As long as `values` where some step holds a histogram. */
  histograms: (FloatHistogram | undefined)[] | undefined
}

/** What an operator gives. */
export type Value = VectorValue | ScalarValue | StringValue
export interface VectorValue {
  readonly kind: 'vector'
  readonly series: readonly VectorSeries[]
}
export interface ScalarValue {
  readonly kind: 'scalar'
  readonly values: Float64Array
}
export interface StringValue {
  readonly kind: 'string'
  readonly value: string
}

/** Places of values that are below the one before them: of a counter, that it started again. */
export interface Falls {
  count: number
  places: Int32Array
}

/** The raw samples of one series, stale markers taken out, floats and histograms apart. */
export interface RangeSeries {
  readonly labels: Labels
  readonly dropName: boolean
  readonly times: Float64Array
  readonly values: Float64Array
  /** Where the values fall, if they were looked for and no value is NaN; true until the next series is read. */
  readonly falls: Falls | undefined
  /** Start timestamps, 0 where unknown. */
  readonly starts: Float64Array | undefined
  readonly histogramTimes: Float64Array
  readonly histograms: readonly FloatHistogram[]
  readonly histogramStarts: Float64Array | undefined
}

/** A series without any sample yet. */
export function newSeries(labels: Labels, dropName: boolean, steps: number): VectorSeries {
  return seriesOf(labels, dropName, new Float64Array(steps), new Uint8Array(steps))
}

/** A series of these columns, whose samples nobody has counted. */
export function seriesOf(
  labels: Labels,
  dropName: boolean,
  values: Float64Array,
  present: Uint8Array,
  histograms?: VectorSeries['histograms'],
): VectorSeries {
  return { labels, dropName, values, present, samples: -1, histograms }
}

/** A series without labels that has a value at every step. */
export function everywhere(values: Float64Array): VectorSeries {
  return seriesOf(Labels.empty, false, values, new Uint8Array(values.length).fill(FLOAT))
}

/** Puts a histogram at a step. */
export function setHistogram(series: VectorSeries, step: number, histogram: FloatHistogram): void {
  series.histograms ??= new Array<FloatHistogram | undefined>(series.values.length).fill(undefined)
  series.histograms[step] = histogram
  series.present[step] = HISTOGRAM
}

/** Puts a float at a step. */
export function setFloat(series: VectorSeries, step: number, value: number): void {
  series.values[step] = value
  series.present[step] = FLOAT
}

/** Copies what a step of one series holds to the same step of another. */
export function copyStep(from: VectorSeries, to: VectorSeries, step: number): void {
  if (from.present[step] === HISTOGRAM) setHistogram(to, step, histogramAt(from, step))
  else setFloat(to, step, from.values[step])
}

/** The histogram at a step whose presence says that it has one. */
export function histogramAt(series: VectorSeries, step: number): FloatHistogram {
  return series.histograms![step]!
}

/** Whether any step holds a sample. */
export function hasSamples({ present }: VectorSeries): boolean {
  for (let i = 0; i < present.length; i++) if (present[i] !== NONE) return true
  return false
}

const BYTES_OF_SERIES = 200
const BYTES_OF_BUCKET = 8
const BYTES_OF_HISTOGRAM = 250

/** About how many bytes a series takes; columns that several share are counted for each. */
export function bytesOf({ values, present, histograms }: VectorSeries): number {
  let bytes = BYTES_OF_SERIES + values.byteLength + present.byteLength
  for (const histogram of histograms ?? [])
    if (histogram)
      bytes +=
        BYTES_OF_HISTOGRAM + (histogram.positiveBuckets.length + histogram.negativeBuckets.length) * BYTES_OF_BUCKET
  return bytes
}

/** The number of steps that hold a sample; of a series that is finished, as it is counted once. */
export function countSamples(series: VectorSeries): number {
  if (series.samples >= 0) return series.samples
  const present = series.present
  let count = 0
  // Most have one at every step, which is told many steps at a time.
  if (!present.includes(NONE)) count = present.length
  else for (let i = 0; i < present.length; i++) if (present[i] !== NONE) count++
  series.samples = count
  return count
}

/** The time of a step. */
export function timeOf(grid: Grid, step: number): number {
  return grid.startMs + step * grid.stepMs
}

/** The last step's time. */
export function endOf(grid: Grid): number {
  return timeOf(grid, grid.steps - 1)
}

/** The same series under other labels: columns are shared. */
export function relabelled(series: VectorSeries, labels: Labels, dropName: boolean): VectorSeries {
  return {
    labels,
    dropName,
    values: series.values,
    present: series.present,
    samples: series.samples,
    histograms: series.histograms,
  }
}

/** The labels that go when a name is dropped. */
export function isReservedLabel(name: string): boolean {
  return name === '__name__' || name === '__type__' || name === '__unit__'
}
