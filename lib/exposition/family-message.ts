import { isUtf8 } from 'node:buffer'
import type { FamilyType } from './family.ts'
import type { WireReader } from './wire-reader.ts'

const TYPES: readonly FamilyType[] = ['counter', 'gauge', 'summary', 'unknown', 'histogram', 'gaugehistogram']

/**
 * One message io.prometheus.client.MetricFamily after the other, without the metrics in them.
 *
 *     MetricFamily  1 name  2 help  3 type  4 metric …  5 unit
 */
export class FamilyMessage {
  readonly #reader: WireReader
  name: string
  help: string
  unit: string
  type: FamilyType
  /** The number of the type. */
  wireType: number
  from: number
  /** Its end, where the next one begins. */
  to: number
  /** Where the name stands. */
  nameFrom: number
  nameTo: number

  constructor(reader: WireReader) {
    this.#reader = reader
    this.name = ''
    this.help = ''
    this.unit = ''
    this.type = 'unknown'
    this.wireType = 0
    this.from = 0
    this.to = 0
    this.nameFrom = 0
    this.nameTo = 0
  }

  /** Moves to the next family that has metrics; false at the end of the body and after a mistake. */
  next(): boolean {
    const reader = this.#reader
    const { length: size } = reader.bytes
    while (this.to < size) {
      const at = this.to
      reader.open(at, size)
      const length = reader.varint()
      if (reader.err !== '') return false
      if (length > size - reader.pos) {
        return reader.fail(at, `a family of ${length} bytes, ${size - reader.pos} are there`)
      }
      this.from = reader.pos
      this.to = reader.pos + length
      const metrics = this.#read()
      if (reader.err !== '') return false
      if (metrics > 0) return this.#check()
    }
    return false
  }

  /** Reads all of the family but its metrics, and counts those. */
  #read(): number {
    const reader = this.#reader
    reader.open(this.from, this.to)
    this.nameFrom = this.nameTo = reader.pos
    this.help = this.unit = ''
    this.wireType = 0
    let metrics = 0
    while (reader.next()) {
      if (reader.field === 4) {
        metrics++
        reader.skip()
      } else if (reader.field === 1) {
        const outer = reader.enter()
        this.nameFrom = reader.pos
        this.nameTo = reader.end
        reader.leave(outer)
      } else if (reader.field === 2) this.help = this.#text('help text')
      else if (reader.field === 3) this.wireType = reader.uint64()
      else if (reader.field === 5) this.unit = this.#text('unit')
      else reader.skip()
    }
    return metrics
  }

  #check(): boolean {
    const reader = this.#reader
    const name = reader.bytes.subarray(this.nameFrom, this.nameTo)
    if (name.length === 0) return reader.fail(this.from, 'a family without a name')
    if (!isUtf8(name)) return reader.fail(this.nameFrom, 'invalid UTF-8 metric name')
    this.name = name.toString()
    if (TYPES[this.wireType] === undefined) {
      return reader.fail(this.from, `unknown metric type ${this.wireType} of ${JSON.stringify(this.name)}`)
    }
    this.type = TYPES[this.wireType]
    return true
  }

  #text(what: string): string {
    const reader = this.#reader
    const outer = reader.enter()
    const bytes = reader.bytes.subarray(reader.pos, reader.end)
    if (!isUtf8(bytes)) reader.fail(reader.pos, `invalid UTF-8 ${what}`)
    reader.leave(outer)
    return bytes.toString()
  }
}
