import { CodecError } from '#lib/codec'
import { type BucketSpan, counterResetHint, type CounterResetHint, isStaleAt } from '#lib/model'
import type { ByteCursor } from './byte-cursor.ts'
import { countBuckets, CUSTOM_BUCKETS, isKnownSchema } from './histogram-layout.ts'
import { integerCounts, absolute } from './integer-counts.ts'
import { type NativeHistogram, staleHistogram } from './native-histogram.ts'
import { HIGH, LOW } from './words.ts'

/*
 * A histogram in a record of the log.
 *
 *   hint u8   schema varint   zero threshold f64   zero count   count   sum f64   positive spans   negative spans   positive buckets
 *   negative buckets   bounds { f64 } (schema -53 alone)       lists begin with their length, a uvarint
 *
 *   span      offset varint   length uvarint
 *   counts    uvarint, and buckets as varints of their difference from the one before; of histograms of floats f64 all
 */

const sumView = new Float64Array(1)
const sumWords = new Uint32Array(sumView.buffer)

/** Reads a histogram of integers; the words of its sum go into `value`. */
export function readIntegerHistogram(cursor: ByteCursor, value: Uint32Array): NativeHistogram {
  const head = readHead(cursor)
  const zeroCount = cursor.bigUvarint()
  const count = cursor.bigUvarint()
  const sum = readSum(cursor, value)
  const spans = readSpans(cursor)
  const positive = readList(cursor, 1, () => cursor.bigVarint())
  const negative = readList(cursor, 1, () => cursor.bigVarint())
  const customValues = readBounds(cursor, head.schema)
  if (isStaleAt(value, 0)) return staleHistogram.integer
  const counts = integerCounts({
    count,
    zeroCount,
    positiveBuckets: absolute(positive),
    negativeBuckets: absolute(negative),
  })
  return checked({ ...head, ...spans, ...counts, sum, customValues })
}

/** Reads a histogram of floats; the words of its sum go into `value`. */
export function readFloatHistogram(cursor: ByteCursor, value: Uint32Array): NativeHistogram {
  const head = readHead(cursor)
  const zeroCount = cursor.float64()
  const count = cursor.float64()
  const sum = readSum(cursor, value)
  const spans = readSpans(cursor)
  const positiveBuckets = readList(cursor, 8, () => cursor.float64())
  const negativeBuckets = readList(cursor, 8, () => cursor.float64())
  const customValues = readBounds(cursor, head.schema)
  if (isStaleAt(value, 0)) return staleHistogram.float
  return checked({
    isInteger: false,
    ...head,
    ...spans,
    count,
    zeroCount,
    sum,
    positiveBuckets,
    negativeBuckets,
    customValues,
  })
}

function readHead(cursor: ByteCursor): Pick<NativeHistogram, 'counterResetHint' | 'schema' | 'zeroThreshold'> {
  const hint = cursor.byte()
  const schema = cursor.varint()
  const zeroThreshold = cursor.float64()
  if (!isKnownSchema(schema)) throw new CodecError(`histogram schema ${schema} is not known`)
  const isKnown = Object.values(counterResetHint).includes(hint as CounterResetHint)
  return { counterResetHint: isKnown ? (hint as CounterResetHint) : counterResetHint.unknown, schema, zeroThreshold }
}

function readSum(cursor: ByteCursor, value: Uint32Array): number {
  value[HIGH] = cursor.word()
  value[LOW] = cursor.word()
  sumWords.set(value)
  return sumView[0]
}

function readSpans(cursor: ByteCursor): Pick<NativeHistogram, 'positiveSpans' | 'negativeSpans'> {
  const readSpan = (): BucketSpan => ({ offset: cursor.varint() | 0, length: cursor.uvarint() % 2 ** 32 })
  return { positiveSpans: readList(cursor, 2, readSpan), negativeSpans: readList(cursor, 2, readSpan) }
}

function readBounds(cursor: ByteCursor, schema: number): number[] {
  return schema === CUSTOM_BUCKETS ? readList(cursor, 8, () => cursor.float64()) : []
}

function readList<T>(cursor: ByteCursor, least: number, read: () => T): T[] {
  return Array.from({ length: cursor.count(least) }, read)
}

/** There must be a bucket for each that the spans cover: what reads them relies on it. */
function checked(histogram: NativeHistogram): NativeHistogram {
  const { positiveSpans, positiveBuckets, negativeSpans, negativeBuckets } = histogram
  if (countBuckets(positiveSpans) === positiveBuckets.length && countBuckets(negativeSpans) === negativeBuckets.length)
    return histogram
  throw new CodecError('the spans of a histogram do not cover its buckets')
}
