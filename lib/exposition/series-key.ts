import type { MetricMessage } from './metric-message.ts'

/** Behind the bytes of labels and name: the length of the name, the part, and the bound as a float. */
const TAIL_BYTES = 13

/**
 * Bytes that tell a series from all others of a body, made without a string:
 *
 *     labels as they stand in the metric │ name of the family │ its length │ part │ bound of the bucket or quantile
 */
export class SeriesKey {
  bytes: Uint8Array<ArrayBuffer>
  length: number
  readonly #body: Uint8Array
  #view: DataView<ArrayBuffer>
  /** Whose labels and name stand at the front. */
  #madeFrom: number

  constructor(body: Uint8Array) {
    this.bytes = new Uint8Array(256)
    this.length = 0
    this.#body = body
    this.#view = new DataView(this.bytes.buffer)
    this.#madeFrom = -1
  }

  make(metric: MetricMessage, nameFrom: number, nameTo: number, part: number, bound: number): void {
    if (this.#madeFrom !== metric.from) this.#makeFront(metric, nameFrom, nameTo)
    this.bytes[this.length - 9] = part
    this.#view.setFloat64(this.length - 8, bound)
  }

  #makeFront(metric: MetricMessage, nameFrom: number, nameTo: number): void {
    // Where labels are scattered all of the metric but its value stands in.
    const { labelsFrom, labelsTo } = metric
    const isRow = labelsTo !== -1
    this.length = 0
    if (isRow) this.#copy(labelsFrom, labelsTo)
    else {
      this.#copy(metric.from, metric.valueFrom)
      this.#copy(metric.valueTo, metric.to)
    }
    this.#copy(nameFrom, nameTo)
    this.#reserve(TAIL_BYTES)
    this.#view.setUint32(this.length, nameTo - nameFrom)
    this.length += TAIL_BYTES
    this.#madeFrom = metric.from
  }

  #copy(from: number, to: number): void {
    this.#reserve(to - from)
    const { bytes, length } = this
    const body = this.#body
    for (let i = from, j = length; i < to; i++, j++) bytes[j] = body[i]
    this.length = length + to - from
  }

  #reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const grown = new Uint8Array((this.length + more) * 2)
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}
