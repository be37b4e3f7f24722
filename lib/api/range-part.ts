import { JsonBytes } from './json-bytes.ts'
import { RangeDeflater } from './range-deflater.ts'

/** A series of a range answer as plain data: labels as pairs, points of floats. */
export interface PartSeries {
  readonly pairs: readonly string[]
  readonly times: Float64Array
  readonly values: Float64Array
}

/** A stretch of a range answer. */
export interface RangePart {
  /** JSON before the series; the first part of an answer has some. */
  readonly head: string
  readonly series: readonly PartSeries[]
}

/** The text of a part, deflated (RFC 1951) up to a byte's border, so that parts stand one behind the other. */
export interface PackedPart {
  readonly deflated: Uint8Array<ArrayBuffer>
  /** Of the text. */
  readonly crc: number
  readonly size: number
}

/** Other threads that pack parts. */
export interface PartPackers {
  /** How many they are just now. */
  readonly count: number
  /** They are worth their starting, if they do not run. */
  wake(): void
  /** Hands parts out, at most `count`; what comes back waits for them, or packs what nobody has begun. */
  start(parts: readonly RangePart[]): () => PackedPart[]
}

export function packPart({ head, series }: RangePart): PackedPart {
  const deflater = new RangeDeflater(pointsOf(series))
  const json = new JsonBytes(deflater)
  json.ascii(head)
  for (const [i, one] of series.entries()) {
    json.ascii(i === 0 && head !== '' ? '{"metric":' : ',{"metric":')
    writeLabels(json, one.pairs)
    json.ascii(',"values":[').points(one.times, one.values).ascii(']}')
  }
  deflater.text(json.finish())
  return deflater.finish()
}

export function pointsOf(series: readonly PartSeries[]): number {
  return series.reduce((sum, { times }) => sum + times.length, 0)
}

/** `{"name":"value",…}`. */
export function writeLabels(json: JsonBytes, pairs: readonly string[]): void {
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

/** Cuts a list into so many stretches of about as many points each; fewer where there are fewer series. */
export function partsOf(head: string, series: readonly PartSeries[], count: number): RangePart[] {
  const each = pointsOf(series) / count
  const parts: RangePart[] = []
  let from = 0
  let points = 0
  for (const [i, { times }] of series.entries()) {
    points += times.length
    if (points < each * (parts.length + 1) && i < series.length - 1) continue
    parts.push({ head: parts.length === 0 ? head : '', series: series.slice(from, i + 1) })
    from = i + 1
  }
  return parts
}
