import type { Value, VectorSeries } from '../columns.ts'

/** One step's value for all steps. */
export function spread(value: Value, steps: number): Value {
  if (value.kind === 'string') return value
  if (value.kind === 'scalar') return { kind: 'scalar', values: new Float64Array(steps).fill(value.values[0]) }
  return { kind: 'vector', series: value.series.map((series) => spreadSeries(series, steps)) }
}

function spreadSeries(series: VectorSeries, steps: number): VectorSeries {
  return {
    labels: series.labels,
    dropName: series.dropName,
    values: new Float64Array(steps).fill(series.values[0]),
    present: new Uint8Array(steps).fill(series.present[0]),
    samples: -1,
    histograms: series.histograms && new Array(steps).fill(series.histograms[0]),
  }
}
