import { BitWriter } from './bit-writer.ts'
import { writeFloat, writeLayout } from './histogram-layout.ts'
import type { NativeHistogram } from './native-histogram.ts'
import { int64 } from './reference-bits.ts'
import type { SampleColumns } from './sample-columns.ts'
import { HIGH, LOW } from './words.ts'
import { isStaleAt } from '#lib/model'
import { XorState } from './xor-state.ts'

/** What the first two bits of a chunk say of a reset before its first sample. */
export const resetHeader = { unknown: 0, notReset: 1, reset: 2, gauge: 3 } as const
export type ResetHeader = (typeof resetHeader)[keyof typeof resetHeader]

const writer = new BitWriter()
const xor = new XorState()

/** The chunk (encoding 2) of samples from … to - 1, all histograms of integers of one layout without resets between them. */
export function encodeHistogramChunk(samples: SampleColumns, from: number, to: number, reset: ResetHeader): Uint8Array {
  startChunk(to - from, reset, histogramAt(samples, from))
  xor.startWriting(1)
  let before: bigint[] = []
  let deltas: bigint[] = []
  for (let i = from; i < to; i++) {
    const isStale = isStaleAt(samples.words, i)
    const numbers = numbersOf(samples.times[i], histogramAt(samples, i))
    const changes = numbers.map((n, k) => int64(n - (before[k] ?? 0n)))
    if (i === from) writeNumbers(numbers)
    else if (isStale) writeStale(changes[0] - (deltas[0] ?? 0n))
    else writeDeltas(changes, deltas)
    writeSum(samples, i, i === from)
    if (i === from) for (const n of numbers.slice(3)) writer.varbitInt(n)
    else if (!isStale) for (let k = 3; k < numbers.length; k++) writer.varbitInt(int64(changes[k] - deltas[k]))
    deltas = i === from ? numbers.map(() => 0n) : changes
    before = numbers
  }
  return writer.bytes()
}

function startChunk(count: number, reset: ResetHeader, first: NativeHistogram): void {
  writer.clear()
  writer.put(count, 16)
  writer.put(reset << 6, 8)
  writeLayout(writer, first)
}

function histogramAt(samples: SampleColumns, i: number): NativeHistogram {
  return samples.histograms![i]!
}

/** Time, count, zero count, and each bucket as its difference from the one before. */
function numbersOf(timeMs: number, histogram: NativeHistogram): bigint[] {
  const { count, zeroCount, positiveBuckets, negativeBuckets } = histogram.exact ?? histogram
  return [
    BigInt(timeMs),
    BigInt(count),
    BigInt(zeroCount),
    ...differences(positiveBuckets),
    ...differences(negativeBuckets),
  ]
}

function differences(counts: readonly (number | bigint)[]): bigint[] {
  let before = 0n
  return counts.map((count) => {
    const difference = int64(BigInt(count) - before)
    before = BigInt(count)
    return difference
  })
}

function writeNumbers(numbers: readonly bigint[]): void {
  writer.varbitInt(numbers[0])
  writer.varbitUint(numbers[1])
  writer.varbitUint(numbers[2])
}

/** Of a stale marker only the time counts. */
function writeStale(dod: bigint): void {
  writer.varbitInt(int64(dod))
  writer.varbitInt(0n)
  writer.varbitInt(0n)
}

function writeDeltas(changes: readonly bigint[], deltas: readonly bigint[]): void {
  for (let k = 0; k < 3; k++) writer.varbitInt(int64(changes[k] - deltas[k]))
}

function writeSum(samples: SampleColumns, i: number, isFirst: boolean): void {
  const high = samples.words[2 * i + HIGH]
  const low = samples.words[2 * i + LOW]
  if (isFirst) {
    writer.put64(high, low, 64)
    xor.set(0, high, low)
  } else xor.write(writer, 0, high, low)
}

/** Columns before the buckets: count and zero count; the sum comes from the column of values. */
const SUM = 2
const BUCKETS = 3

/** The chunk (encoding 3) of samples from … to - 1, all histograms of floats of one layout without resets between them. */
export function encodeFloatHistogramChunk(
  samples: SampleColumns,
  from: number,
  to: number,
  reset: ResetHeader,
): Uint8Array {
  const first = histogramAt(samples, from)
  startChunk(to - from, reset, first)
  xor.startWriting(BUCKETS + first.positiveBuckets.length + first.negativeBuckets.length)
  let delta = 0n
  for (let i = from; i < to; i++) {
    const before = i === from ? 0n : delta
    delta = i === from ? BigInt(samples.times[i]) : BigInt(samples.times[i]) - BigInt(samples.times[i - 1])
    writer.varbitInt(delta - before)
    if (i === from) delta = 0n
    const histogram = histogramAt(samples, i)
    const isStale = isStaleAt(samples.words, i)
    writeValue(0, histogram.count, i === from)
    writeValue(1, histogram.zeroCount, i === from)
    writeWords(SUM, samples.words[2 * i + HIGH], samples.words[2 * i + LOW], i === from)
    if (isStale) continue
    let column = BUCKETS
    for (const value of histogram.positiveBuckets) writeValue(column++, value, i === from)
    for (const value of histogram.negativeBuckets) writeValue(column++, value, i === from)
  }
  return writer.bytes()
}

const value64 = new Float64Array(1)
const valueWords = new Uint32Array(value64.buffer)

function writeValue(column: number, value: number, isFirst: boolean): void {
  if (isFirst) {
    writeFloat(writer, value)
    value64[0] = value
    xor.set(column, valueWords[HIGH], valueWords[LOW])
    return
  }
  value64[0] = value
  xor.write(writer, column, valueWords[HIGH], valueWords[LOW])
}

function writeWords(column: number, high: number, low: number, isFirst: boolean): void {
  if (isFirst) {
    writer.put64(high, low, 64)
    xor.set(column, high, low)
  } else xor.write(writer, column, high, low)
}
