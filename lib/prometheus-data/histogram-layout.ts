import { CodecError } from '#lib/codec'
import type { BucketSpan } from '#lib/model'
import type { BitReader } from './bit-reader.ts'
import type { BitWriter } from './bit-writer.ts'

/** What all histograms of a chunk have in common. */
export interface HistogramLayout {
  readonly schema: number
  readonly zeroThreshold: number
  readonly positiveSpans: BucketSpan[]
  readonly negativeSpans: BucketSpan[]
  readonly customValues: number[]
  readonly positiveBuckets: number
  readonly negativeBuckets: number
}

/** The schema of histograms with bounds of their own. */
export const CUSTOM_BUCKETS = -53
const floats = new DataView(new ArrayBuffer(8))

/** Whether we know what a schema's buckets are. */
export function isKnownSchema(schema: number): boolean {
  return schema === CUSTOM_BUCKETS || (schema >= -4 && schema <= 8)
}

/** Reads the layout, which stands before the first sample of a chunk. */
export function readLayout(reader: BitReader): HistogramLayout {
  const zeroThreshold = readZeroThreshold(reader)
  const schema = reader.varbitInt()
  if (!isKnownSchema(schema)) throw new CodecError(`histogram schema ${schema} is not known`)
  const positiveSpans = readSpans(reader)
  const negativeSpans = readSpans(reader)
  const customValues = schema === CUSTOM_BUCKETS ? readBounds(reader) : []
  const positiveBuckets = countBuckets(positiveSpans)
  const negativeBuckets = countBuckets(negativeSpans)
  // Each bucket of the first sample takes a bit at least.
  if (positiveBuckets + negativeBuckets > reader.end - reader.position)
    throw new CodecError(`${positiveBuckets + negativeBuckets} buckets in ${reader.end - reader.position} bits`)
  return { schema, zeroThreshold, positiveSpans, negativeSpans, customValues, positiveBuckets, negativeBuckets }
}

/** How many buckets the spans cover. */
export function countBuckets(spans: readonly BucketSpan[]): number {
  return spans.reduce((sum, span) => sum + span.length, 0)
}

/** A byte: 0 for 0, 1 … 254 for 2^(byte - 244), 255 before eight bytes of any other. */
function readZeroThreshold(reader: BitReader): number {
  const byte = reader.take(8)
  if (byte === 0) return 0
  return byte === 255 ? readFloat(reader) : 2 ** (byte - 244)
}

function readSpans(reader: BitReader): BucketSpan[] {
  const spans: BucketSpan[] = []
  for (let left = reader.varbitUint(); left > 0; left--) {
    const length = reader.varbitUint() % 2 ** 32
    spans.push({ offset: reader.varbitInt() | 0, length })
  }
  return spans
}

/** Thousandths from 0 to 33554.43 are kept as integers, plus one; others as floats after a 0. */
function readBounds(reader: BitReader): number[] {
  const bounds: number[] = []
  for (let left = reader.varbitUint(); left > 0; left--) {
    const thousandths = reader.varbitUint()
    bounds.push(thousandths === 0 ? readFloat(reader) : (thousandths - 1) / 1000)
  }
  return bounds
}

function readFloat(reader: BitReader): number {
  reader.take64(64)
  floats.setUint32(0, reader.high)
  floats.setUint32(4, reader.low)
  return floats.getFloat64(0)
}

type WrittenLayout = Omit<HistogramLayout, 'positiveBuckets' | 'negativeBuckets'>

/** Writes a layout as `readLayout` reads it. */
export function writeLayout(writer: BitWriter, layout: WrittenLayout): void {
  writeZeroThreshold(writer, layout.zeroThreshold)
  writer.varbitInt(BigInt(layout.schema))
  writeSpans(writer, layout.positiveSpans)
  writeSpans(writer, layout.negativeSpans)
  if (layout.schema === CUSTOM_BUCKETS) writeBounds(writer, layout.customValues)
}

function writeZeroThreshold(writer: BitWriter, threshold: number): void {
  const byte = Math.round(Math.log2(threshold)) + 244
  if (Object.is(threshold, 0)) writer.put(0, 8)
  else if (byte >= 1 && byte <= 254 && threshold === 2 ** (byte - 244)) writer.put(byte, 8)
  else {
    writer.put(255, 8)
    writeFloat(writer, threshold)
  }
}

function writeSpans(writer: BitWriter, spans: readonly BucketSpan[]): void {
  writer.varbitUint(BigInt(spans.length))
  for (const { offset, length } of spans) {
    writer.varbitUint(BigInt(length))
    writer.varbitInt(BigInt(offset))
  }
}

function writeBounds(writer: BitWriter, bounds: readonly number[]): void {
  writer.varbitUint(BigInt(bounds.length))
  for (const bound of bounds) {
    const thousandths = Math.round(bound * 1000)
    const isWhole = !Object.is(bound, -0) && thousandths >= 0 && thousandths <= 33554430 && thousandths / 1000 === bound
    if (isWhole) writer.varbitUint(BigInt(thousandths + 1))
    else {
      writer.put(0, 1)
      writeFloat(writer, bound)
    }
  }
}

/** Writes the eight bytes of a float. */
export function writeFloat(writer: BitWriter, value: number): void {
  floats.setFloat64(0, value)
  writer.put64(floats.getUint32(0), floats.getUint32(4), 64)
}
