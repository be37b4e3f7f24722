import { CodecError } from '#lib/codec'
import { counterResetHint, type CounterResetHint, isStaleAt } from '#lib/model'
import { allOrNone } from './all-or-none.ts'
import { BitReader, MAX_EXACT } from './bit-reader.ts'
import { type HistogramLayout, readLayout } from './histogram-layout.ts'
import { type NativeHistogram, staleHistogram } from './native-histogram.ts'
import type { SampleColumns } from './sample-columns.ts'
import { StartTimes } from './start-times.ts'
import { XorState } from './xor-state.ts'

/*
 * Encodings 2 and 5 (with start timestamps), histograms of integers. `reference.ts` has the clear version.
 *
 *   2   samples u16                          flags u8 (2 bits: resets)   layout   sample …
 *   5   2 bits: resets, 14 bits: samples     start header u8             layout   { sample   [start] } …
 *
 *   sample   time varbit   count varbit   zero count varbit   sum f64 or xor   buckets varbit …
 *
 * Numbers are whole in sample 0 and deltas of deltas after it; a bucket's number is its difference from the bucket before. After
 * the sum of a stale marker no bucket stands.
 */

const HEADER_BITS = 24
const GAUGE = 3

/** What the first bytes of a histogram chunk say. */
export interface HistogramHeader {
  readonly count: number
  readonly isGauge: boolean
  readonly startHeader: number
}

/** Reads what stands before the layout. */
export function readHeader(reader: BitReader, hasStarts: boolean, sampleBits: number): HistogramHeader {
  const word = reader.take(16)
  const byte = reader.take(8)
  const count = hasStarts ? word & 0x3fff : word
  if (count * sampleBits > reader.end - reader.position + HEADER_BITS)
    throw new CodecError(`${count} histograms in ${reader.end / 8} bytes`)
  return {
    count,
    isGauge: (hasStarts ? word >>> 14 : byte >>> 6) === GAUGE,
    startHeader: hasStarts ? byte : 0,
  }
}

/** What Prometheus says of sample i of a chunk: within one there are no resets, and of the first it cannot know. */
export function hintOf(header: HistogramHeader, i: number): CounterResetHint {
  if (header.isGauge) return counterResetHint.gauge
  return i > 0 ? counterResetHint.notReset : counterResetHint.unknown
}

const reader = new BitReader()
const sum = new XorState()
const starts = new StartTimes()
/** Of time, count and zero count. */
const numbers = new Float64Array(3)
const numberDeltas = new Float64Array(3)
let buckets = new Float64Array(64)
let bucketDeltas = new Float64Array(64)

/** Adds the samples of bytes[from, to); false, with none added, where a number needs more than a double holds. */
export function decodeHistogramChunk(
  bytes: Uint8Array,
  from: number,
  to: number,
  hasStarts: boolean,
  out: SampleColumns,
): boolean {
  reader.start(bytes, from, to)
  return allOrNone(reader, out, () => decode(hasStarts, out))
}

function decode(hasStarts: boolean, out: SampleColumns): void {
  const header = readHeader(reader, hasStarts, 4)
  if (header.count === 0) return
  const layout = readLayout(reader)
  starts.reset(header.startHeader)
  sum.start(1)
  startBuckets(layout.positiveBuckets + layout.negativeBuckets)
  for (let i = 0; i < header.count && reader.isExact; i++) {
    const before = numbers[0]
    readNumbers(i)
    const isStale = isStaleAt(sum.words, 0)
    if (!isStale || i === 0) readBuckets(layout, i)
    starts.read(reader, i, numbers[0], before)
    const histogram = isStale ? staleHistogram.integer : histogramOf(layout, hintOf(header, i))
    out.add(numbers[0], sum.words[0], sum.words[1], starts.startMs, histogram)
  }
}

function startBuckets(count: number): void {
  if (buckets.length < count) {
    buckets = new Float64Array(count)
    bucketDeltas = new Float64Array(count)
  }
  bucketDeltas.fill(0, 0, count)
  numberDeltas.fill(0)
}

function readNumbers(i: number): void {
  if (i === 0) {
    numbers[0] = reader.varbitInt()
    numbers[1] = reader.varbitUint()
    numbers[2] = reader.varbitUint()
    sum.readRaw(reader, 0)
    return
  }
  for (let k = 0; k < 3; k++) {
    numberDeltas[k] += reader.varbitInt()
    numbers[k] += numberDeltas[k]
    check(numbers[k], numberDeltas[k])
  }
  // Counts are unsigned: one below 0 has wrapped around.
  if (numbers[1] < 0 || numbers[2] < 0) reader.isExact = false
  sum.read(reader, 0)
}

function readBuckets(layout: HistogramLayout, i: number): void {
  const count = layout.positiveBuckets + layout.negativeBuckets
  for (let k = 0; k < count; k++) {
    if (i === 0) buckets[k] = reader.varbitInt()
    else {
      bucketDeltas[k] += reader.varbitInt()
      buckets[k] += bucketDeltas[k]
      check(buckets[k], bucketDeltas[k])
    }
  }
}

function check(value: number, delta: number): void {
  if (value > MAX_EXACT || value < -MAX_EXACT || delta > MAX_EXACT || delta < -MAX_EXACT) reader.isExact = false
}

function histogramOf(layout: HistogramLayout, hint: CounterResetHint): NativeHistogram {
  const { schema, zeroThreshold, positiveSpans, negativeSpans, customValues } = layout
  return {
    isInteger: true,
    counterResetHint: hint,
    schema,
    zeroThreshold,
    zeroCount: numbers[2],
    count: numbers[1],
    sum: sumOf(sum),
    positiveSpans,
    positiveBuckets: absolute(0, layout.positiveBuckets),
    negativeSpans,
    negativeBuckets: absolute(layout.positiveBuckets, layout.negativeBuckets),
    customValues,
  }
}

function absolute(from: number, count: number): number[] {
  const counts: number[] = []
  let value = 0
  for (let i = from; i < from + count; i++) {
    value += buckets[i]
    check(value, 0)
    counts.push(value)
  }
  return counts
}

const view = new Float64Array(1)
const viewWords = new Uint32Array(view.buffer)

/** The number of column 0. Of a NaN the bits are only in the words. */
export function sumOf(state: XorState): number {
  viewWords[0] = state.words[0]
  viewWords[1] = state.words[1]
  return view[0]
}
