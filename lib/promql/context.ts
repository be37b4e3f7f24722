import type { Cancellation, Querier, Scope } from '#lib/storage'
import type { Annotations } from './annotations.ts'
import { countSamples, type VectorSeries } from './columns.ts'
import { QueryError } from './query-error.ts'

/** What one run of a query shares: where it reads, what bounds it, what it counts. */
export class QueryContext {
  readonly querier: Querier
  readonly scope: Scope
  readonly annotations: Annotations
  readonly isRange: boolean
  readonly lookbackMs: number
  readonly cancellation: Cancellation | undefined
  readonly #maxSamples: number
  readonly #deadline: number
  readonly #timeoutMs: number
  samplesRead = 0
  seriesRead = 0
  samples = 0
  peakSamples = 0

  constructor(options: {
    querier: Querier
    scope: Scope
    annotations: Annotations
    isRange: boolean
    lookbackMs: number
    cancellation: Cancellation | undefined
    maxSamples: number
    timeoutMs: number
  }) {
    this.querier = options.querier
    this.scope = options.scope
    this.annotations = options.annotations
    this.isRange = options.isRange
    this.lookbackMs = options.lookbackMs
    this.cancellation = options.cancellation
    this.#maxSamples = options.maxSamples
    this.#timeoutMs = options.timeoutMs
    this.#deadline = performance.now() + options.timeoutMs
  }

  /** Throws when the query is to stop: cheap enough for once per series. */
  check(): void {
    const reason = this.cancellation?.reason()
    if (reason !== undefined) throw new QueryError('canceled', 'query was canceled in expression evaluation')
    if (performance.now() > this.#deadline) {
      throw new QueryError('timeout', `query timed out in expression evaluation (limit ${this.#timeoutMs / 1000}s)`)
    }
  }

  /** Counts samples that are now held. */
  hold(samples: number): void {
    this.samples += samples
    if (this.samples > this.peakSamples) this.peakSamples = this.samples
    if (this.samples > this.#maxSamples) {
      throw new QueryError('execution', 'query processing would load too many samples into memory in query execution')
    }
  }

  /** Counts the samples of a series that an operator made, and looks whether to go on. */
  holdSeries(series: VectorSeries): void {
    this.hold(countSamples(series))
    this.check()
  }

  /** The samples are let go. */
  release(samples: number): void {
    this.samples -= samples
  }
}
