import {
  alignSeries,
  highestOf,
  lowestOf,
  stackColumns,
  statsOf,
  type ColumnStats,
  type RangeSeries,
} from './columns.ts'
import { chooseUnit, type Unit, type UnitKind } from './units.ts'

/** One line of a chart. `color` is 1 to 6, or 10 for “others”; without it the order decides. */
export interface ChartSeries {
  name: string
  points: RangeSeries
  color?: number
  dashed?: boolean
}

/** A limit or a request: a level that the values are compared with. */
export interface ChartLine {
  name: string
  value: number
  kind: 'limit' | 'request'
}

/** Something that happened, drawn across all charts of a page. */
export interface ChartMark {
  atMs: number
  name: string
  critical?: boolean
}

/** What a chart is made from. */
export interface ChartInput {
  unit: UnitKind
  series: ChartSeries[]
  lines?: ChartLine[]
  stack?: boolean
  stepMs: number
  toMs: number
  language: string
}

/** A chart as numbers, before anything is drawn. */
export interface ChartModel {
  unit: Unit
  low: number
  high: number
  times: number[]
  series: DrawnSeries[]
  lines: (ChartLine & { far: boolean })[]
  stack: boolean
  pointCount: number
}

/** A series with its values, where they are drawn, and its figures. */
export interface DrawnSeries {
  name: string
  color: number
  dashed: boolean
  values: (number | null)[]
  tops: (number | null)[]
  stats: ColumnStats
}

const COLORS = 6
/** A limit beyond three times the highest value would flatten what it limits: it is written at the edge instead. */
const FAR = 3

/** Lines up series, stacks them, and chooses one unit and one scale. */
export function chartModel(input: ChartInput): ChartModel {
  const { times, values } = alignSeries(
    input.series.map(({ points }) => points),
    input.stepMs,
  )
  const tops = input.stack ? stackColumns(values) : values
  const peak = highestOf(tops)
  const lines = (input.lines ?? []).map((line) => Object.assign(line, { far: line.value > FAR * peak }))
  const top = Math.max(peak, ...lines.filter(({ far }) => !far).map(({ value }) => value))
  const ended = (times.at(-1) ?? 0) < input.toMs - 2.5 * input.stepMs
  const series = input.series.map((one, i) => ({
    name: one.name,
    color: one.color ?? (i % COLORS) + 1,
    dashed: one.dashed ?? i >= COLORS,
    values: values[i],
    tops: tops[i],
    stats: ended ? { ...statsOf(values[i]), last: null } : statsOf(values[i]),
  }))
  return {
    unit: chooseUnit(input.unit, top, input.language),
    low: lowestOf(tops) * 1.06,
    high: top > 0 ? top * 1.06 : 1,
    times,
    series,
    lines,
    stack: input.stack ?? false,
    pointCount: values.reduce((sum, column) => sum + column.filter((value) => value !== null).length, 0),
  }
}

/** The same chart with only some of its series; the scale follows what is left. */
export function isolate(model: ChartModel, names: ReadonlySet<string>): ChartModel {
  if (names.size === 0) return model
  const series = model.series.filter(({ name }) => names.has(name))
  if (series.length === 0) return model
  const tops = model.stack ? stackColumns(series.map(({ values }) => values)) : series.map(({ values }) => values)
  const peak = highestOf(tops)
  const lines = model.lines.map((line) => ({ ...line, far: line.value > FAR * peak }))
  const top = Math.max(peak, ...lines.filter(({ far }) => !far).map(({ value }) => value))
  return {
    ...model,
    lines,
    series: series.map((one, i) => Object.assign(one, { tops: tops[i] })),
    high: top > 0 ? top * 1.06 : 1,
    low: lowestOf(tops) * 1.06,
  }
}
