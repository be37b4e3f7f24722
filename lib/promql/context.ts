import type { Cancellation, Querier, Scope } from '#lib/storage'
import type { Annotations } from './annotations.ts'
import { countSamples, type VectorSeries, type VectorValue } from './columns.ts'
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
  samplesRead = 0
  seriesRead = 0
  /** In values that are made and still needed. */
  samples = 0
  /** In values that are being made. */
  growing = 0
  /** In leaves that were fed and not asked yet. */
  #gathered = 0
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
    this.#deadline = performance.now() + options.timeoutMs
  }

  /** Throws when the query is to stop: cheap enough for once per series. */
  check(): void {
    const reason = this.cancellation?.reason()
    if (reason !== undefined) throw new QueryError('canceled', 'query was canceled in expression evaluation')
    if (performance.now() > this.#deadline) {
      throw new QueryError('timeout', 'query timed out in expression evaluation')
    }
  }

  /** Counts samples of a value that is being made. */
  hold(samples: number): void {
    this.growing += samples
    this.#checkLimit()
  }

  /** A value is made: what was counted while it grew becomes what it holds. */
  settle(growingBefore: number, samples: number): void {
    this.growing = growingBefore
    this.samples += samples
    this.#checkLimit()
  }

  /** The batches of a round are over: what has grown lies in leaves. */
  endRound(): void {
    this.#gathered += this.growing
    this.growing = 0
  }

  /** The series that a leaf has gathered, as a value. */
  handOver(gathered: VectorSeries[]): VectorValue {
    const series = gathered.splice(0)
    for (const one of series) this.#gathered -= countSamples(one)
    return { kind: 'vector', series }
  }

  /** A value is let go. */
  release(samples: number): void {
    this.samples -= samples
  }

  #checkLimit(): void {
    const held = this.samples + this.growing + this.#gathered
    if (held > this.peakSamples) this.peakSamples = held
    if (held > this.#maxSamples) {
      throw new QueryError('execution', 'query processing would load too many samples into memory in query execution')
    }
  }

  /** Counts the samples of a series that an operator made, and looks whether to go on. */
  holdSeries(series: VectorSeries): void {
    this.hold(countSamples(series))
    this.check()
  }
}
