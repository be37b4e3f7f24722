import { type BucketSpan, formatFloat, type StoredHistogram } from '#lib/model'

type Json = Record<string, unknown>

const hints = ['unknown', 'reset', 'not_reset', 'gauge']

/** A native histogram as the cases have it. */
export function histogramJson(h: StoredHistogram): Json {
  const exact = h.exact
  const whole = (i: number, count: number) => (exact ? exact[i] : BigInt(count))
  const positive = h.positiveBuckets.map((count, i) => (h.isInteger ? whole(i + 2, count) : count))
  const negative = h.negativeBuckets.map((n, i) => (h.isInteger ? whole(i + 2 + positive.length, n) : n))
  const common = {
    counter_reset_hint: hints[h.counterResetHint],
    schema: h.schema,
    sum: floatText(h.sum),
    zero_threshold: floatText(h.zeroThreshold),
    positive_spans: h.positiveSpans.map(pair),
    negative_spans: h.negativeSpans.map(pair),
    custom_values: h.customValues.map(floatText),
  }
  if (h.isInteger) {
    return {
      histogram: {
        ...common,
        count: String(whole(0, h.count)),
        zero_count: String(whole(1, h.zeroCount)),
        positive_deltas: deltas(positive as bigint[]),
        negative_deltas: deltas(negative as bigint[]),
      },
    }
  }
  return {
    float_histogram: {
      ...common,
      count: floatText(h.count),
      zero_count: floatText(h.zeroCount),
      positive_buckets: (positive as number[]).map(floatText),
      negative_buckets: (negative as number[]).map(floatText),
    },
  }
}

function pair({ offset, length }: BucketSpan): [number, number] {
  return [offset, length]
}

function deltas(counts: readonly bigint[]): number[] {
  return counts.map((count, i) => Number(count - (i === 0 ? 0n : counts[i - 1])))
}

function floatText(value: number): string {
  return formatFloat(value)
}
