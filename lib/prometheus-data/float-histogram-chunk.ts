import { isStaleAt } from '#lib/model'
import { allOrNone } from './all-or-none.ts'
import { BitReader } from './bit-reader.ts'
import { hintOf, readHeader } from './histogram-chunk.ts'
import { type HistogramLayout, readLayout } from './histogram-layout.ts'
import { type NativeHistogram, staleHistogram } from './native-histogram.ts'
import type { SampleColumns } from './sample-columns.ts'
import { StartTimes } from './start-times.ts'
import { XorState } from './xor-state.ts'

/*
 * Encodings 3 and 6 (with start timestamps), histograms of floats. Headers and layout are those of histograms of integers.
 *
 *   sample   time varbit   count   zero count   sum   buckets …      f64 each in sample 0, xor with its own last value after it
 */

/** Columns of the state: count, zero count and sum stand before the buckets. */
const COUNT = 0
const ZERO_COUNT = 1
const SUM = 2
const BUCKETS = 3

const reader = new BitReader()
const state = new XorState()
const starts = new StartTimes()

/** Adds the samples of bytes[from, to); false, with none added, where a time needs more than a double holds. */
export function decodeFloatHistogramChunk(
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
  const columns = BUCKETS + layout.positiveBuckets + layout.negativeBuckets
  starts.reset(header.startHeader)
  state.start(columns)
  let time = 0
  let delta = 0
  for (let i = 0; i < header.count && reader.isExact; i++) {
    const before = time
    if (i === 0) time = reader.varbitInt()
    else time += delta += reader.varbitInt()
    if (!Number.isSafeInteger(time) || !Number.isSafeInteger(delta)) reader.isExact = false
    readColumns(0, BUCKETS, i)
    const isStale = isStaleAt(state.words, SUM)
    if (!isStale || i === 0) readColumns(BUCKETS, columns, i)
    starts.read(reader, i, time, before)
    const histogram = isStale ? staleHistogram.float : histogramOf(layout, hintOf(header, i))
    out.add(time, state.words[2 * SUM], state.words[2 * SUM + 1], starts.startMs, histogram)
  }
}

function readColumns(from: number, to: number, i: number): void {
  for (let column = from; column < to; column++) {
    if (i === 0) state.readRaw(reader, column)
    else state.read(reader, column)
  }
}

function histogramOf(layout: HistogramLayout, hint: NativeHistogram['counterResetHint']): NativeHistogram {
  const { schema, zeroThreshold, positiveSpans, negativeSpans, customValues } = layout
  const values = new Float64Array(state.words.buffer)
  const negative = BUCKETS + layout.positiveBuckets
  return {
    isInteger: false,
    counterResetHint: hint,
    schema,
    zeroThreshold,
    zeroCount: values[ZERO_COUNT],
    count: values[COUNT],
    sum: values[SUM],
    positiveSpans,
    positiveBuckets: listOf(values, BUCKETS, negative),
    negativeSpans,
    negativeBuckets: listOf(values, negative, negative + layout.negativeBuckets),
    customValues,
  }
}

function listOf(values: Float64Array, from: number, to: number): number[] {
  const list: number[] = []
  for (let i = from; i < to; i++) list.push(values[i])
  return list
}
