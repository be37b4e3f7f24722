/**
 * The native part of a message io.prometheus.client.Histogram.
 *
 *     5 schema  6 zero_threshold  1 sample_count  7 zero_count  (4 and 8 of float histograms)  2 sample_sum
 *     12 positive_span { 1 offset, 2 length } …   13 positive_delta, packed   14 positive_count, packed: floats
 *      9 negative_span                            10 negative_delta           11 negative_count
 */
import { counterResetHint, type StoredHistogram } from '#lib/model'
import { type Buckets, compact } from './compact-buckets.ts'
import type { WireReader } from './wire-reader.ts'

/** More buckets or spans than this are an attack: no store takes them. */
const MOST_PARTS = 1 << 20

class Side {
  readonly name: string
  readonly offsets: number[] = []
  readonly lengths: number[] = []
  readonly deltas: number[] = []
  readonly counts: number[] = []
  /** The deltas again where one is above 2^53. */
  wholeDeltas: bigint[] | undefined = undefined

  constructor(name: string) {
    this.name = name
  }
}

/** Reads the histogram that stands in `from … to`; undefined after a mistake, which the reader's `err` tells. */
export function readNativeHistogram(
  reader: WireReader,
  from: number,
  to: number,
  isFloat: boolean,
  isGauge: boolean,
): StoredHistogram | undefined {
  const parts = readParts(reader, from, to)
  if (reader.err !== '') return undefined
  const positive = bucketsOf(parts.positive, isFloat, reader, from)
  const negative = bucketsOf(parts.negative, isFloat, reader, from)
  if (!positive || !negative) return undefined
  const count = isFloat ? parts.countFloat : Number(parts.count)
  const zeroCount = isFloat ? parts.zeroCountFloat : Number(parts.zeroCount)
  const isExact = !isFloat && [parts.count, parts.zeroCount].some((n) => n > Number.MAX_SAFE_INTEGER)
  const hasWhole = isExact || positive.whole !== undefined || negative.whole !== undefined
  const above = compact(hasWhole ? asWhole(positive) : positive, 0)
  const below = compact(hasWhole ? asWhole(negative) : negative, 0)
  return {
    counterResetHint: isGauge ? counterResetHint.gauge : counterResetHint.unknown,
    schema: parts.schema,
    zeroThreshold: parts.zeroThreshold,
    zeroCount,
    count,
    sum: parts.sum,
    positiveSpans: above.spans,
    positiveBuckets: above.buckets,
    negativeSpans: below.spans,
    negativeBuckets: below.buckets,
    customValues: [],
    isInteger: !isFloat,
    exact: hasWhole
      ? BigUint64Array.from([parts.count, parts.zeroCount, ...(above.whole ?? []), ...(below.whole ?? [])])
      : undefined,
  }
}

function readParts(reader: WireReader, from: number, to: number) {
  const parts = {
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0n,
    zeroCountFloat: 0,
    count: 0n,
    countFloat: 0,
    sum: 0,
    positive: new Side('positive'),
    negative: new Side('negative'),
  }
  reader.open(from, to)
  while (reader.next()) {
    const { field } = reader
    if (field === 1) parts.count = wholeNumber(reader)
    else if (field === 2) parts.sum = reader.double()
    else if (field === 4) parts.countFloat = reader.double()
    else if (field === 5) parts.schema = reader.sint32()
    else if (field === 6) parts.zeroThreshold = reader.double()
    else if (field === 7) parts.zeroCount = wholeNumber(reader)
    else if (field === 8) parts.zeroCountFloat = reader.double()
    else if (field >= 9 && field <= 14) readList(reader, field < 12 ? parts.negative : parts.positive, (field - 9) % 3)
    else reader.skip()
  }
  return parts
}

function wholeNumber(reader: WireReader): bigint {
  reader.uint64()
  return (BigInt(reader.high) << 32n) | BigInt(reader.low)
}

/** A field of spans, of deltas or of counts; the latter two are packed, or one by one. */
function readList(reader: WireReader, side: Side, list: number): void {
  if (list === 0) return readSpan(reader, side)
  const take = list === 1 ? addDelta : addCount
  if (reader.wire !== 2) return take(reader, side)
  const outer = reader.enter()
  while (reader.err === '' && reader.pos < reader.end) take(reader, side)
  reader.leave(outer)
}

function addCount(reader: WireReader, side: Side): void {
  if (reader.wire !== 1 && reader.wire !== 2) reader.fail(reader.pos, `a count has the wire type ${reader.wire}`)
  side.counts.push(reader.fixed64())
  checkParts(reader, side.counts.length, 'buckets')
}

function checkParts(reader: WireReader, parts: number, what: string): void {
  if (parts > MOST_PARTS) reader.fail(reader.pos, `a histogram with more than ${MOST_PARTS} ${what}`)
}

function readSpan(reader: WireReader, side: Side): void {
  const outer = reader.enter()
  let offset = 0
  let length = 0
  while (reader.next()) {
    if (reader.field === 1) offset = reader.sint32()
    else if (reader.field === 2) length = reader.uint64() % 2 ** 32
    else reader.skip()
  }
  side.offsets.push(offset)
  side.lengths.push(length)
  checkParts(reader, side.offsets.length, 'spans')
  reader.leave(outer)
}

function addDelta(reader: WireReader, side: Side): void {
  const at = reader.pos
  if (reader.wire !== 0 && reader.wire !== 2) return void reader.fail(at, `a delta has the wire type ${reader.wire}`)
  const value = reader.varint()
  const half = Math.floor(value / 2)
  const isOdd = (reader.low & 1) === 1
  side.deltas.push(isOdd ? -half - 1 : half)
  if (value > Number.MAX_SAFE_INTEGER) side.wholeDeltas ??= side.deltas.slice(0, -1).map(BigInt)
  side.wholeDeltas?.push(zigzag(reader.low, reader.high))
  checkParts(reader, side.deltas.length, 'buckets')
}

function zigzag(low: number, high: number): bigint {
  const value = (BigInt(high) << 32n) | BigInt(low)
  return value & 1n ? -(value >> 1n) - 1n : value >> 1n
}

/** The buckets with their indexes; undefined where the spans have room for another number of them. */
function bucketsOf(side: Side, isFloat: boolean, reader: WireReader, at: number): Buckets | undefined {
  const size = isFloat ? side.counts.length : side.deltas.length
  const room = side.lengths.reduce((sum, length) => sum + length, 0)
  if (room !== size) {
    reader.fail(at, `${side.name} side of a histogram: its spans have room for ${room} buckets, there are ${size}`)
    return undefined
  }
  const indexes = indexesOf(side)
  if (indexes.some((index) => index !== (index | 0))) {
    reader.fail(at, `${side.name} side of a histogram: an index of a bucket has more than 32 bits`)
    return undefined
  }
  if (isFloat) return { indexes, counts: side.counts, whole: undefined }
  const counts: number[] = []
  let count = 0
  for (const delta of side.deltas) counts.push((count += delta))
  if (side.wholeDeltas === undefined && counts.every(Number.isSafeInteger)) return { indexes, counts, whole: undefined }
  let exact = 0n
  const whole = (side.wholeDeltas ?? side.deltas.map(BigInt)).map((delta) => (exact = BigInt.asIntN(64, exact + delta)))
  return { indexes, counts: whole.map(Number), whole }
}

function indexesOf(side: Side): number[] {
  const indexes: number[] = []
  let index = 0
  for (const [i, offset] of side.offsets.entries()) {
    index += offset
    for (let n = 0; n < side.lengths[i]; n++) indexes.push(index++)
  }
  return indexes
}

function asWhole({ indexes, counts, whole }: Buckets): Buckets {
  return { indexes, counts, whole: whole ?? counts.map(BigInt) }
}
