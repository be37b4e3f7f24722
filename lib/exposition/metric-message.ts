/**
 * One message io.prometheus.client.Metric. Its parts are read where they stand and nothing is kept per label or bucket:
 * what a hostile body announces costs no memory.
 *
 *     Metric     1 label { 1 name, 2 value }  2 gauge  3 counter  4 summary  5 untyped  6 timestamp_ms  7 histogram
 *     Gauge      1 value
 *     Counter    1 value  2 exemplar  3 start_timestamp
 *     Summary    1 sample_count  2 sample_sum  3 quantile { 1 quantile, 2 value }  4 start_timestamp
 *     Histogram  1 sample_count  4 sample_count_float  2 sample_sum  15 start_timestamp  16 exemplars
 *                3 bucket { 1 cumulative_count, 4 cumulative_count_float, 2 upper_bound, 3 exemplar }
 *                5 schema  6 zero_threshold  7 zero_count  8 zero_count_float  (9 … 14: see native-histogram.ts)
 */
import { isUtf8 } from 'node:buffer'
import type { WireReader } from './wire-reader.ts'

/** The type of a family by its number on the wire. */
export const metricType = { counter: 0, gauge: 1, summary: 2, untyped: 3, histogram: 4, gaugeHistogram: 5 } as const

/** The field of a metric that holds its value, by the type of the family. */
const VALUE_FIELDS = [3, 2, 4, 5, 7, 7]

/** What stands in a metric besides its labels and the parts of lists. */
export class MetricMessage {
  readonly #reader: WireReader
  from: number
  to: number
  /** Where the labels stand, all in a row; `labelsTo` is -1 where something stands between them. */
  labelsFrom: number
  labelsTo: number
  /** Where the value stands: a counter, a gauge, a histogram …; empty where it has none. */
  valueFrom: number
  valueTo: number
  timestampMs: number
  /** Of a counter, gauge or untyped metric. */
  value: number
  /** Of a summary or histogram. */
  count: number
  countFloat: number
  sum: number
  startMs: number
  /** Where the exemplar of a counter stands; empty where it has none. */
  exemplarFrom: number
  exemplarTo: number
  buckets: number
  isNative: boolean
  /** Whether the counts of the native histogram are floats. */
  isFloat: boolean

  constructor(reader: WireReader) {
    this.#reader = reader
    this.from = 0
    this.to = 0
    this.labelsFrom = 0
    this.labelsTo = 0
    this.valueFrom = 0
    this.valueTo = 0
    this.timestampMs = 0
    this.value = 0
    this.count = 0
    this.countFloat = 0
    this.sum = 0
    this.startMs = 0
    this.exemplarFrom = 0
    this.exemplarTo = 0
    this.buckets = 0
    this.isNative = false
    this.isFloat = false
  }

  /** Reads the message that the reader has entered; false after a mistake. */
  read(type: number): boolean {
    const reader = this.#reader
    this.from = this.labelsFrom = this.labelsTo = this.valueFrom = this.valueTo = reader.pos
    this.to = reader.end
    this.timestampMs = 0
    const field = VALUE_FIELDS[type]
    let hasLabels = false
    for (let at = reader.pos; reader.next(); at = reader.pos) {
      if (reader.field === 1) {
        if (!hasLabels) this.labelsFrom = at
        else if (this.labelsTo !== at) this.labelsTo = -1
        this.#checkLabel()
        if (!hasLabels || this.labelsTo !== -1) this.labelsTo = reader.pos
        hasLabels = true
      } else if (reader.field === field) {
        const outer = reader.enter()
        this.valueFrom = reader.pos
        this.valueTo = reader.end
        reader.leave(outer)
      } else if (reader.field === 6) this.timestampMs = reader.int64()
      else reader.skip()
    }
    return reader.err === '' && this.#readValue(type)
  }

  #checkLabel(): void {
    const reader = this.#reader
    const start = reader.pos
    const outer = reader.enter()
    let hasName = false
    while (reader.next()) {
      if (reader.field !== 1 && reader.field !== 2) {
        reader.skip()
        continue
      }
      const inner = reader.enter()
      if (reader.field === 1) hasName = reader.end > reader.pos
      if (!isText(reader.bytes, reader.pos, reader.end)) {
        reader.fail(reader.pos, `invalid UTF-8 label ${reader.field === 1 ? 'name' : 'value'}`)
      }
      reader.leave(inner)
    }
    if (!hasName) reader.fail(start, 'empty label name')
    reader.leave(outer)
  }

  #readValue(type: number): boolean {
    const reader = this.#reader
    this.value = this.count = this.countFloat = this.sum = this.startMs = this.buckets = 0
    this.exemplarFrom = this.exemplarTo = 0
    this.isNative = this.isFloat = false
    reader.open(this.valueFrom, this.valueTo)
    if (type === metricType.histogram || type === metricType.gaugeHistogram) this.#readHistogram()
    else if (type === metricType.summary) this.#readSummary()
    else this.#readSimple(type)
    return reader.err === ''
  }

  #readSimple(type: number): void {
    const reader = this.#reader
    const isCounter = type === metricType.counter
    while (reader.next()) {
      if (reader.field === 1) this.value = reader.double()
      else if (isCounter && reader.field === 2) {
        const outer = reader.enter()
        this.exemplarFrom = reader.pos
        this.exemplarTo = reader.end
        reader.leave(outer)
      } else if (isCounter && reader.field === 3) this.startMs = readTime(reader)
      else reader.skip()
    }
  }

  #readSummary(): void {
    const reader = this.#reader
    while (reader.next()) {
      if (reader.field === 1) this.count = reader.uint64()
      else if (reader.field === 2) this.sum = reader.double()
      else if (reader.field === 4) this.startMs = readTime(reader)
      else reader.skip()
    }
  }

  #readHistogram(): void {
    const reader = this.#reader
    while (reader.next()) {
      const { field } = reader
      if (field === 1) this.count = reader.uint64()
      else if (field === 4) this.countFloat = reader.double()
      else if (field === 2) this.sum = reader.double()
      else if (field === 15) this.startMs = readTime(reader)
      else if (field === 6) this.isNative = reader.double() > 0 || this.isNative
      else if (field === 7) this.isNative = reader.uint64() > 0 || this.isNative
      else if (field === 8) this.isFloat = reader.double() > 0 || this.isFloat
      else {
        const at = reader.pos
        if (field === 3) this.buckets++
        else if (field === 9 || field === 12) this.isNative = true
        reader.skip()
        // An empty list of counts, a length of 0, says nothing.
        if ((field === 11 || field === 14) && reader.pos - at > 1) this.isFloat = true
      }
    }
    if (this.countFloat > 0) this.isFloat = true
  }
}

/** Reads a google.protobuf.Timestamp as milliseconds. */
export function readTime(reader: WireReader): number {
  const outer = reader.enter()
  let ms = 0
  while (reader.next()) {
    if (reader.field === 1) ms += reader.int64() * 1000
    else if (reader.field === 2) ms += Math.trunc(reader.int64() / 1e6)
    else reader.skip()
  }
  reader.leave(outer)
  return ms
}

function isText(bytes: Buffer, from: number, to: number): boolean {
  let all = 0
  for (let i = from; i < to; i++) all |= bytes[i]
  return all < 0x80 || isUtf8(bytes.subarray(from, to))
}
