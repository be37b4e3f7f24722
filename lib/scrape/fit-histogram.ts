import { CUSTOM_BUCKETS, type BucketSpan, type StoredHistogram } from '#lib/model'

const LEAST_SCHEMA = -4
const LARGEST_SCHEMA = 8
/** Prometheus reads schemas up to this one, and keeps them in less detail. */
const LARGEST_READ_SCHEMA = 52

/** The finest schema whose buckets grow by at least this factor; of 0 the finest there is. */
export function schemaOfFactor(factor: number): number {
  if (factor <= 1) return LARGEST_SCHEMA
  const schema = Math.floor(0 - Math.log2(Math.log2(factor)))
  return Math.min(LARGEST_SCHEMA, Math.max(LEAST_SCHEMA, schema))
}

/** The histogram in no more detail than the schema and with at most so many buckets (0: any number); undefined where that cannot be. */
export function fitHistogram(h: StoredHistogram, bucketLimit: number, mostSchema: number): StoredHistogram | undefined {
  const isFiner = h.schema > mostSchema && h.schema <= LARGEST_READ_SCHEMA
  let fitting = isFiner ? withSchema(h, mostSchema) : h
  const most = bucketLimit || Infinity
  while (bucketsOf(fitting) > most) {
    if (fitting.schema === CUSTOM_BUCKETS || fitting.schema <= LEAST_SCHEMA) return undefined
    fitting = withSchema(fitting, fitting.schema - 1)
  }
  return fitting
}

function bucketsOf(h: StoredHistogram): number {
  return h.positiveBuckets.length + h.negativeBuckets.length
}

interface Side {
  readonly spans: BucketSpan[]
  readonly buckets: number[]
  readonly whole: bigint[]
}

/** Each step down joins two neighbouring buckets: the upper bound of the higher one stays. */
function withSchema(h: StoredHistogram, schema: number): StoredHistogram {
  const factor = 2 ** (h.schema - schema)
  const { exact } = h
  const below = 2 + h.positiveBuckets.length
  const positive = joined(h.positiveSpans, h.positiveBuckets, exact?.subarray(2, below), factor)
  const negative = joined(h.negativeSpans, h.negativeBuckets, exact?.subarray(below), factor)
  return {
    ...h,
    schema,
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
    exact: exact && BigUint64Array.from([exact[0], exact[1], ...positive.whole, ...negative.whole]),
  }
}

function joined(
  spans: readonly BucketSpan[],
  buckets: readonly number[],
  exact: BigUint64Array | undefined,
  factor: number,
): Side {
  const side: Side = { spans: [], buckets: [], whole: [] }
  let index = 0
  let end = 0
  let i = 0
  for (const { offset, length } of spans) {
    index += offset
    for (let n = 0; n < length; n++, i++, index++) {
      const target = Math.floor((index - 1) / factor) + 1
      if (i === 0 || target > end) side.spans.push({ offset: i === 0 ? target : target - end, length: 0 })
      if (i === 0 || target >= end) push(side)
      const at = side.buckets.length - 1
      side.buckets[at] += buckets[i]
      if (exact) {
        side.whole[at] += exact[i]
        side.buckets[at] = Number(side.whole[at])
      }
      end = target + 1
    }
  }
  return side
}

function push(side: Side): void {
  side.spans[side.spans.length - 1].length++
  side.buckets.push(0)
  side.whole.push(0n)
}
