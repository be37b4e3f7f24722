import { formatFloat, type FloatHistogram } from '#lib/model'
import { exponentialBound, type QueryResult, type ResultSeries } from '#lib/promql'
import { Gzip, gzipOfParts } from './gzip.ts'
import { JsonBytes } from './json-bytes.ts'
import { packPart, type PartPackers, partsOf, writeLabels } from './range-part.ts'

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

/** With fewer points other threads are not asked for help. */
const WORTH_HELP = 20_000

/** `{"status":"success","data":{"resultType":…,"result":…}}` in Prometheus' form, compressed where `gzip` allows it and it is not short. */
export async function resultAnswer(
  result: QueryResult,
  extras: ResultExtras,
  gzip = false,
  packers?: PartPackers,
): Promise<PackedBody> {
  if (!gzip) return { body: await writtenWith(new JsonBytes(), result, extras) }
  const points = floatPoints(result)
  if (points >= MIN_POINTS * Math.max(4, result.series.length)) return packedRange(result, extras, points, packers)
  const pieces = new Gzip()
  const rest = await writtenWith(new JsonBytes(pieces), result, extras)
  if (pieces.isEmpty) return { body: rest }
  pieces.add(rest)
  return { body: await pieces.finish(), encoding: 'gzip' }
}

function packedRange(
  result: QueryResult,
  extras: ResultExtras,
  points: number,
  packers: PartPackers | undefined,
): PackedBody {
  const hasHelp = packers !== undefined && points >= WORTH_HELP
  if (hasHelp) packers.wake()
  const series = keptSeries(result, extras).map(({ labels, times, values }) => ({ pairs: labels.pairs, times, values }))
  const [own, ...others] = partsOf(
    `${SUCCESS_HEAD}"resultType":"matrix","result":[`,
    series,
    1 + (hasHelp ? packers.count : 0),
  )
  const finish = packers?.start(others)
  const parts = [packPart(own), ...(finish?.() ?? [])]
  const json = new JsonBytes().ascii(']')
  writeRest(json, result, extras)
  return { body: gzipOfParts(parts, json.finish()), encoding: 'gzip' }
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
  json.ascii(`${SUCCESS_HEAD}"resultType":"${result.type}","result":`)
  if (result.scalar) json.point(result.scalar.timeMs, result.scalar.value)
  else if (result.string)
    json.ascii('[').seconds(result.string.timeMs).ascii(',').string(result.string.value).ascii(']')
  else await writeSeries(json, keptSeries(result, extras), result.type === 'vector')
  writeRest(json, result, extras)
  return json.finish()
}

function isCut({ series }: QueryResult, { limit }: ResultExtras): boolean {
  return limit > 0 && series.length > limit
}

function keptSeries(result: QueryResult, extras: ResultExtras): readonly ResultSeries[] {
  return isCut(result, extras) ? result.series.slice(0, extras.limit) : result.series
}

/** What stands behind the result. */
function writeRest(json: JsonBytes, result: QueryResult, extras: ResultExtras): void {
  if (extras.stats) json.ascii(',"stats":').value(statsJson(result))
  json.ascii('}')
  const warnings = isCut(result, extras) ? [...result.warnings, 'results truncated due to limit'] : result.warnings
  if (warnings.length > 0) json.ascii(',"warnings":').value(warnings)
  if (result.infos.length > 0) json.ascii(',"infos":').value(result.infos)
  json.ascii('}')
}

async function writeSeries(json: JsonBytes, series: readonly ResultSeries[], instant: boolean): Promise<void> {
  json.ascii('[')
  for (let i = 0; i < series.length; i++) {
    if (json.isBehind) await json.catchUp()
    json.ascii(i === 0 ? '{"metric":' : ',{"metric":')
    writeLabels(json, series[i].labels.pairs)
    if (instant) writeSample(json, series[i])
    else writeRange(json, series[i])
    json.ascii('}')
  }
  json.ascii(']')
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

/** The upper bound of a bucket: exponential, or a custom one. */
function bound({ schema, customValues }: FloatHistogram, index: number): number {
  if (schema === -53) return index < 0 ? -Infinity : (customValues[index] ?? Infinity)
  return exponentialBound(index, schema)
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
