import { seriesOf, type Value, type VectorSeries } from '../columns.ts'

/** One step's value for all steps. */
export function spread(value: Value, steps: number): Value {
  if (value.kind === 'string') return value
  if (value.kind === 'scalar') return { kind: 'scalar', values: new Float64Array(steps).fill(value.values[0]) }
  return { kind: 'vector', series: value.series.map((series) => spreadSeries(series, steps)) }
}

function spreadSeries(series: VectorSeries, steps: number): VectorSeries {
  const values = new Float64Array(steps).fill(series.values[0])
  const present = new Uint8Array(steps).fill(series.present[0])
  const histograms = series.histograms && new Array(steps).fill(series.histograms[0])
  return seriesOf(series.labels, series.dropName, values, present, histograms)
}
