import type { Claim, ColumnBatch, SeriesBatch } from '#lib/storage'
import { ClaimRunner } from '#lib/promql'
import type { ReadPoint, SeriesPlaces, StoreQuerier } from '#lib/tsdb'

/**
 * A claim that several threads answer together: its series are cut into tasks, and each thread takes the next that nobody has.
 * Sent whole to the threads that help; the buffers are shared.
 */
export interface SharedClaim {
  /** Which of the sender's claims it is. */
  readonly number: number
  readonly claim: Claim
  readonly point: ReadPoint
  readonly places: SeriesPlaces
  readonly seriesPerTask: number
  readonly tasks: number
  /** See sharedWord. */
  readonly words: Int32Array
}

/** next: the task that nobody has taken; wanted: the one whose answer is used next; done: how many are answered by who helps. */
export const sharedWord = { next: 0, wanted: 1, done: 2, size: 3 } as const

/** What a helping thread posts of a task. */
export interface TaskAnswer {
  readonly number: number
  readonly task: number
  readonly columns: ColumnBatch
}

/** Answers task by task; labels are the series' places in the list. */
export class TaskRunner {
  readonly #shared: SharedClaim
  readonly #querier: StoreQuerier
  readonly #runner: ClaimRunner

  constructor(shared: SharedClaim, querier: StoreQuerier) {
    this.#shared = shared
    this.#querier = querier
    this.#runner = new ClaimRunner(shared.claim)
  }

  run(task: number): ColumnBatch {
    const { seriesPerTask, places } = this.#shared
    const from = task * seriesPerTask
    const to = Math.min(places.count, from + seriesPerTask)
    return this.#runner.run(this.#batches(from, to), to - from)
  }

  *#batches(from: number, to: number): Iterable<SeriesBatch> {
    const { places, claim } = this.#shared
    for (let at = from; at < to;) {
      const { batch, next } = this.#querier.batch(places, at, to, claim.select, 0)
      at = next
      yield batch
    }
  }
}
