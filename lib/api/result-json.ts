import { formatFloat, type FloatHistogram, type Labels } from '#lib/model'
import type { QueryResult, ResultSeries } from '#lib/promql'
import { Gzip } from './gzip.ts'
import { JsonBytes } from './json-bytes.ts'
import { RangeDeflater } from './range-deflater.ts'

/** What goes into an answer beside the result. */
export interface ResultExtras {
  readonly stats: boolean
  /** The most series; 0: all. More are cut, and a warning says so. */
  readonly limit: number
}

/** What a successful answer begins with, up to the first member of `data`. */
export const SUCCESS_HEAD = '{"status":"success","data":{'

/** A finished body. */
export interface PackedBody {
  readonly body: Uint8Array<ArrayBuffer>
  readonly encoding?: 'gzip'
}

/** With fewer points a series on the average, its labels are most of the text: what looks for repetitions does better. */
const MIN_POINTS = 16

/** `{"status":"success","data":{"resultType":…,"result":…}}` in Prometheus' form, compressed where `gzip` allows it and it is not short. */
export async function resultAnswer(result: QueryResult, extras: ResultExtras, gzip = false): Promise<PackedBody> {
  if (!gzip) return { body: await writtenWith(new JsonBytes(), result, extras) }
  const points = floatPoints(result)
  if (points >= MIN_POINTS * Math.max(4, result.series.length)) {
    const deflater = new RangeDeflater(points)
    deflater.text(await writtenWith(new JsonBytes(deflater), result, extras))
    return { body: deflater.finish(), encoding: 'gzip' }
  }
  const pieces = new Gzip()
  const rest = await writtenWith(new JsonBytes(pieces), result, extras)
  if (pieces.isEmpty) return { body: rest }
  pieces.add(rest)
  return { body: await pieces.finish(), encoding: 'gzip' }
}

/** The points of a range; 0 where there is a histogram, of which there would be far more text. */
function floatPoints({ type, series }: QueryResult): number {
  if (type !== 'matrix') return 0
  let points = 0
  for (const { times, histograms } of series) {
    if (histograms !== undefined && histograms.length > 0) return 0
    points += times.length
  }
  return points
}

/** The answer, or what of it was not handed on. */
async function writtenWith(
  json: JsonBytes,
  result: QueryResult,
  extras: ResultExtras,
): Promise<Uint8Array<ArrayBuffer>> {
  const cut = extras.limit > 0 && result.series.length > extras.limit
  const warnings = cut ? [...result.warnings, 'results truncated due to limit'] : result.warnings
  json.ascii(SUCCESS_HEAD)
  await writeData(json, result, cut ? result.series.slice(0, extras.limit) : result.series, extras.stats)
  if (warnings.length > 0) json.ascii(',"warnings":').value(warnings)
  if (result.infos.length > 0) json.ascii(',"infos":').value(result.infos)
  return json.ascii('}').finish()
}

async function writeData(
  json: JsonBytes,
  result: QueryResult,
  series: readonly ResultSeries[],
  stats: boolean,
): Promise<void> {
  json.ascii(`"resultType":"${result.type}","result":`)
  if (result.scalar) json.point(result.scalar.timeMs, result.scalar.value)
  else if (result.string)
    json.ascii('[').seconds(result.string.timeMs).ascii(',').string(result.string.value).ascii(']')
  else await writeSeries(json, series, result.type === 'vector')
  if (stats) json.ascii(',"stats":').value(statsJson(result))
  json.ascii('}')
}

async function writeSeries(json: JsonBytes, series: readonly ResultSeries[], instant: boolean): Promise<void> {
  json.ascii('[')
  for (let i = 0; i < series.length; i++) {
    if (json.isBehind) await json.catchUp()
    json.ascii(i === 0 ? '{"metric":' : ',{"metric":')
    writeLabels(json, series[i].labels)
    if (instant) writeSample(json, series[i])
    else writeRange(json, series[i])
    json.ascii('}')
  }
  json.ascii(']')
}

function writeLabels(json: JsonBytes, labels: Labels): void {
  const { pairs } = labels
  json.ascii('{')
  for (let i = 0; i < pairs.length; i += 2) {
    if (i > 0) json.ascii(',')
    json
      .string(pairs[i])
      .ascii(':')
      .string(pairs[i + 1])
  }
  json.ascii('}')
}

function writeSample(json: JsonBytes, series: ResultSeries): void {
  const [histogram] = series.histograms ?? []
  if (histogram) {
    json.ascii(',"histogram":')
    writeHistogramPoint(json, histogram.timeMs, histogram.histogram)
  } else {
    json.ascii(',"value":')
    json.point(series.times[0], series.values[0])
  }
}

function writeRange(json: JsonBytes, { times, values, histograms }: ResultSeries): void {
  if (times.length > 0) {
    json.ascii(',"values":[').points(times, values).ascii(']')
  }
  if (histograms && histograms.length > 0) {
    json.ascii(',"histograms":[')
    for (const [i, point] of histograms.entries()) {
      if (i > 0) json.ascii(',')
      writeHistogramPoint(json, point.timeMs, point.histogram)
    }
    json.ascii(']')
  }
}

function writeHistogramPoint(json: JsonBytes, timeMs: number, histogram: FloatHistogram): void {
  json.ascii('[').seconds(timeMs).ascii(',{"count":"').ascii(formatFloat(histogram.count))
  json.ascii('","sum":"').ascii(formatFloat(histogram.sum)).ascii('"')
  const buckets = bucketRows(histogram)
  if (buckets.length > 0) json.ascii(`,"buckets":[${buckets.join(',')}]`)
  json.ascii('}]')
}

/** `[boundary rule, lower, upper, count]` of every bucket that is not empty, from the lowest; rules: 0 (] 1 [) 2 () 3 []. */
function bucketRows(histogram: FloatHistogram): string[] {
  const rows: string[] = []
  const row = (rule: number, lower: number, upper: number, count: number) => {
    if (count !== 0) rows.push(`[${rule},"${formatFloat(lower)}","${formatFloat(upper)}","${formatFloat(count)}"]`)
  }
  for (const bucket of bucketsOf(histogram, 'negative').reverse()) row(1, -bucket.upper, -bucket.lower, bucket.count)
  row(3, -histogram.zeroThreshold, histogram.zeroThreshold, histogram.zeroCount)
  for (const [i, bucket] of bucketsOf(histogram, 'positive').entries()) {
    const opensCustom = histogram.schema === -53 && i === 0 && bucket.lower === -Infinity
    row(opensCustom ? 3 : 0, bucket.lower, bucket.upper, bucket.count)
  }
  return rows
}

function bucketsOf(histogram: FloatHistogram, side: 'positive' | 'negative') {
  const spans = side === 'positive' ? histogram.positiveSpans : histogram.negativeSpans
  const counts = side === 'positive' ? histogram.positiveBuckets : histogram.negativeBuckets
  const buckets: { lower: number; upper: number; count: number }[] = []
  let index = 0
  let at = 0
  for (const span of spans) {
    index += span.offset
    for (let i = 0; i < span.length; i++, index++) {
      buckets.push({ lower: bound(histogram, index - 1), upper: bound(histogram, index), count: counts[at++] })
    }
  }
  return buckets
}

/** The upper bound of a bucket: 2^(index · 2^-schema), or a custom one. */
function bound({ schema, customValues }: FloatHistogram, index: number): number {
  if (schema === -53) return index < 0 ? -Infinity : (customValues[index] ?? Infinity)
  return 2 ** (index * 2 ** -schema)
}

function statsJson({ stats }: QueryResult): object {
  return {
    timings: {
      evalTotalTime: seconds(stats.prepareMs + stats.selectMs + stats.evalMs),
      resultSortTime: 0,
      queryPreparationTime: seconds(stats.prepareMs + stats.selectMs),
      innerEvalTime: seconds(stats.evalMs),
      execQueueTime: 0,
      execTotalTime: seconds(stats.prepareMs + stats.selectMs + stats.evalMs),
    },
    samples: {
      totalQueryableSamples: stats.samplesRead,
      peakSamples: stats.peakSamples,
      samplesRead: stats.samplesRead,
      seriesRead: stats.seriesRead,
    },
  }
}

function seconds(ms: number): number {
  return ms / 1000
}
