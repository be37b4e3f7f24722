import { type StoredHistogram, wordsOf } from '#lib/model'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { CodecError } from './codec-error.ts'
import { decodeHistograms, encodeHistograms } from './histograms.ts'
import { decodeValues, encodeValues } from './values.ts'
import { HIGH, LOW } from './xor.ts'

/** The high word of a value in whose place there is a histogram: a NaN that ingest cannot make. Its low word is 0 where it is at rest. */
export const HISTOGRAM_HIGH = 0x7ff44157
/** The layout, after those of values, of a column in which some samples are histograms. */
const MIXED = 4

/** Histograms at the places of their samples. */
export interface HistogramSink {
  readonly histograms: (StoredHistogram | undefined)[]
}

/** Appends samples[from, from + count) of which some may be histograms, every bit kept. */
export function encodeSamples(
  values: Float64Array,
  histograms: readonly (StoredHistogram | undefined)[],
  from: number,
  count: number,
  out: ByteWriter,
): void {
  if (histograms.length <= from) {
    out.reserve(count * 10 + 16)
    out.at = encodeValues(values, from, count, out.bytes, out.at)
    return
  }
  const list: StoredHistogram[] = []
  const marked = values.slice(from, from + count)
  const words = wordsOf(marked)
  for (let i = 0; i < count; i++) {
    const histogram = histograms[from + i]
    if (histogram === undefined) continue
    list.push(histogram)
    words[2 * i + LOW] = 0
    words[2 * i + HIGH] = HISTOGRAM_HIGH
  }
  out.reserve(count * 10 + 17)
  if (list.length > 0) out.bytes[out.at++] = MIXED
  out.at = encodeValues(marked, 0, count, out.bytes, out.at)
  if (list.length > 0) encodeHistograms(list, out)
}

/** Reads count samples into out[outAt …] and, at the same places, into the sink. Throws a CodecError for bytes that no encoder wrote. */
export function decodeSamples(
  reader: ByteReader,
  count: number,
  out: Float64Array,
  outAt: number,
  sink: HistogramSink,
): void {
  if (count === 0 || reader.bytes[reader.at] !== MIXED) return decodeValues(reader, count, out, outAt)
  reader.byte()
  decodeValues(reader, count, out, outAt)
  const words = wordsOf(out)
  const places: number[] = []
  for (let i = outAt; i < outAt + count; i++) {
    if (words[2 * i + HIGH] === HISTOGRAM_HIGH && words[2 * i + LOW] === 0) places.push(i)
  }
  if (places.length === 0) throw new CodecError(`samples: no place for a histogram at ${reader.at}`)
  for (const [i, histogram] of decodeHistograms(reader, places.length).entries()) sink.histograms[places[i]] = histogram
}
