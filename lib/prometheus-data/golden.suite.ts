import { counterResetHint, type BucketSpan } from '#lib/model'
import type { SampleColumns } from './sample-columns.ts'
import { HIGH, LOW } from './words.ts'

/** A sample as the golden files and the tests write it: floats by their bits. */
export interface GoldenSample {
  readonly t: number
  readonly v: string
  readonly st?: number
  readonly h?: GoldenHistogram
}

interface GoldenHistogram {
  readonly integer: boolean
  readonly hint: number
  readonly schema: number
  readonly threshold: string
  readonly zero: string
  readonly count: string
  readonly posSpans: readonly (readonly [number, number])[]
  readonly negSpans: readonly (readonly [number, number])[]
  readonly pos: readonly string[]
  readonly neg: readonly string[]
  readonly custom: readonly string[]
}

const view = new DataView(new ArrayBuffer(8))

/** The samples as the golden files have them, to be compared with `deepEqual`. */
export function goldenOf(samples: SampleColumns): GoldenSample[] {
  return Array.from({ length: samples.count }, (_, i) => {
    const start = samples.starts?.[i] ?? 0
    const histogram = goldenHistogram(samples, i)
    return {
      t: samples.times[i],
      v: hex(samples.words[2 * i + HIGH]) + hex(samples.words[2 * i + LOW]),
      ...(start === 0 ? {} : { st: start }),
      ...(histogram && { h: histogram }),
    }
  })
}

function goldenHistogram(samples: SampleColumns, i: number): GoldenHistogram | undefined {
  const histogram = samples.histograms?.[i]
  if (!histogram) return undefined
  const counts = histogram.exact ?? histogram
  const count = (n: number | bigint) => (histogram.isInteger ? String(n) : bitsOf(Number(n)))
  return {
    integer: histogram.isInteger,
    hint: histogram.counterResetHint,
    schema: histogram.schema,
    threshold: bitsOf(histogram.zeroThreshold),
    zero: count(counts.zeroCount),
    count: count(counts.count),
    posSpans: histogram.positiveSpans.map(pairOf),
    negSpans: histogram.negativeSpans.map(pairOf),
    pos: counts.positiveBuckets.map(count),
    neg: counts.negativeBuckets.map(count),
    custom: histogram.customValues.map(bitsOf),
  }
}

/** The same samples with nothing said of resets, except of gauges: what is said depends on where chunks begin. */
export function withoutHints(samples: readonly GoldenSample[]): GoldenSample[] {
  return samples.map(({ h, ...rest }) => {
    if (!h) return rest
    return { ...rest, h: { ...h, hint: h.hint === counterResetHint.gauge ? h.hint : counterResetHint.unknown } }
  })
}

function pairOf({ offset, length }: BucketSpan): [number, number] {
  return [offset, length]
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}

function bitsOf(value: number): string {
  view.setFloat64(0, value)
  return hex(view.getUint32(0)) + hex(view.getUint32(4))
}
