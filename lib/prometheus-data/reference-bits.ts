import { CodecError } from '#lib/codec'
import type { BucketSpan } from '#lib/model'

const WIDTHS = [0, 3, 6, 9, 12, 18, 25, 56, 64]
const view = new DataView(new ArrayBuffer(8))

/** As Go's int64 keeps a sum. */
export function int64(value: bigint): bigint {
  return BigInt.asIntN(64, value)
}

/** As Go's uint64 keeps a sum. */
export function uint64(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}

/** The float of these 64 bits. */
export function floatOf(bits: bigint): number {
  view.setBigUint64(0, bits)
  return view.getFloat64(0)
}

interface Layout {
  schema: number
  zeroThreshold: number
  positiveSpans: BucketSpan[]
  negativeSpans: BucketSpan[]
  customValues: number[]
}

/** Bits read one by one, for `reference.ts`. */
export class BigBits {
  readonly #data: Uint8Array
  #at = 0

  constructor(data: Uint8Array) {
    this.#data = data
  }

  get #left(): number {
    return this.#data.length * 8 - this.#at
  }

  take(width: number): bigint {
    if (width > this.#left) throw new CodecError(`unexpected end at bit ${this.#at}`)
    let value = 0n
    for (let i = 0; i < width; i++, this.#at++) {
      value = (value << 1n) | BigInt((this.#data[this.#at >> 3] >> (7 - (this.#at & 7))) & 1)
    }
    return value
  }

  ones(most: number): number {
    let count = 0
    while (count < most && this.take(1) === 1n) count++
    return count
  }

  signed(width: number): bigint {
    const value = this.take(width)
    return width > 0 && value > 1n << BigInt(width - 1) ? value - (1n << BigInt(width)) : value
  }

  uvarint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.take(8)
      value |= (byte & 0x7fn) << shift
      if (byte < 0x80n) return uint64(value)
    }
    throw new CodecError(`varint: too long at bit ${this.#at}`)
  }

  varint(): bigint {
    const value = this.uvarint()
    return value % 2n === 0n ? value / 2n : -(value / 2n) - 1n
  }

  varbitInt(): bigint {
    const width = WIDTHS[this.ones(8)]
    return width === 64 ? int64(this.take(64)) : this.signed(width)
  }

  varbitUint(): bigint {
    return this.take(WIDTHS[this.ones(8)])
  }

  /** What stands before the samples of histograms, without the bounds of custom buckets. */
  layout(): Layout {
    const byte = Number(this.take(8))
    const zeroThreshold = byte === 0 ? 0 : byte === 255 ? floatOf(this.take(64)) : 2 ** (byte - 244)
    const schema = Number(this.varbitInt())
    return { schema, zeroThreshold, positiveSpans: this.#spans(), negativeSpans: this.#spans(), customValues: [] }
  }

  /** How many buckets the spans cover; there must be a bit for each. */
  bucketsOf(spans: readonly BucketSpan[]): number {
    const count = spans.reduce((sum, span) => sum + span.length, 0)
    if (count > this.#left) throw new CodecError(`${count} buckets in ${this.#left} bits`)
    return count
  }

  bounds(): number[] {
    return this.#list(() => {
      const thousandths = this.varbitUint()
      return thousandths === 0n ? floatOf(this.take(64)) : Number(thousandths - 1n) / 1000
    })
  }

  #spans(): BucketSpan[] {
    return this.#list(() => {
      const length = Number(BigInt.asUintN(32, this.varbitUint()))
      return { length, offset: Number(BigInt.asIntN(32, this.varbitInt())) }
    })
  }

  #list<T>(read: () => T): T[] {
    const list: T[] = []
    for (let left = this.varbitUint(); left > 0n; left--) list.push(read())
    return list
  }
}
