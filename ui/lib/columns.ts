/** One series of a range answer: its labels and its points, times in ms, ascending. */
export interface RangeSeries {
  labels: Record<string, string>
  times: number[]
  values: number[]
}

/** One series of an instant answer. */
export interface InstantSeries {
  labels: Record<string, string>
  value: number
}

/** Points of several series on one axis of time: null where a series has none. */
export interface Columns {
  times: number[]
  values: (number | null)[][]
}

/** A number as Prometheus' JSON writes it. */
export function parseValue(text: string): number {
  if (text === '+Inf') return Infinity
  return text === '-Inf' ? -Infinity : Number(text)
}

/** A matrix of Prometheus' JSON as series. */
export function readMatrix(result: { metric: Record<string, string>; values?: [number, string][] }[]): RangeSeries[] {
  return result.map(({ metric, values = [] }) => ({
    labels: metric,
    times: values.map(([seconds]) => Math.round(seconds * 1000)),
    values: values.map(([, text]) => parseValue(text)),
  }))
}

/** A vector of Prometheus' JSON as series. */
export function readVector(result: { metric: Record<string, string>; value?: [number, string] }[]): InstantSeries[] {
  return result.flatMap(({ metric, value }) => (value ? [{ labels: metric, value: parseValue(value[1]) }] : []))
}

/** Any answer to an instant query as series: of a range vector the newest value, of a scalar one series without labels. */
export function readInstant(data: { resultType?: string; result?: unknown } | undefined): InstantSeries[] {
  const result = data?.result
  if (!Array.isArray(result)) return []
  if (data?.resultType === 'scalar' || data?.resultType === 'string') {
    return [{ labels: {}, value: parseValue(String(result[1])) }]
  }
  if (data?.resultType !== 'matrix') return readVector(result as never)
  return readMatrix(result as never).flatMap(({ labels, values }) =>
    values.slice(-1).map((value) => ({ labels, value })),
  )
}

/** The identity of a series: equal for equal labels in any order. */
export function seriesKey(labels: Record<string, string>): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** Joins new points to a range answer and lets go of what is older than `fromMs`; the old answer stays as it was. */
export function appendSeries(before: RangeSeries[], added: RangeSeries[], fromMs: number): RangeSeries[] {
  const news = new Map(added.map((series) => [seriesKey(series.labels), series]))
  const merged = before.map((series) => {
    const key = seriesKey(series.labels)
    const more = news.get(key)
    news.delete(key)
    return trim(more ? join(series, more) : series, fromMs)
  })
  return [...merged, ...news.values()].filter((series) => series.times.length > 0)
}

function join(series: RangeSeries, more: RangeSeries): RangeSeries {
  const last = series.times.at(-1) ?? -Infinity
  const start = more.times.findIndex((at) => at > last)
  if (start < 0) return series
  return {
    labels: series.labels,
    times: [...series.times, ...more.times.slice(start)],
    values: [...series.values, ...more.values.slice(start)],
  }
}

function trim(series: RangeSeries, fromMs: number): RangeSeries {
  const start = series.times.findIndex((at) => at >= fromMs)
  if (start === 0) return series
  if (start < 0) return { ...series, times: [], values: [] }
  return { ...series, times: series.times.slice(start), values: series.values.slice(start) }
}

/** Lines series up on one axis of time. Where nothing came for more than a step, a gap is put: gaps are never bridged. */
export function alignSeries(series: RangeSeries[], stepMs: number): Columns {
  const present = [...new Set(series.flatMap((one) => one.times))].toSorted((a, b) => a - b)
  const times = present.flatMap((at, i) => {
    const before = present[i - 1]
    return before !== undefined && at - before > stepMs * 1.5 ? [before + stepMs, at] : [at]
  })
  const at = new Map(times.map((time, i) => [time, i]))
  const values = series.map((one) => {
    const column: (number | null)[] = Array.from({ length: times.length }, () => null)
    one.times.forEach((time, i) => {
      const value = one.values[i]
      if (Number.isFinite(value)) column[at.get(time)!] = value
    })
    return column
  })
  return { times, values }
}

/** Each column on top of those before it. A part that is missing counts as nothing while another part is there. */
export function stackColumns(values: (number | null)[][]): (number | null)[][] {
  const length = values[0]?.length ?? 0
  const tops = values.map(() => Array.from({ length }, (): number | null => null))
  for (let i = 0; i < length; i++) {
    if (values.every((column) => column[i] === null)) continue
    let top = 0
    values.forEach((column, s) => (tops[s][i] = top += column[i] ?? 0))
  }
  return tops
}

/** What a legend says of a column; nulls where it has no value at all, and `last` null where it has stopped. */
export interface ColumnStats {
  min: number | null
  mean: number | null
  max: number | null
  last: number | null
}

/** The figures of a legend's row. */
export function statsOf(column: (number | null)[]): ColumnStats {
  const seen = column.filter((value) => value !== null)
  if (seen.length === 0) return { min: null, mean: null, max: null, last: null }
  let [min, max, sum] = [Infinity, -Infinity, 0]
  for (const value of seen) {
    min = Math.min(min, value)
    max = Math.max(max, value)
    sum += value
  }
  return { min, mean: sum / seen.length, max, last: column.at(-1) ?? null }
}

/** The highest value of all columns; 0 when there is none. */
export function highestOf(values: (number | null)[][]): number {
  let highest = 0
  for (const column of values) for (const value of column) if (value !== null && value > highest) highest = value
  return highest
}

/** The lowest value of all columns, or 0 when none is below: zero is always on the axis. */
export function lowestOf(values: (number | null)[][]): number {
  let lowest = 0
  for (const column of values) for (const value of column) if (value !== null && value < lowest) lowest = value
  return lowest
}

/** Adds series up, point by point. */
export function sumSeries(series: RangeSeries[], labels: Record<string, string>): RangeSeries {
  const sums = new Map<number, number>()
  for (const one of series) one.times.forEach((at, i) => sums.set(at, (sums.get(at) ?? 0) + one.values[i]))
  const times = [...sums.keys()].toSorted((a, b) => a - b)
  return { labels, times, values: times.map((at) => sums.get(at)!) }
}
