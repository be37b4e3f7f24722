import type { Labels } from '#lib/model'
import { newSeries, type VectorSeries, type VectorValue } from './columns.ts'
import type { QueryContext } from './context.ts'

/** What a leaf gives its series to, one by one. */
export interface SeriesSink {
  /** An empty series to fill. One that is not taken may be the next as well. */
  open(labels: Labels, dropName: boolean): VectorSeries
  /** It is filled, and holds a sample. */
  take(series: VectorSeries): void
  /** The value, once all are taken. */
  result(): VectorValue
}

/** Keeps them all. */
export class GatheringSink implements SeriesSink {
  readonly #context: QueryContext
  readonly #steps: number
  readonly #series: VectorSeries[] = []

  constructor(context: QueryContext, steps: number) {
    this.#context = context
    this.#steps = steps
  }

  open(labels: Labels, dropName: boolean): VectorSeries {
    return newSeries(labels, dropName, this.#steps)
  }

  take(series: VectorSeries): void {
    this.#context.holdSeries(series)
    this.#series.push(series)
  }

  result(): VectorValue {
    return this.#context.handOver(this.#series)
  }
}
