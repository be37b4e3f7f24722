/** Native histograms as plainly as they can be written: counts by the indexes of exponential buckets, one zero threshold for all. */
import type { FloatHistogram } from '#lib/model'

export interface PlainHistogram {
  readonly schema: number
  readonly zero: number
  readonly count: number
  readonly sum: number
  readonly positive: ReadonlyMap<number, number>
  readonly negative: ReadonlyMap<number, number>
}

export type PlainValue = number | PlainHistogram

/** No bucket reaches so low. */
const ZERO_THRESHOLD = 1e-9

export function isHistogram(value: PlainValue): value is PlainHistogram {
  return typeof value === 'object'
}

/** As a store takes it: a span for each bucket. `isGauge`: nothing is said of resets. */
export function storedHistogram(h: PlainHistogram): FloatHistogram {
  const side = (buckets: ReadonlyMap<number, number>) => {
    let next = 0
    return ordered(buckets).map(([index]) => {
      const offset = index - next
      next = index + 1
      return { offset, length: 1 }
    })
  }
  return {
    counterResetHint: 0,
    schema: h.schema,
    zeroThreshold: ZERO_THRESHOLD,
    zeroCount: h.zero,
    count: h.count,
    sum: h.sum,
    positiveSpans: side(h.positive),
    positiveBuckets: ordered(h.positive).map(([, count]) => count),
    negativeSpans: side(h.negative),
    negativeBuckets: ordered(h.negative).map(([, count]) => count),
    customValues: [],
  }
}

/** What it is, without empty buckets: equal for equal histograms, of which every NaN is the same. */
export function contentOf(h: PlainHistogram): string {
  const number = (x: number) => (Object.is(x, -0) ? '0' : String(x))
  const side = (buckets: ReadonlyMap<number, number>) =>
    ordered(buckets)
      .filter(([, count]) => count !== 0)
      .map(([index, count]) => `${index}:${number(count)}`)
      .join(' ')
  const { schema, zero, count, sum, positive, negative } = h
  return `schema ${schema} zero ${number(zero)} count ${number(count)} sum ${number(sum)} + ${side(positive)} - ${side(negative)}`
}

export function plainHistogram(h: FloatHistogram): PlainHistogram {
  const side = (spans: FloatHistogram['positiveSpans'], counts: readonly number[]) => {
    const buckets = new Map<number, number>()
    let [index, at] = [0, 0]
    for (const { offset, length } of spans) {
      index += offset
      for (let i = 0; i < length; i++) buckets.set(index++, counts[at++])
    }
    return buckets
  }
  return {
    schema: h.schema,
    zero: h.zeroCount,
    count: h.count,
    sum: h.sum,
    positive: side(h.positiveSpans, h.positiveBuckets),
    negative: side(h.negativeSpans, h.negativeBuckets),
  }
}

function ordered<T>(buckets: ReadonlyMap<number, T>): [number, T][] {
  return [...buckets].sort(([a], [b]) => a - b)
}

export function mappedHistogram(h: PlainHistogram, change: (count: number) => number): PlainHistogram {
  const side = (buckets: ReadonlyMap<number, number>) =>
    new Map([...buckets].map(([index, count]) => [index, change(count)]))
  const { schema, zero, count, sum, positive, negative } = h
  return {
    schema,
    zero: change(zero),
    count: change(count),
    sum: change(sum),
    positive: side(positive),
    negative: side(negative),
  }
}

/** Division by zero leaves no buckets. */
export function dividedHistogram(h: PlainHistogram, by: number): PlainHistogram {
  const divided = mappedHistogram(h, (count) => count / by)
  return by === 0 ? { ...divided, positive: new Map(), negative: new Map() } : divided
}

/** The bucket of a coarser schema that holds a bucket. */
function coarser(index: number, from: number, to: number): number {
  return Math.ceil(index / 2 ** (from - to))
}

function atSchema(buckets: ReadonlyMap<number, number>, from: number, to: number): Map<number, number> {
  const result = new Map<number, number>()
  for (const [index, count] of ordered(buckets)) {
    const place = coarser(index, from, to)
    result.set(place, (result.get(place) ?? 0) + count)
  }
  return result
}

/** Without the buckets that hold nothing: what is made of histograms is so. */
function compacted(h: PlainHistogram): PlainHistogram {
  const side = (buckets: ReadonlyMap<number, number>) => new Map([...buckets].filter(([, count]) => count !== 0))
  return { ...h, positive: side(h.positive), negative: side(h.negative) }
}

/** a + b or a - b at the coarser schema. */
export function addedHistograms(a: PlainHistogram, b: PlainHistogram, sign: 1 | -1): PlainHistogram {
  const schema = Math.min(a.schema, b.schema)
  const side = (left: ReadonlyMap<number, number>, right: ReadonlyMap<number, number>) => {
    const buckets = atSchema(left, a.schema, schema)
    for (const [index, count] of atSchema(right, b.schema, schema))
      buckets.set(index, (buckets.get(index) ?? 0) + sign * count)
    return buckets
  }
  return compacted({
    schema,
    zero: a.zero + sign * b.zero,
    count: a.count + sign * b.count,
    sum: a.sum + sign * b.sum,
    positive: side(a.positive, b.positive),
    negative: side(a.negative, b.negative),
  })
}

export function equalHistograms(a: PlainHistogram, b: PlainHistogram): boolean {
  return contentOf(a) === contentOf(b)
}

/** Whether anything in a histogram is less than before, or finer. */
export function isReset(now: PlainHistogram, before: PlainHistogram): boolean {
  if (now.count < before.count || now.schema > before.schema || now.zero < before.zero) return true
  const isLess = (a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>) =>
    [...atSchema(b, before.schema, now.schema)].some(([index, count]) => (a.get(index) ?? 0) < count)
  return isLess(now.positive, before.positive) || isLess(now.negative, before.negative)
}

/** Last minus first, plus what was there before each reset. */
export function histogramChange(window: readonly PlainHistogram[], isCounter: boolean): PlainHistogram {
  let [first] = window
  const last = window[window.length - 1]
  if (isCounter && isReset(window[1], first))
    first = { schema: window[1].schema, zero: 0, count: 0, sum: 0, positive: new Map(), negative: new Map() }
  const counted = isCounter ? [first, ...window.slice(1)] : [first, last]
  const schema = Math.min(...counted.map((one) => one.schema))
  const coarse = {
    ...last,
    schema,
    positive: atSchema(last.positive, last.schema, schema),
    negative: atSchema(last.negative, last.schema, schema),
  }
  let change = addedHistograms(coarse, first, -1)
  let before = first
  for (const now of isCounter ? window.slice(1) : []) {
    if (isReset(now, before)) change = addedHistograms(change, before, 1)
    before = now
  }
  return change
}

/** A sum and what was lost in it (Neumaier). */
type Term = readonly [sum: number, lost: number]

function increased([sum, lost]: Term, by: number): Term {
  const next = sum + by
  if (Math.abs(next) === Infinity) return [next, 0]
  return [next, Math.abs(sum) >= Math.abs(by) ? lost + (sum - next + by) : lost + (by - next + sum)]
}

function joined(a: Term | undefined, b: Term): Term {
  return a === undefined ? b : increased(increased(a, b[0]), b[1])
}

interface Numbers<T> {
  readonly schema: number
  readonly zero: T
  readonly count: T
  readonly sum: T
  readonly positive: ReadonlyMap<number, T>
  readonly negative: ReadonlyMap<number, T>
}

type Terms = Numbers<Term>

function termsOf(h: PlainHistogram): Terms {
  return ofEach(h, (x: number) => [x, 0])
}

function mappedTerms(terms: Terms, change: (x: number) => number): Terms {
  return ofEach(terms, ([sum, lost]: Term) => [change(sum), change(lost)])
}

/** A term of each number of a histogram. */
function ofEach<T>(h: Numbers<T>, term: (x: T) => Term): Terms {
  const side = (buckets: ReadonlyMap<number, T>) => new Map([...buckets].map(([index, x]) => [index, term(x)]))
  const { schema, zero, count, sum, positive, negative } = h
  return {
    schema,
    zero: term(zero),
    count: term(count),
    sum: term(sum),
    positive: side(positive),
    negative: side(negative),
  }
}

function addedTerms(a: Terms, b: Terms): Terms {
  const schema = Math.min(a.schema, b.schema)
  const coarse = (terms: Terms, buckets: ReadonlyMap<number, Term>) => {
    const result = new Map<number, Term>()
    for (const [index, term] of ordered(buckets)) {
      const place = coarser(index, terms.schema, schema)
      result.set(place, joined(result.get(place), term))
    }
    return result
  }
  const side = (left: ReadonlyMap<number, Term>, right: ReadonlyMap<number, Term>) => {
    const buckets = coarse(a, left)
    for (const [index, term] of coarse(b, right)) buckets.set(index, joined(buckets.get(index), term))
    return buckets
  }
  return {
    schema,
    zero: joined(a.zero, b.zero),
    count: joined(a.count, b.count),
    sum: joined(a.sum, b.sum),
    positive: side(a.positive, b.positive),
    negative: side(a.negative, b.negative),
  }
}

function isInfinite({ zero, count, sum, positive, negative }: Terms): boolean {
  return [zero, count, sum, ...positive.values(), ...negative.values()].some(([x]) => Math.abs(x) === Infinity)
}

/** The sum or the mean of histograms, each count compensated. */
export function totalOfHistograms(list: readonly PlainHistogram[], isMean: boolean): PlainHistogram {
  if (list.length === 1) return list[0]
  let total = termsOf(list[0])
  let isIncremental = false
  for (const [i, h] of list.entries()) {
    if (i === 0) continue
    if (!isIncremental) {
      const next = addedTerms(total, termsOf(h))
      if (!isMean || !isInfinite(next)) {
        total = next
        continue
      }
      isIncremental = true
      total = mappedTerms(total, (x) => x / i)
    }
    const share = i / (i + 1)
    total = addedTerms(
      mappedTerms(total, (x) => x * share),
      termsOf(dividedHistogram(h, i + 1)),
    )
  }
  if (isMean && !isIncremental) total = mappedTerms(total, (x) => x / list.length)
  const whole = ([sum, lost]: Term) => sum + lost
  const side = (buckets: ReadonlyMap<number, Term>) =>
    new Map([...buckets].map(([index, term]) => [index, whole(term)]))
  const { schema, zero, count, sum, positive, negative } = total
  return compacted({
    schema,
    zero: whole(zero),
    count: whole(count),
    sum: whole(sum),
    positive: side(positive),
    negative: side(negative),
  })
}
