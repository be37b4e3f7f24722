import { CodecError } from '#lib/codec'
import { counterResetHint, STALE_HIGH, STALE_LOW } from '#lib/model'
import { encoding } from './encoding.ts'
import { CUSTOM_BUCKETS, isKnownSchema } from './histogram-layout.ts'
import { absolute, type Counted, integerCounts } from './integer-counts.ts'
import { type NativeHistogram, staleHistogram } from './native-histogram.ts'
import { BigBits, floatOf, int64, uint64 } from './reference-bits.ts'
import type { SampleColumns } from './sample-columns.ts'
import { HIGH, LOW } from './words.ts'

/*
 * All encodings, clear and slow, in integers of 64 bits that wrap around as Prometheus' do. The fast decoders are tested against
 * it, and hand over to it the chunks whose numbers a double cannot hold.
 */

const STALE = (BigInt(STALE_HIGH) << 32n) | BigInt(STALE_LOW)
const XOR_WIDTHS = [0, 14, 17, 20]
const MAX_TIME = BigInt(Number.MAX_SAFE_INTEGER)

/** Adds the samples of a chunk's data; throws a CodecError where they cannot be read, with some perhaps added. */
export function decodeReference(kind: number, data: Uint8Array, out: SampleColumns): void {
  const bits = new BigBits(data)
  if (kind === encoding.xor) readXor(bits, out)
  else if (kind === encoding.xor2) readXor2(bits, out)
  else readHistograms(bits, kind, out)
}

function readXor(bits: BigBits, out: SampleColumns): void {
  const count = Number(bits.take(16))
  const xor = new Xor()
  let time = 0n
  let delta = 0n
  for (let i = 0; i < count; i++) {
    if (i === 0) {
      time = bits.varint()
      xor.value = bits.take(64)
    } else {
      delta = i === 1 ? bits.uvarint() : delta + dodOf(bits, XOR_WIDTHS)
      time = int64(time + delta)
      xor.read(bits)
    }
    add(out, time, xor.value, 0n, undefined)
  }
}

function dodOf(bits: BigBits, widths: readonly number[]): bigint {
  const ones = bits.ones(4)
  return ones === 4 ? int64(bits.take(64)) : bits.signed(widths[ones])
}

function readXor2(bits: BigBits, out: SampleColumns): void {
  const count = Number(bits.take(16))
  const starts = new Starts(Number(bits.take(8)))
  const xor = new Xor()
  let time = 0n
  let delta = 0n
  for (let i = 0; i < count; i++) {
    const before = time
    let value: bigint
    if (i === 0) {
      time = bits.varint()
      value = bits.take(64)
      if (value !== STALE) xor.value = value
    } else if (i === 1) {
      delta = bits.uvarint()
      time = int64(time + delta)
      value = readXor2Value(bits, xor)
    } else {
      const ones = bits.ones(5)
      if (ones >= 2 && ones <= 4)
        delta += ones === 4 ? int64(bits.take(64)) : twosComplement(bits, ones === 2 ? 13 : 20)
      time = int64(time + delta)
      if (ones === 0) value = xor.value
      else if (ones === 5) value = STALE
      else if (ones === 1) value = bits.take(1) === 0n ? xor.inWindow(bits) : xor.newWindow(bits)
      else value = readXor2Value(bits, xor)
    }
    starts.read(bits, i, time, before)
    add(out, time, value, starts.start, undefined)
  }
}

function twosComplement(bits: BigBits, width: number): bigint {
  return BigInt.asIntN(width, bits.take(width))
}

function readXor2Value(bits: BigBits, xor: Xor): bigint {
  const ones = bits.ones(3)
  if (ones === 0) return xor.value
  if (ones === 3) return STALE
  return ones === 1 ? xor.inWindow(bits) : xor.newWindow(bits)
}

/** A value and how the next is stored by its difference from it. */
class Xor {
  value = 0n
  #trailing = 0
  #width = 64

  read(bits: BigBits): bigint {
    const ones = bits.ones(2)
    if (ones === 1) this.inWindow(bits)
    if (ones === 2) this.newWindow(bits)
    return this.value
  }

  inWindow(bits: BigBits): bigint {
    return (this.value ^= bits.take(this.#width) << BigInt(this.#trailing))
  }

  newWindow(bits: BigBits): bigint {
    const leading = Number(bits.take(5))
    this.#width = Number(bits.take(6)) || 64
    this.#trailing = 64 - leading - this.#width
    if (this.#trailing < 0) throw new CodecError('no such window')
    return this.inWindow(bits)
  }
}

class Starts {
  start = 0n
  readonly #hasFirst: boolean
  readonly #from: number
  #distance = 0n

  constructor(header: number) {
    this.#hasFirst = header >= 128
    this.#from = header % 128
  }

  read(bits: BigBits, i: number, time: bigint, before: bigint): void {
    if (i === 0 && this.#hasFirst) this.start = int64(time - bits.varint())
    if (i === 0 || this.#from === 0 || i < this.#from) return
    this.#distance = bits.varbitInt() + (i === this.#from ? 0n : this.#distance)
    this.start = int64(before - this.#distance)
  }
}

/** A number of a histogram from sample to sample: whole, or a float by its bits. */
interface Column {
  first(bits: BigBits): bigint
  next(bits: BigBits): bigint
}

function deltaColumn(isSigned: boolean): Column {
  const wrap = isSigned ? int64 : uint64
  let value = 0n
  let delta = 0n
  return {
    first: (bits) => (value = isSigned ? bits.varbitInt() : bits.varbitUint()),
    next: (bits) => {
      delta = int64(delta + bits.varbitInt())
      return (value = wrap(value + delta))
    },
  }
}

function xorColumn(): Column {
  const xor = new Xor()
  return { first: (bits) => (xor.value = bits.take(64)), next: (bits) => xor.read(bits) }
}

function readHistograms(bits: BigBits, kind: number, out: SampleColumns): void {
  const isInteger = kind === encoding.histogram || kind === encoding.histogramStarts
  const hasStarts = kind === encoding.histogramStarts || kind === encoding.floatHistogramStarts
  const word = Number(bits.take(16))
  const byte = Number(bits.take(8))
  const isGauge = (hasStarts ? word >> 14 : byte >> 6) === 3
  const count = hasStarts ? word % 2 ** 14 : word
  if (count === 0) return
  const layout = bits.layout()
  if (!isKnownSchema(layout.schema)) throw new CodecError(`histogram schema ${layout.schema} is not known`)
  if (layout.schema === CUSTOM_BUCKETS) layout.customValues = bits.bounds()
  const starts = new Starts(hasStarts ? byte : 0)
  const number = isInteger ? deltaColumn : xorColumn
  const positive = bits.bucketsOf(layout.positiveSpans)
  const buckets = Array.from({ length: positive + bits.bucketsOf(layout.negativeSpans) }, () => number(true))
  const [time, total, zero, sum] = [deltaColumn(true), number(false), number(false), xorColumn()]
  let timeMs = 0n
  for (let i = 0; i < count; i++) {
    const before = timeMs
    const read = (column: Column) => (i === 0 ? column.first(bits) : column.next(bits))
    timeMs = read(time)
    const [countBits, zeroBits, sumBits] = [read(total), read(zero), read(sum)]
    const isStale = sumBits === STALE
    const numbers = isStale && i > 0 ? [] : buckets.map(read)
    starts.read(bits, i, timeMs, before)
    const stale = isInteger ? staleHistogram.integer : staleHistogram.float
    const hint = isGauge ? counterResetHint.gauge : i > 0 ? counterResetHint.notReset : counterResetHint.unknown
    const make = isInteger ? integerHistogram : floatHistogram
    const counted = isStale ? undefined : make(countBits, zeroBits, numbers.slice(0, positive), numbers.slice(positive))
    const histogram = counted && { ...layout, ...counted, counterResetHint: hint, sum: floatOf(sumBits) }
    add(out, timeMs, sumBits, starts.start, histogram ?? stale)
  }
}

function integerHistogram(count: bigint, zeroCount: bigint, positive: bigint[], negative: bigint[]): Counted {
  return integerCounts({
    count,
    zeroCount,
    positiveBuckets: absolute(positive),
    negativeBuckets: absolute(negative),
  })
}

function floatHistogram(count: bigint, zeroCount: bigint, positive: bigint[], negative: bigint[]): Counted {
  return {
    isInteger: false,
    count: floatOf(count),
    zeroCount: floatOf(zeroCount),
    positiveBuckets: positive.map(floatOf),
    negativeBuckets: negative.map(floatOf),
  }
}

function add(
  out: SampleColumns,
  time: bigint,
  value: bigint,
  start: bigint,
  histogram: NativeHistogram | undefined,
): void {
  if (time > MAX_TIME || time < -MAX_TIME) throw new CodecError(`time ${time} is out of range`)
  const words = [0, 0]
  words[HIGH] = Number(value >> 32n)
  words[LOW] = Number(value & 0xffffffffn)
  // A start that no clock has shown is none.
  const startMs = start > MAX_TIME || start < -MAX_TIME ? 0 : Number(start)
  out.add(Number(time), words[0], words[1], startMs, histogram)
}
