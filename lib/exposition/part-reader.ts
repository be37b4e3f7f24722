import { WireReader } from './wire-reader.ts'

/** Walks the quantiles of a summary or the buckets of a histogram: both are field 3, each with a bound and a value. */
export class PartReader {
  bound: number
  value: number
  /** How many were read. */
  count: number
  /** Where the exemplar of the bucket stands; empty where it has none. */
  exemplarFrom: number
  exemplarTo: number
  readonly #reader: WireReader
  #isHistogram: boolean

  constructor(bytes: Buffer) {
    this.bound = 0
    this.value = 0
    this.count = 0
    this.exemplarFrom = 0
    this.exemplarTo = 0
    this.#reader = new WireReader(bytes)
    this.#isHistogram = false
  }

  get err(): string {
    return this.#reader.err
  }

  open(from: number, to: number, isHistogram: boolean): void {
    this.#reader.open(from, to)
    this.#isHistogram = isHistogram
    this.count = 0
    this.exemplarFrom = this.exemplarTo = 0
  }

  /** Nothing more is wanted. */
  close(): void {
    this.#reader.open(0, 0)
  }

  next(): boolean {
    const reader = this.#reader
    while (reader.next()) {
      if (reader.field === 3) return this.#read()
      reader.skip()
    }
    this.exemplarFrom = this.exemplarTo = 0
    return false
  }

  #read(): boolean {
    const reader = this.#reader
    const outer = reader.enter()
    let first = 0
    let second = 0
    let float = 0
    this.exemplarFrom = this.exemplarTo = 0
    while (reader.next()) {
      if (reader.field === 1) first = this.#isHistogram ? reader.uint64() : reader.double()
      else if (reader.field === 2) second = reader.double()
      else if (this.#isHistogram && reader.field === 4) float = reader.double()
      else if (this.#isHistogram && reader.field === 3) {
        const end = reader.enter()
        this.exemplarFrom = reader.pos
        this.exemplarTo = reader.end
        reader.leave(end)
      } else reader.skip()
    }
    reader.leave(outer)
    this.count++
    this.bound = this.#isHistogram ? second : first
    this.value = this.#isHistogram ? float || first : second
    return reader.err === ''
  }
}
