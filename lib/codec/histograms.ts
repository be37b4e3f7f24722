import { CUSTOM_BUCKETS, type BucketSpan, type CounterResetHint, type StoredHistogram } from '#lib/model'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { CodecError } from './codec-error.ts'
import { decodeValues, encodeValues } from './values.ts'

/** Bits of the first byte of a run. */
const flag = { integer: 1, wide: 2, custom: 4, hints: 8, rows: 16 } as const
const HINT_SHIFT = 5
const WORD = 2 ** 32
/** Buckets of one histogram at most: what is damaged cannot ask for more memory. */
export const MAX_BUCKETS = 65_536

let scratch = new Float64Array(256)

/**
 * Appends histograms, every count and every bit kept. Neighbours of one shape (schema, zero threshold, spans, bounds, kind of
 * counts) make a run: a column of sums, of counts and of each bucket. Drawn in docs/formats/values.md.
 */
export function encodeHistograms(list: readonly StoredHistogram[], out: ByteWriter): void {
  for (let from = 0; from < list.length;) {
    let to = from + 1
    while (to < list.length && isSameShape(list[from], list[to])) to++
    encodeRun(list, from, to, out)
    from = to
  }
}

/** Reads so many histograms. Those of a run share their spans and bounds. Throws a CodecError for bytes that no encoder wrote. */
export function decodeHistograms(reader: ByteReader, count: number): StoredHistogram[] {
  const list: StoredHistogram[] = []
  while (list.length < count) decodeRun(reader, count - list.length, list)
  return list
}

function encodeRun(list: readonly StoredHistogram[], from: number, to: number, out: ByteWriter): void {
  const n = to - from
  const first = list[from]
  const isWide = first.exact !== undefined
  const isCustom = first.schema === CUSTOM_BUCKETS
  const hasHints = list.slice(from, to).some((one) => one.counterResetHint !== first.counterResetHint)
  out.varint(n)
  out.reserve(16)
  out.bytes[out.at++] =
    (first.isInteger === true ? flag.integer : 0) |
    (isWide ? flag.wide : 0) |
    (isCustom ? flag.custom : 0) |
    (hasHints ? flag.hints : 0) |
    (n === 1 ? flag.rows : 0) |
    (hasHints ? 0 : first.counterResetHint << HINT_SHIFT)
  if (!isCustom) {
    out.zigzag(first.schema)
    writeColumn(out, 1, () => first.zeroThreshold)
  }
  writeSpans(first.positiveSpans, out)
  if (isCustom) {
    out.varint(first.customValues.length)
    writeColumn(out, first.customValues.length, (i) => first.customValues[i])
  } else writeSpans(first.negativeSpans, out)
  if (hasHints) for (let i = from; i < to; i++) out.varint(list[i].counterResetHint)
  writeColumn(out, n, (i) => list[from + i].sum)
  const counts = 2 + first.positiveBuckets.length + first.negativeBuckets.length
  if (n === 1) return writeCounts(out, counts, isWide, (i) => countOf(first, i), first.exact)
  for (let c = 0; c < counts; c++) {
    const exact = isWide ? BigUint64Array.from(list.slice(from, to), (one) => one.exact![c]) : undefined
    writeCounts(out, n, isWide, (i) => countOf(list[from + i], c), exact)
  }
}

function decodeRun(reader: ByteReader, most: number, into: StoredHistogram[]): void {
  const n = reader.varint()
  if (n < 1 || n > most) throw new CodecError(`histograms: a run of ${n} where ${most} are left at ${reader.at}`)
  const flags = reader.byte()
  const has = (bit: number) => (flags & bit) !== 0
  if (has(flag.wide) && !has(flag.integer)) throw new CodecError(`histograms: no such kind ${flags} at ${reader.at}`)
  const shape = readShape(reader, has(flag.custom))
  const hints = Array.from({ length: n }, () => (has(flag.hints) ? reader.varint() : flags >>> HINT_SHIFT))
  if (hints.some((hint) => hint > 3)) throw new CodecError(`histograms: no such hint at ${reader.at}`)
  const sums = readColumn(reader, n)
  const counts = 2 + shape.positive + shape.negative
  const isByRow = has(flag.rows)
  const [columns, length] = isByRow ? [n, counts] : [counts, n]
  // A column takes two bytes at least.
  if (columns * 2 > reader.end - reader.at) throw new CodecError(`histograms: unexpected end at ${reader.end}`)
  const all = Array.from({ length: columns }, () => readCounts(reader, length, has(flag.wide)))
  for (let i = 0; i < n; i++) {
    const floatAt = (c: number) => (isByRow ? all[i].floats[c] : all[c].floats[i])
    const exactAt = (c: number) => (isByRow ? all[i].exact![c] : all[c].exact![i])
    into.push({
      counterResetHint: hints[i] as CounterResetHint,
      schema: shape.schema,
      zeroThreshold: shape.zeroThreshold,
      zeroCount: floatAt(1),
      count: floatAt(0),
      sum: sums[i],
      positiveSpans: shape.positiveSpans,
      positiveBuckets: Array.from({ length: shape.positive }, (_, b) => floatAt(2 + b)),
      negativeSpans: shape.negativeSpans,
      negativeBuckets: Array.from({ length: shape.negative }, (_, b) => floatAt(2 + shape.positive + b)),
      customValues: shape.customValues,
      ...(has(flag.integer) ? { isInteger: true } : {}),
      ...(has(flag.wide) ? { exact: BigUint64Array.from({ length: counts }, (_, c) => exactAt(c)) } : {}),
    })
  }
}

function readShape(reader: ByteReader, isCustom: boolean) {
  const schema = isCustom ? CUSTOM_BUCKETS : reader.zigzag()
  const zeroThreshold = isCustom ? 0 : readColumn(reader, 1)[0]
  const [positiveSpans, positive] = readSpans(reader)
  if (!isCustom) {
    const [negativeSpans, negative] = readSpans(reader)
    return { schema, zeroThreshold, positiveSpans, positive, negativeSpans, negative, customValues: [] as number[] }
  }
  const bounds = reader.varint()
  if (bounds > MAX_BUCKETS) throw new CodecError(`histograms: ${bounds} bounds at ${reader.at}`)
  const customValues = bounds === 0 ? [] : [...readColumn(reader, bounds)]
  return {
    schema,
    zeroThreshold,
    positiveSpans,
    positive,
    negativeSpans: [] as BucketSpan[],
    negative: 0,
    customValues,
  }
}

/** Count, zero count, positive buckets, negative ones. */
function countOf(h: StoredHistogram, c: number): number {
  if (c < 2) return c === 0 ? h.count : h.zeroCount
  const positive = h.positiveBuckets.length
  return c < 2 + positive ? h.positiveBuckets[c - 2] : h.negativeBuckets[c - 2 - positive]
}

function writeCounts(
  out: ByteWriter,
  n: number,
  isWide: boolean,
  at: (i: number) => number,
  exact: BigUint64Array | undefined,
): void {
  if (!isWide || exact === undefined) return writeColumn(out, n, at)
  writeColumn(out, n, (i) => Number(exact[i] >> 32n))
  writeColumn(out, n, (i) => Number(exact[i] & 0xffffffffn))
}

function readCounts(reader: ByteReader, n: number, isWide: boolean): { floats: Float64Array; exact?: BigUint64Array } {
  const floats = readColumn(reader, n)
  if (!isWide) return { floats }
  const low = readColumn(reader, n)
  const exact = new BigUint64Array(n)
  for (let i = 0; i < n; i++) {
    if (!isWord(floats[i]) || !isWord(low[i])) throw new CodecError(`histograms: no half of a count at ${reader.at}`)
    exact[i] = (BigInt(floats[i]) << 32n) | BigInt(low[i])
    floats[i] = Number(exact[i])
  }
  return { floats, exact }
}

function isWord(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < WORD
}

function writeColumn(out: ByteWriter, n: number, at: (i: number) => number): void {
  if (scratch.length < n) scratch = new Float64Array(2 * n)
  for (let i = 0; i < n; i++) scratch[i] = at(i)
  out.reserve(10 * n + 16)
  out.at = encodeValues(scratch, 0, n, out.bytes, out.at)
}

function readColumn(reader: ByteReader, n: number): Float64Array {
  const column = new Float64Array(n)
  decodeValues(reader, n, column, 0)
  return column
}

function writeSpans(spans: readonly BucketSpan[], out: ByteWriter): void {
  out.varint(spans.length)
  for (const { offset, length } of spans) {
    out.zigzag(offset)
    out.varint(length)
  }
}

function readSpans(reader: ByteReader): [spans: BucketSpan[], buckets: number] {
  const count = reader.varint()
  // A span takes two bytes at least.
  if (count * 2 > reader.end - reader.at) throw new CodecError(`histograms: unexpected end at ${reader.end}`)
  let buckets = 0
  const spans: BucketSpan[] = []
  for (let i = 0; i < count; i++) {
    const span = { offset: reader.zigzag(), length: reader.varint() }
    buckets += span.length
    if (buckets > MAX_BUCKETS) throw new CodecError(`histograms: more than ${MAX_BUCKETS} buckets at ${reader.at}`)
    spans.push(span)
  }
  return [spans, buckets]
}

function isSameShape(a: StoredHistogram, b: StoredHistogram): boolean {
  return (
    a.schema === b.schema &&
    Object.is(a.zeroThreshold, b.zeroThreshold) &&
    (a.isInteger === true) === (b.isInteger === true) &&
    (a.exact === undefined) === (b.exact === undefined) &&
    areSameSpans(a.positiveSpans, b.positiveSpans) &&
    areSameSpans(a.negativeSpans, b.negativeSpans) &&
    areSameNumbers(a.customValues, b.customValues)
  )
}

function areSameSpans(a: readonly BucketSpan[], b: readonly BucketSpan[]): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  return a.every(({ offset, length }, i) => offset === b[i].offset && length === b[i].length)
}

function areSameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => Object.is(value, b[i])))
}
