import { type BucketSpan, counterResetHint, isStaleAt } from '#lib/model'
import { encodeFloatHistogramChunk, encodeHistogramChunk, type ResetHeader, resetHeader } from './encode-histograms.ts'
import { encoding } from './encoding.ts'
import type { NativeHistogram } from './native-histogram.ts'
import type { SampleColumns } from './sample-columns.ts'
import { encodeXorChunk } from './xor-chunk.ts'

/** How many samples Prometheus puts into a chunk. */
const CHUNK_SAMPLES = 120

/** A chunk of a series: samples from … to - 1. */
export interface CutChunk {
  readonly encoding: number
  readonly data: Uint8Array
  readonly from: number
  readonly to: number
}

/**
 * Cuts a series into chunks: one kind of sample each, histograms of one layout without a reset between them, and after the end of
 * a series no histogram more.
 */
export function* cutChunks(samples: SampleColumns): Generator<CutChunk> {
  for (let from = 0, to = 0; from < samples.count; from = to) {
    to = from + 1
    while (to < samples.count && to - from < CHUNK_SAMPLES && continues(samples, to)) to++
    yield { ...encode(samples, from, to), from, to }
  }
}

function encode(samples: SampleColumns, from: number, to: number): Pick<CutChunk, 'encoding' | 'data'> {
  const histogram = samples.histograms?.[from]
  if (!histogram) return { encoding: encoding.xor, data: encodeXorChunk(samples, from, to) }
  const header = headerOf(samples, from)
  if (histogram.isInteger)
    return { encoding: encoding.histogram, data: encodeHistogramChunk(samples, from, to, header) }
  return { encoding: encoding.floatHistogram, data: encodeFloatHistogramChunk(samples, from, to, header) }
}

/** Whether sample i may stand in the chunk of the one before it. */
function continues(samples: SampleColumns, i: number): boolean {
  const before = samples.histograms?.[i - 1]
  const histogram = samples.histograms?.[i]
  if (!before || !histogram) return before === histogram
  if (before.isInteger !== histogram.isInteger) return false
  if (isStaleAt(samples.words, i)) return true
  if (isStaleAt(samples.words, i - 1)) return false
  if (isGauge(before) !== isGauge(histogram) || histogram.counterResetHint === counterResetHint.reset) return false
  return hasSameLayout(before, histogram) && (isGauge(histogram) || !hasReset(before, histogram))
}

/** What is known of a reset before a chunk. */
function headerOf(samples: SampleColumns, from: number): ResetHeader {
  const histogram = samples.histograms![from]!
  if (isGauge(histogram)) return resetHeader.gauge
  if (histogram.counterResetHint === counterResetHint.reset) return resetHeader.reset
  const before = from > 0 ? samples.histograms![from - 1] : undefined
  const isComparable =
    before?.isInteger === histogram.isInteger &&
    !isStaleAt(samples.words, from - 1) &&
    !isStaleAt(samples.words, from) &&
    hasSameLayout(before, histogram)
  if (!isComparable) return resetHeader.unknown
  return hasReset(before, histogram) ? resetHeader.reset : resetHeader.notReset
}

function isGauge(histogram: NativeHistogram): boolean {
  return histogram.counterResetHint === counterResetHint.gauge
}

function hasSameLayout(a: NativeHistogram, b: NativeHistogram): boolean {
  return (
    a.schema === b.schema &&
    Object.is(a.zeroThreshold, b.zeroThreshold) &&
    areSameSpans(a.positiveSpans, b.positiveSpans) &&
    areSameSpans(a.negativeSpans, b.negativeSpans) &&
    a.customValues.length === b.customValues.length &&
    a.customValues.every((bound, i) => Object.is(bound, b.customValues[i]))
  )
}

function areSameSpans(a: readonly BucketSpan[], b: readonly BucketSpan[]): boolean {
  if (a === b) return true
  return a.length === b.length && a.every(({ offset, length }, i) => offset === b[i].offset && length === b[i].length)
}

/** Whether any count is lower than before. */
function hasReset(before: NativeHistogram, after: NativeHistogram): boolean {
  const [a, b] = [before.exact ?? before, after.exact ?? after]
  return (
    b.count < a.count ||
    b.zeroCount < a.zeroCount ||
    b.positiveBuckets.some((count, i) => count < a.positiveBuckets[i]) ||
    b.negativeBuckets.some((count, i) => count < a.negativeBuckets[i])
  )
}
