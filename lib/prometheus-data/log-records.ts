import { CodecError } from '#lib/codec'
import type { Labels } from '#lib/model'
import { ByteCursor } from './byte-cursor.ts'
import { labelsOf } from './index-file.ts'
import type { NativeHistogram } from './native-histogram.ts'
import { readFloatHistogram, readIntegerHistogram } from './record-histogram.ts'
import type { Exemplar } from './series-samples.ts'
import { HIGH, LOW } from './words.ts'

/*
 * What a record of the log holds, by its first byte. Samples name their series by a number that a record of series gave it.
 *
 *   1 series        { number u64   labels uvarint   { name   value } … } …
 *   2 samples       number u64   time u64   { number - first varint   time - first varint   value f64 } …
 *   11 samples with starts      { number   time   start   value } …, see readWithStarts
 *   3 tombstones    { number u64   first time varint   last time varint } …
 *   4 exemplars     number u64   time u64   { number - first   time - first   value f64   labels } …
 *   7 9 histograms, 8 10 of floats: as samples; 12 13 with starts: as samples with starts
 *   5 marks that chunks were written, 6 metadata, 14 the first time that counts (in checkpoints): u64
 */
const kind = {
  series: 1,
  samples: 2,
  tombstones: 3,
  exemplars: 4,
  histograms: 7,
  floatHistograms: 8,
  customHistograms: 9,
  customFloatHistograms: 10,
  samplesWithStarts: 11,
  histogramsWithStarts: 12,
  floatHistogramsWithStarts: 13,
  minValidTime: 14,
} as const

/** How a start timestamp is written. */
const start = { none: 0, asBefore: 1 } as const

/** Takes what the records of a log say. */
export interface RecordSink {
  series(ref: number, labels: Labels): void
  /** A value is two words in the machine's order; of a histogram it is the sum. */
  sample(
    ref: number,
    timeMs: number,
    first: number,
    second: number,
    startMs: number,
    histogram: NativeHistogram | undefined,
  ): void
  /** Times without end are ±2^63. */
  deleted(ref: number, fromMs: number, toMs: number): void
  exemplar(ref: number, exemplar: Exemplar): void
  minValidTime(timeMs: number): void
}

const value = new Uint32Array(2)

/** Reads a record into a sink; kinds that are not known or needed are passed over. Throws a CodecError, with the first entries perhaps taken. */
export function readRecord(bytes: Uint8Array, sink: RecordSink): void {
  if (bytes.length === 0) return
  const cursor = new ByteCursor(bytes, 1)
  switch (bytes[0]) {
    case kind.series:
      return readSeries(cursor, sink)
    case kind.samples:
      return readFromBase(cursor, (ref, timeMs) => {
        readSample(cursor, ref, timeMs, 0, sink)
      })
    case kind.samplesWithStarts:
      return readWithStarts(cursor, (ref, timeMs, startMs) => {
        readSample(cursor, ref, timeMs, startMs, sink)
      })
    case kind.tombstones:
      return readTombstones(cursor, sink)
    case kind.exemplars:
      return readFromBase(cursor, (ref, timeMs) => {
        readExemplar(cursor, ref, timeMs, sink)
      })
    case kind.minValidTime:
      return sink.minValidTime(cursor.int64())
    default:
      return readHistograms(bytes[0], cursor, sink)
  }
}

function readHistograms(type: number, cursor: ByteCursor, sink: RecordSink): void {
  const isFloat = type === kind.floatHistograms || type === kind.customFloatHistograms
  const read = (ref: number, timeMs: number, startMs: number) => {
    const isOfFloats = isFloat || type === kind.floatHistogramsWithStarts
    const histogram = isOfFloats ? readFloatHistogram(cursor, value) : readIntegerHistogram(cursor, value)
    sink.sample(ref, timeMs, value[0], value[1], startMs, histogram)
  }
  if (isFloat || type === kind.histograms || type === kind.customHistograms)
    readFromBase(cursor, (ref, timeMs) => {
      read(ref, timeMs, 0)
    })
  else if (type === kind.histogramsWithStarts || type === kind.floatHistogramsWithStarts) readWithStarts(cursor, read)
}

/** Entries whose number and time are told by their distance from a first of each. */
function readFromBase(cursor: ByteCursor, entry: (ref: number, timeMs: number) => void): void {
  if (cursor.left === 0) return
  const ref = cursor.uint64()
  const timeMs = cursor.int64()
  while (cursor.left > 0) entry(ref + cursor.varint(), timeMs + cursor.varint())
}

/**
 * Entries with starts. The first has number, time and start as varints. Of each other the number is told by its distance from the
 * number before, the time by its distance from the first time, and the start by a byte: 0 none, 1 as before, else its distance from
 * the first start follows.
 */
function readWithStarts(cursor: ByteCursor, entry: (ref: number, timeMs: number, startMs: number) => void): void {
  if (cursor.left === 0) return
  let ref = cursor.varint()
  const firstMs = cursor.varint()
  const firstStartMs = cursor.varint()
  let startMs = firstStartMs
  entry(ref, firstMs, startMs)
  while (cursor.left > 0) {
    ref += cursor.varint()
    const timeMs = firstMs + cursor.varint()
    const mark = cursor.byte()
    if (mark === start.none) startMs = 0
    else if (mark !== start.asBefore) startMs = firstStartMs + cursor.varint()
    entry(ref, timeMs, startMs)
  }
}

function readSample(cursor: ByteCursor, ref: number, timeMs: number, startMs: number, sink: RecordSink): void {
  value[HIGH] = cursor.word()
  value[LOW] = cursor.word()
  sink.sample(ref, timeMs, value[0], value[1], startMs, undefined)
}

function readSeries(cursor: ByteCursor, sink: RecordSink): void {
  while (cursor.left > 0) sink.series(cursor.uint64(), readLabels(cursor))
}

function readLabels(cursor: ByteCursor): Labels {
  const pairs: string[] = []
  for (let left = cursor.count(2); left > 0; left--) pairs.push(cursor.text(), cursor.text())
  return labelsOf(pairs)
}

function readTombstones(cursor: ByteCursor, sink: RecordSink): void {
  while (cursor.left > 0) {
    const ref = cursor.uint64()
    sink.deleted(ref, Number(cursor.bigVarint()), Number(cursor.bigVarint()))
  }
}

function readExemplar(cursor: ByteCursor, ref: number, timeMs: number, sink: RecordSink): void {
  if (cursor.left === 0) throw new CodecError('an exemplar has no value')
  const number = cursor.float64()
  sink.exemplar(ref, { timeMs, value: number, labels: readLabels(cursor) })
}
